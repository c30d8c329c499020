using System.Globalization;

namespace EniAgent.Chaos;

/// <summary>What a process holds and has used, as proc(5) tells it.</summary>
/// <param name="Descriptors">Open descriptors.</param>
/// <param name="Threads">Threads.</param>
/// <param name="PrivateDirty">Memory that it has written and that nobody else has, in kB.</param>
/// <param name="Pss">Its share of all memory that it has mapped, in kB.</param>
/// <param name="Processor">Processor time since its start.</param>
internal sealed record ProcessUse(int Descriptors, int Threads, int PrivateDirty, int Pss, TimeSpan Processor)
{
    // USER_HZ: what the kernel tells programs, on every architecture that is built for.
    private const int TicksPerSecond = 100;

    /// <summary>That of a process at this moment.</summary>
    public static ProcessUse Of(int id)
    {
        var proc = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}");
        var memory = File.ReadAllLines($"{proc}/smaps_rollup");

        // The name of the program, in brackets, may contain blanks; utime and stime are fields 14 and 15.
        var fields = File.ReadAllText($"{proc}/stat").Split(") ")[^1].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return new ProcessUse(
            Directory.GetFiles($"{proc}/fd").Length, Directory.GetDirectories($"{proc}/task").Length, Kilobytes("Private_Dirty"), Kilobytes("Pss"),
            TimeSpan.FromSeconds((double)ticks / TicksPerSecond));

        int Kilobytes(string name) => int.Parse(
            memory.First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
