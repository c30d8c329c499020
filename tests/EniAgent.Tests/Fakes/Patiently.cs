using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Tests.Fakes;

/// <summary>Waits for what happens on other threads, and moves a fake clock meanwhile.</summary>
internal static class Patiently
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits in real time while the fake clock stands still.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(new FakeTimeProvider(), condition, TimeSpan.Zero);

    /// <summary>Waits until the condition holds, moving the clock in small steps.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="condition">What is waited for.</param>
    /// <param name="step">How far the clock moves at a time.</param>
    /// <param name="isBusy">While this holds, the clock stands: somebody is at work who needs real time, and must not be timed out by a clock that races.</param>
    /// <returns>How far the clock was moved.</returns>
    public static async Task<TimeSpan> UntilAsync(FakeTimeProvider time, Func<bool> condition, TimeSpan step, Func<bool>? isBusy = null)
    {
        var started = Stopwatch.GetTimestamp();
        var before = time.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "this should have happened by now");
            var stood = Stopwatch.GetTimestamp();
            while (isBusy?.Invoke() == true && Stopwatch.GetElapsedTime(stood) < TimeSpan.FromSeconds(1))
            {
                await Task.Delay(1);
            }

            time.Advance(step);
            await Task.Delay(2);
        }

        return time.GetElapsedTime(before);
    }
}
