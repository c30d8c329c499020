namespace EniAgent.Core.Scheduling;

/// <summary>
/// Decides when metadata is read next: every interval with jitter; sooner with growing distances while the service does not answer; and in a burst after a NIC
/// has appeared. Pure: the caller brings the clock (one that never jumps) and the randomness.
/// </summary>
/// <param name="interval">[Agent] PollInterval.</param>
/// <param name="random">The source of jitter.</param>
public sealed class PollSchedule(TimeSpan interval, Random random)
{
    /// <summary>The first distance of a burst; it doubles.</summary>
    public static readonly TimeSpan BurstStart = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a burst lasts at most.</summary>
    public static readonly TimeSpan BurstLength = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RetryStart = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BurstLongest = TimeSpan.FromSeconds(2);

    private TimeSpan _retry = RetryStart;
    private TimeSpan _burst;
    private TimeSpan? _burstEnd;

    /// <summary>When metadata is due.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.Zero;

    /// <summary>True while a burst is under way.</summary>
    public bool InBurst => _burstEnd is not null;

    /// <summary>A NIC has appeared: metadata is due at once, and again soon.</summary>
    public void StartBurst(TimeSpan now)
    {
        _burst = BurstStart;
        _burstEnd = now + BurstLength;
        Due = now;
    }

    /// <summary>What the burst waited for is there.</summary>
    public void EndBurst() => _burstEnd = null;

    /// <summary>Metadata is due at once, e.g. by a signal.</summary>
    public void Hurry(TimeSpan now) => Due = now;

    /// <summary>Metadata was read; <paramref name="confirmAt"/> is when a second look would confirm a removal.</summary>
    public void Succeeded(TimeSpan now, TimeSpan? confirmAt)
    {
        _retry = RetryStart;
        Due = NextInBurst(now) ?? now + Jittered(interval);
        if (confirmAt < Due)
        {
            Due = confirmAt.Value;
        }
    }

    /// <summary>Metadata could not be read.</summary>
    public void Failed(TimeSpan now)
    {
        Due = NextInBurst(now) ?? now + Jittered(_retry < interval ? _retry : interval);
        _retry = _retry < interval ? 2 * _retry : interval;
    }

    private TimeSpan? NextInBurst(TimeSpan now)
    {
        if (_burstEnd is not { } end || now + _burst > end)
        {
            _burstEnd = null;
            return null;
        }

        var due = now + _burst;
        _burst = _burst * 2 < BurstLongest ? _burst * 2 : BurstLongest;
        return due;
    }

    // Machines that boot together must not poll together.
    private TimeSpan Jittered(TimeSpan time) => time * (0.9 + (0.2 * random.NextDouble()));
}
