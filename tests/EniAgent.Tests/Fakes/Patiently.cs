using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Tests.Fakes;

/// <summary>Waits for what happens on other threads, and moves a fake clock meanwhile.</summary>
internal static class Patiently
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits in real time while the fake clock stands still.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(new FakeTimeProvider(), condition, TimeSpan.Zero);

    /// <summary>Waits until the condition holds, moving the clock in small steps; what it did while the clock stood still is seen first.</summary>
    /// <returns>How far the clock was moved.</returns>
    public static async Task<TimeSpan> UntilAsync(FakeTimeProvider time, Func<bool> condition, TimeSpan step)
    {
        var started = Stopwatch.GetTimestamp();
        var before = time.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "this should have happened by now");
            time.Advance(step);
            await Task.Delay(2);
        }

        return time.GetElapsedTime(before);
    }

    /// <summary>Moves the clock in small steps, giving others the time to follow.</summary>
    public static async Task AdvanceAsync(FakeTimeProvider time, TimeSpan by, TimeSpan step)
    {
        for (var moved = TimeSpan.Zero; moved < by; moved += step)
        {
            time.Advance(step);
            await Task.Delay(2);
        }
    }
}
