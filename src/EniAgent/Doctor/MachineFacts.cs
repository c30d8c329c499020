using System.Globalization;
using EniAgent.Core.Wording;
using EniAgent.Linux.Host;
using EniAgent.Linux.Kernel;
using EniAgent.Linux.State;
using EniAgent.Reporting;

namespace EniAgent.Doctor;

/// <summary>What there is to know of the machine and of the agent's own processes and folders.</summary>
internal sealed class MachineFacts
{
    private const int CapNetAdmin = 12;

    public required DateTimeOffset Now { get; init; }

    /// <summary>The running kernel's release, e.g. "6.6.30".</summary>
    public string Release { get; init; } = "";

    public bool IsRoot { get; init; } = true;

    /// <summary>CAP_NET_ADMIN.</summary>
    public bool MayConfigure { get; init; } = true;

    /// <summary>The daemon's process id; null where it does not run.</summary>
    public int? DaemonPid { get; init; }

    /// <summary>The process id of another command that holds the lock at this moment; null where none does.</summary>
    public int? LockHolder { get; init; }

    /// <summary>The last report of the daemon, or of <c>sync</c>.</summary>
    public StatusReport? Status { get; init; }

    /// <summary>When the report was written, which the daemon does at every poll; null where there is none.</summary>
    public DateTimeOffset? StatusWritten { get; init; }

    /// <summary>The agent's folders that are not believed, and why.</summary>
    public IReadOnlyList<(string Path, Sentence Problem)> FolderProblems { get; init; } = [];

    /// <summary>The agent's folders and those of the back end that cannot be written to.</summary>
    public IReadOnlyList<string> ReadOnly { get; init; } = [];

    /// <summary>Whether packets are forwarded.</summary>
    public bool Forwards { get; init; }

    /// <summary>iptables' tables that are in use.</summary>
    public string FirewallTables { get; init; } = "";

    /// <summary>nftables' chains that packets pass through.</summary>
    public IReadOnlyList<FirewallChain> FirewallChains { get; init; } = [];

    public static MachineFacts Gather(AgentPaths paths, TimeProvider time)
    {
        var status = StatusFile.Read(paths);
        var process = File.ReadAllText("/proc/self/status");
        var capabilities = ulong.Parse(Field(process, "CapEff:"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var owner = LockOwner.Of(paths, status);
        string[] folders = [paths.RunFolder, paths.StateFolder];
        return new MachineFacts
        {
            Now = time.GetUtcNow(),
            Release = TextOf("/proc/sys/kernel/osrelease"),
            IsRoot = Field(process, "Uid:").Split('\t') is [_, "0", ..],
            MayConfigure = (capabilities >> CapNetAdmin & 1) != 0,
            DaemonPid = owner.Daemon,
            LockHolder = owner.Other,
            Status = status,
            StatusWritten = status is null ? null : File.GetLastWriteTimeUtc(paths.Status),
            FolderProblems = [.. folders.Select(folder => (folder, OwnFolder.ProblemOf(folder)!)).Where(found => found.Item2 is not null)],
            ReadOnly = [.. folders.Where(folder => Directory.Exists(folder) && !OwnFolder.MayWrite(folder))],
            Forwards = TextOf("/proc/sys/net/ipv4/ip_forward") == "1",
            FirewallTables = TextOf("/proc/net/ip_tables_names").Replace('\n', ' '),
            FirewallChains = FirewallChain.All(),
        };
    }

    private static string Field(string text, string name) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line ? line[name.Length..].Trim() : "";

    // What a kernel without the feature does not have, and what only root may see, is nothing.
    private static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
