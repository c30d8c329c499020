using System.Globalization;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>Runs single inputs, and holds them to the bounds of time and memory.</summary>
internal sealed partial class Probe(FuzzTarget target)
{
    // The first time code is compiled: what is slow or greedy is so every time.
    private const int Attempts = 4;

    // CLOCK_THREAD_CPUTIME_ID of linux/time.h.
    private const int ThreadClock = 3;

    /// <summary>What is wrong with an input; null for nothing.</summary>
    public FuzzProblem? Check(byte[] input)
    {
        var (time, bytes) = (TimeSpan.MaxValue, long.MaxValue);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Processor();
            try
            {
                target.Run(input);
            }
            catch (Exception e)
            {
                return new FuzzProblem($"{e.GetType().Name} {Place(e)}", e.ToString());
            }

            time = Shorter(time, Processor() - start);
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - allocated);
            if (time <= target.Longest && bytes <= target.MostAllocated(input.Length))
            {
                return null;
            }
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{input.Length} bytes took {time.TotalMilliseconds:0} ms and allocated {bytes} bytes, of which {target.MostAllocated(input.Length)} are allowed");
        return new FuzzProblem(time > target.Longest ? "slow" : "greedy", text);
    }

    /// <summary>The processor time of this thread: however busy the machine is, nobody is slow for that.</summary>
    internal static unsafe TimeSpan Processor()
    {
        timespec time;
        Assert.Equal(0, GetTime(ThreadClock, &time));
        return TimeSpan.FromSeconds((long)time.tv_sec) + TimeSpan.FromTicks((long)time.tv_nsec / TimeSpan.NanosecondsPerTick);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, timespec* time);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static string Place(Exception e) => e.StackTrace?.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("at EniAgent", StringComparison.Ordinal)) ?? "";
}

/// <summary>What is wrong with an input.</summary>
/// <param name="Kind">The same for inputs that show the same problem.</param>
/// <param name="Text">All that is known of it.</param>
internal sealed record FuzzProblem(string Kind, string Text);
