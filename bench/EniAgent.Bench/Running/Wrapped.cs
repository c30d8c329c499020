using System.Globalization;

namespace EniAgent.Bench.Running;

/// <summary>What takes a wrapper to be known of a process: it runs in a round of its own, for the wrapper costs time.</summary>
internal static class Wrapped
{
    /// <summary>The most memory that a program had resident at any moment, in kB, by <c>time</c>, which is small itself; of several, the largest.</summary>
    public static long PeakMemory(Stage stage, string folder, string program, params IEnumerable<string> arguments)
    {
        var file = Path.Combine(folder, "time");
        stage.Run("time", ["-f", "%M", "-o", file, program, .. arguments]);
        return long.Parse(File.ReadAllLines(file)[^1], CultureInfo.InvariantCulture);
    }

    /// <summary>How many system calls a program made with all its threads, by <c>strace -c</c>; null where there is none for it, or the machine forbids it.</summary>
    public static long? SystemCalls(Stage stage, string folder, string program, params IEnumerable<string> arguments)
    {
        var file = Path.Combine(folder, "strace");
        if (stage.Try("strace", ["-f", "-c", "-o", file, program, .. arguments]).Code != 0)
        {
            return null;
        }

        // 100.00    0.012345           3       912        61 total
        var total = File.ReadLines(file).Last(line => line.EndsWith(" total", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(total[3], CultureInfo.InvariantCulture);
    }
}
