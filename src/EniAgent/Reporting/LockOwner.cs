using EniAgent.Linux.Host;
using EniAgent.Linux.State;

namespace EniAgent.Reporting;

/// <summary>Who has the agent's lock: the daemon, or another command that is at work.</summary>
/// <param name="IsHeld">Whether somebody has it; null where that may not be looked at.</param>
/// <param name="Daemon">The daemon's process id; null where it does not run.</param>
/// <param name="Other">That of another command; null where there is none.</param>
internal readonly record struct LockOwner(bool? IsHeld, int? Daemon, int? Other)
{
    /// <summary>
    /// Looks. Those who may not open the lock's file take the daemon's word, as long as there is such a process; so does everybody where the disk had no room for the holder's id.
    /// </summary>
    public static LockOwner Of(AgentPaths paths, StatusReport? daemon)
    {
        int? said = daemon?.DaemonPid is { } pid && Directory.Exists($"/proc/{pid}") && IsDaemon(pid) ? pid : null;
        var isHeld = InstanceLock.IsHeld(paths.Lock);
        return isHeld switch
        {
            false => new(isHeld, null, null),
            true when InstanceLock.HolderOf(paths.Lock) is not 0 and var holder => IsDaemon(holder) ? new(isHeld, holder, null) : new(isHeld, null, holder),
            _ => new(isHeld, said, null),
        };
    }

    // Where the process cannot be seen it is taken for the daemon, which holds the lock for longest.
    private static bool IsDaemon(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains("daemon");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
