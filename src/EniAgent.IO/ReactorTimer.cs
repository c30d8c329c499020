using System.Diagnostics;

namespace EniAgent.IO;

/// <summary>A timer whose callback runs on the reactor's thread.</summary>
internal sealed class ReactorTimer(Reactor reactor, Action callback) : ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    /// <summary>When it is to be called, as a timestamp of <see cref="Stopwatch"/>; null for not at all. The reactor's to set.</summary>
    public long? Due { get; set; }

    /// <summary>Calls it, and has it be called again where it is to be.</summary>
    /// <param name="now">The time.</param>
    public void Call(long now)
    {
        reactor.Set(this, _period > TimeSpan.Zero ? now + Ticks(_period) : null);
        callback();
    }

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        reactor.Set(this, dueTime >= TimeSpan.Zero ? Stopwatch.GetTimestamp() + Ticks(dueTime) : null);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => reactor.Set(this, null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static long Ticks(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds * Stopwatch.Frequency);
}
