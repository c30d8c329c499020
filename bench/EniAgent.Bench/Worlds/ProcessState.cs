using System.Globalization;

namespace EniAgent.Bench.Worlds;

/// <summary>What a running process holds and has used, as proc(5) tells it.</summary>
/// <param name="Pss">Its share of all memory that it has mapped, in MB.</param>
/// <param name="PrivateDirty">Memory that it has written and that nobody else has, in MB.</param>
/// <param name="Processor">Processor time of all its threads so far, in ms.</param>
/// <param name="Wakeups">How often its threads have gone to sleep so far: they woke up as often.</param>
internal sealed record ProcessState(double Pss, double PrivateDirty, double Processor, long Wakeups)
{
    /// <summary>That of a process at this moment.</summary>
    public static ProcessState Of(int id)
    {
        var proc = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}");
        var memory = File.ReadAllLines($"{proc}/smaps_rollup");
        var tasks = Directory.GetDirectories($"{proc}/task");
        return new ProcessState(
            Number(memory, "Pss:") * 1024 / 1e6,
            Number(memory, "Private_Dirty:") * 1024 / 1e6,

            // Nanoseconds on a processor; the ticks of stat are too coarse for a daemon that does next to nothing.
            tasks.Sum(task => double.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture)) / 1e6,
            tasks.Sum(task => Number(File.ReadAllLines($"{task}/status"), "voluntary_ctxt_switches:")));
    }

    private static long Number(string[] lines, string name) => long.Parse(
        lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
