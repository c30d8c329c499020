using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>Waiting for something to come true: no test waits for a fixed time.</summary>
internal static class Eventually
{
    /// <summary>How long anything may take; generous, for a crowded machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Asks again and again until the answer is yes; returns the time since <paramref name="since"/>, by default the moment of the call.</summary>
    /// <exception cref="TimeoutException">It did not come to this; the message says what was waited for and <paramref name="state"/>.</exception>
    public static async Task<TimeSpan> TrueAsync(
        Func<Task<bool>> condition, long since = 0, Func<Task<string>>? state = null, TimeSpan? timeout = null,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > (timeout ?? Patience))
            {
                throw new TimeoutException($"it did not come to this in time: {what}\n{(state is null ? "" : await state())}");
            }
            await Task.Delay(Pause);
        }
        return Stopwatch.GetElapsedTime(since == 0 ? start : since);
    }

    /// <summary>Measures until a time is within a bound, three times at most, and returns the shortest: on a crowded machine one alone says nothing.</summary>
    public static async Task<TimeSpan> BestOfThreeAsync(TimeSpan bound, Func<Task<TimeSpan>> measure)
    {
        var best = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 3 && best > bound; attempt++)
        {
            var time = await measure();
            best = time < best ? time : best;
        }
        return best;
    }
}
