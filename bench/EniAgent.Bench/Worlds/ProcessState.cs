using System.Globalization;
using EniAgent.Bench.Running;

namespace EniAgent.Bench.Worlds;

/// <summary>What a running process holds and has used.</summary>
/// <param name="Pss">Its share of all memory that it has mapped, in MB (proc(5)).</param>
/// <param name="PrivateDirty">Memory that it has written and that nobody else has, in MB.</param>
/// <param name="Processor">Processor time so far in ms, also that of threads that have ended (clock_getcpuclockid(3)).</param>
/// <param name="Sleeps">How often each of its threads has gone to sleep so far, by thread.</param>
internal sealed record ProcessState(double Pss, double PrivateDirty, double Processor, IReadOnlyDictionary<string, long> Sleeps)
{
    /// <summary>That of a process at this moment.</summary>
    public static ProcessState Of(int id)
    {
        var proc = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}");
        var memory = File.ReadAllLines($"{proc}/smaps_rollup");
        return new ProcessState(
            Number(memory, "Pss:") * 1024 / 1e6,
            Number(memory, "Private_Dirty:") * 1024 / 1e6,
            Native.ProcessorNanoseconds(id) / 1e6,
            Directory.GetDirectories($"{proc}/task").ToDictionary(task => task, task => Number(File.ReadAllLines($"{task}/status"), "voluntary_ctxt_switches:")));
    }

    /// <summary>How often its threads have woken up since another moment: as often as they had gone to sleep. Those of a thread that has ended meanwhile are not known.</summary>
    public long WakeupsSince(ProcessState before) => Sleeps.Sum(thread => thread.Value - before.Sleeps.GetValueOrDefault(thread.Key));

    private static long Number(string[] lines, string name) => long.Parse(
        lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
