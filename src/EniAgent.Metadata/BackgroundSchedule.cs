namespace EniAgent.Metadata;

/// <summary>
/// Which documents are read again though nothing hints at a change, one or a few a read. Every ENI's list of EIPs is asked for often enough that
/// no change stays unseen for longer than <see cref="PublicListPromise"/>; the other documents follow one at a time, oldest first. With polls
/// every 10 s, each ENI's EIPs cost a fifth of a request a poll and the rest up to a tenth: under half a request for up to two ENIs. With more the
/// promise wins over the budget. The others come round every 10 minutes with one ENI, and later with more (20 minutes with two, about an
/// hour with eight): the documents among them that matter for the network cannot change without the list of addresses, which every read sees.
/// </summary>
internal sealed class BackgroundSchedule
{
    /// <summary>How long a change of EIPs may stay unseen.</summary>
    public static readonly TimeSpan PublicListPromise = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Round = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestSpacing = TimeSpan.FromSeconds(110);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(30);
    private const double GapMargin = 1.1;
    private const int RememberedGaps = 4;

    private readonly Queue<TimeSpan> _gaps = new();
    private TimeSpan? _lastRead;
    private TimeSpan? _lastOther;

    /// <summary>The documents that this read asks for again.</summary>
    /// <param name="now">The time since some fixed moment.</param>
    /// <param name="known">What is known, and how long since it was asked for.</param>
    /// <param name="missing">A document that was never read and comes before the others.</param>
    public IReadOnlyList<string> Next(TimeSpan now, IReadOnlyList<(string Path, TimeSpan Age)> known, string? missing)
    {
        var isFirst = _lastRead is null;
        if (_lastRead is { } last)
        {
            _gaps.Enqueue(now - last);
            if (_gaps.Count > RememberedGaps)
            {
                _gaps.Dequeue();
            }
        }

        _lastRead = now;
        var publicLists = DuePublicLists(known);
        var other = DueOther(now, known, missing);
        if (isFirst && other is { } candidate && publicLists.Count > 0)
        {
            // A process that begins with a memory, and perhaps ends after this read, asks for one document only: the most overdue.
            if (candidate.Path == missing || candidate.Age / Round > publicLists[0].Age / PublicListPromise)
            {
                publicLists = [];
            }
            else
            {
                other = null;
            }
        }

        _lastOther = other is null ? _lastOther : now;
        return [.. publicLists.Select(static list => list.Path), .. other is { } one ? [one.Path] : Array.Empty<string>()];
    }

    /// <summary>
    /// The oldest lists when they, or those that queue behind them, would break the promise by waiting for the next read; as many at a time as
    /// keep the queue from growing, so that lists read at the same moment spread out by themselves.
    /// </summary>
    private List<(string Path, TimeSpan Age)> DuePublicLists(IReadOnlyList<(string Path, TimeSpan Age)> known)
    {
        var lists = known.Where(static document => IsPublicList(document.Path))
            .OrderByDescending(static document => document.Age).ThenBy(static document => document.Path, StringComparer.Ordinal).ToList();
        var gap = _gaps.Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)Math.Min(LongestGap.Ticks, _gaps.Max().Ticks * GapMargin));
        var atOnce = Math.Max(1, (int)Math.Ceiling(lists.Count * (gap / (PublicListPromise - gap))));
        for (var i = 0; i < lists.Count; i++)
        {
            if (lists[i].Age + (gap * ((i / atOnce) + 1)) >= PublicListPromise)
            {
                return lists[..Math.Min(atOnce, lists.Count)];
            }
        }

        return [];
    }

    private (string Path, TimeSpan Age)? DueOther(TimeSpan now, IReadOnlyList<(string Path, TimeSpan Age)> known, string? missing)
    {
        var others = known.Where(static document => !IsPublicList(document.Path) && !document.Path.EndsWith('/')).ToList();
        var enis = known.Count(static document => IsPublicList(document.Path));
        var even = Round / Math.Max(1, others.Count);
        var spacing = enis > 1 && even < ShortestSpacing ? ShortestSpacing : even;
        if (now - _lastOther < spacing)
        {
            return null;
        }

        if (missing is not null)
        {
            return (missing, TimeSpan.MaxValue);
        }

        var oldest = others.OrderByDescending(static document => document.Age).ThenBy(static document => document.Path, StringComparer.Ordinal)
            .FirstOrDefault();
        return oldest.Path is not null && oldest.Age >= spacing ? oldest : null;
    }

    private static bool IsPublicList(string path) =>
        path.EndsWith("/" + AddressListNames.IPv4.PublicList, StringComparison.Ordinal);
}
