namespace EniAgent.Metadata.Tests;

/// <summary>A clock that runs faster than the real one, so that time-outs and back-off keep their proportions and tests stay short.</summary>
internal sealed class ScaledTime(double factor) : TimeProvider
{
    private readonly long _start = System.GetTimestamp();
    private readonly DateTimeOffset _startedAt = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _startedAt + (System.GetElapsedTime(_start) * factor);

    public override long GetTimestamp() => _start + (long)((System.GetTimestamp() - _start) * factor);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Scale(dueTime), Scale(period));

    private TimeSpan Scale(TimeSpan time) => time > TimeSpan.Zero ? time / factor : time;
}
