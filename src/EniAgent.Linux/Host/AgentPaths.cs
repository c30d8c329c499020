namespace EniAgent.Linux.Host;

/// <summary>Where the agent's files are: the one place that knows. Every path is below a root, which is "/" but for tests and images.</summary>
/// <param name="Root">The root, e.g. "/".</param>
public sealed record AgentPaths(string Root)
{
    /// <summary>/etc/eni-agent/eni-agent.conf.</summary>
    public string Configuration => Path.Combine(Root, "etc/eni-agent/eni-agent.conf");

    /// <summary>/run/eni-agent: what is true for this boot.</summary>
    public string RunFolder => Path.Combine(Root, "run/eni-agent");

    /// <summary>/var/lib/eni-agent: what outlives a boot.</summary>
    public string StateFolder => Path.Combine(Root, "var/lib/eni-agent");

    /// <summary>The lock that only one writer of the kernel holds.</summary>
    public string Lock => Path.Combine(RunFolder, "lock");

    /// <summary>What the agent added to the kernel.</summary>
    public string Ledger => Path.Combine(RunFolder, "ledger.json");

    /// <summary>Changes that are under way and may cost the machine its contact.</summary>
    public string Transaction => Path.Combine(RunFolder, "transaction.json");

    /// <summary>What metadata said last.</summary>
    public string Snapshot => Path.Combine(RunFolder, "snapshot.json");

    /// <summary>The report for other programs.</summary>
    public string Status => Path.Combine(RunFolder, "status.json");

    /// <summary>The metrics, for node_exporter's textfile collector.</summary>
    public string Metrics => Path.Combine(RunFolder, "metrics.prom");

    /// <summary>Slots, former settings, the instance's id.</summary>
    public string State => Path.Combine(StateFolder, "state.json");

    /// <summary>Any other absolute path, below the root.</summary>
    public string Below(string path) => Path.Combine(Root, path.TrimStart('/'));

    /// <summary>The first versions of files that the agent has edited.</summary>
    public string Originals => Path.Combine(StateFolder, "originals");
}
