namespace EniAgent.Core.Scheduling;

/// <summary>
/// Limits how often drift is repaired: at once as long as it is rare, then with growing distances, so that somebody who undoes us forever meets no fight at full
/// speed. Pure: the caller brings the clock.
/// </summary>
public sealed class RepairBackOff
{
    /// <summary>How many repairs in <see cref="Window"/> are made at once.</summary>
    public const int Free = 5;

    /// <summary>The time in which repairs are counted; after this long without drift everything is forgotten.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> _recent = [];
    private TimeSpan _last = TimeSpan.MinValue;

    /// <summary>The distance to the next repair while holding back; zero while repairs are free.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>When a repair may be made that was wanted at <paramref name="now"/>.</summary>
    public TimeSpan NotBefore(TimeSpan now) => Delay == TimeSpan.Zero || now - _last > Delay ? now : _last + Delay;

    /// <summary>A repair was made. True when this is the one with which holding back begins: the moment for a warning.</summary>
    public bool Repaired(TimeSpan now)
    {
        var quiet = _last == TimeSpan.MinValue ? TimeSpan.Zero : now - _last;
        _last = now;
        if (quiet > Window + (2 * Delay))
        {
            _recent.Clear();
            Delay = TimeSpan.Zero;
        }

        while (_recent.TryPeek(out var oldest) && now - oldest > Window)
        {
            _recent.Dequeue();
        }

        _recent.Enqueue(now);
        if (Delay > TimeSpan.Zero)
        {
            Delay = Delay * 2 < LongestDelay ? Delay * 2 : LongestDelay;
            return false;
        }

        if (_recent.Count <= Free)
        {
            return false;
        }

        Delay = FirstDelay;
        return true;
    }
}
