using EniAgent.Linux.Host;
using EniAgent.Linux.State;

namespace EniAgent.Reporting;

/// <summary>/run/eni-agent/status.json.</summary>
internal static class StatusFile
{
    /// <summary>Writes the report.</summary>
    public static void Write(AgentPaths paths, StatusReport report) => new StatusWriter(paths).Write(report);

    /// <summary>Reads the last report; null where there is none that can be read, or others may have written it.</summary>
    public static StatusReport? Read(AgentPaths paths)
    {
        try
        {
            return File.Exists(paths.Status) && OwnFolder.ProblemOf(paths.RunFolder) is null ? StatusReport.Parse(File.ReadAllText(paths.Status)) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Gone in between: the daemon's folder goes with the daemon.
            return null;
        }
    }
}
