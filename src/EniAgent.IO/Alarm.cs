namespace EniAgent.IO;

/// <summary>
/// A time that is waited for beside other things, and given up when one of these has come. Unlike a cancelled <see cref="Task.Delay(TimeSpan, TimeProvider, CancellationToken)"/>
/// that takes no other thread.
/// </summary>
public sealed class Alarm : IDisposable
{
    private readonly TaskCompletionSource _rung = new();
    private readonly ITimer _timer;

    /// <summary>Sets it.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="distance">How far away the time is; infinite for never.</param>
    public Alarm(TimeProvider time, TimeSpan distance)
    {
        ArgumentNullException.ThrowIfNull(time);
        _timer = time.CreateTimer(static rung => ((TaskCompletionSource)rung!).TrySetResult(), _rung, distance, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Completes when the time has come, and never once the alarm is disposed of.</summary>
    public Task Rung => _rung.Task;

    /// <summary>Gives it up.</summary>
    public void Dispose() => _timer.Dispose();
}
