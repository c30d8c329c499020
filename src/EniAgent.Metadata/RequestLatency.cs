namespace EniAgent.Metadata;

/// <summary>How long requests took, answered or not, as a histogram since the start. Requests may end on several threads at once.</summary>
public sealed class RequestLatency
{
    /// <summary>The upper bounds of all buckets but the last, which has none, in milliseconds.</summary>
    public static IReadOnlyList<int> BoundsInMilliseconds { get; } = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];

    private readonly long[] _counts = new long[BoundsInMilliseconds.Count + 1];
    private long _ticks;

    /// <summary>The time of all requests together, in ticks.</summary>
    public long Ticks => Interlocked.Read(ref _ticks);

    /// <summary>How many requests fell into a bucket and into none below it.</summary>
    public long CountOf(int bucket) => Interlocked.Read(ref _counts[bucket]);

    /// <summary>A request has ended.</summary>
    public void Add(TimeSpan time)
    {
        var bucket = 0;
        while (bucket < BoundsInMilliseconds.Count && time.Ticks > BoundsInMilliseconds[bucket] * TimeSpan.TicksPerMillisecond)
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _ticks, time.Ticks);
    }
}
