namespace EniAgent.Metadata;

/// <summary>
/// Which documents are read again though nothing hints at a change, one or a few a read. Every ENI's list of EIPs is asked for often enough that
/// no change stays unseen for longer than <see cref="PublicListPromise"/>; the other documents follow one at a time, oldest first. With polls
/// every 10 s, each ENI's EIPs cost about a fifth of a request a poll and the rest up to a tenth: under half a request for up to two ENIs. With more the
/// promise wins over the budget. The others come round every 10 minutes with one ENI, and later with more (20 minutes with two, about an
/// hour with eight): the documents among them that matter for the network cannot change without the list of addresses, which every read sees.
/// </summary>
internal sealed class BackgroundSchedule
{
    /// <summary>How long a change of EIPs may stay unseen.</summary>
    public static readonly TimeSpan PublicListPromise = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Round = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestSpacing = TimeSpan.FromSeconds(110);
    private static readonly string PublicListEnd = "/" + AddressListNames.IPv4.PublicList;
    private const double GapMargin = 1.25;
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
    /// As many of the oldest lists as cannot wait: the list at a given place in the queue, and all before it, must be read within its time left,
    /// at an even number a read. Lists that were read at one moment spread out by themselves that way.
    /// </summary>
    private List<(string Path, TimeSpan Age)> DuePublicLists(IReadOnlyList<(string Path, TimeSpan Age)> known)
    {
        var lists = known.Where(static document => IsPublicList(document.Path))
            .OrderByDescending(static document => document.Age).ThenBy(static document => document.Path, StringComparer.Ordinal).ToList();
        if (_gaps.Count == 0)
        {
            return lists.Where(static list => list.Age >= PublicListPromise).Take(1).ToList();
        }

        var gap = TimeSpan.FromTicks((long)Math.Clamp(_gaps.Max().Ticks * GapMargin, TimeSpan.TicksPerSecond, PublicListPromise.Ticks));
        var even = (int)Math.Ceiling(lists.Count / Math.Floor(PublicListPromise / gap));
        var now = 0;
        for (var i = 0; i < lists.Count; i++)
        {
            var readsLeft = Math.Max(0, (int)Math.Floor((PublicListPromise - lists[i].Age) / gap));
            now = Math.Max(now, i + 1 - (even * readsLeft));
        }

        return lists[..Math.Min(now, 2 * even)];
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

    private static bool IsPublicList(string path) => path.EndsWith(PublicListEnd, StringComparison.Ordinal);
}
