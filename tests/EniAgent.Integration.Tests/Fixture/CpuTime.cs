using System.Globalization;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>What a process costs.</summary>
internal static class CpuTime
{
    // USER_HZ: the unit of /proc's times for programs, on every architecture that the agent runs on.
    private const double TicksPerSecond = 100;

    /// <summary>The time that the daemon has had on a CPU so far, of all its threads (proc_pid_stat(5): utime and stime).</summary>
    public static TimeSpan Of(AgentDaemon daemon)
    {
        // The name in parentheses may hold blanks: fields are counted from behind it, where the third one begins.
        var stat = File.ReadAllText($"/proc/{daemon.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
