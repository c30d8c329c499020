using System.Globalization;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>The agent as installed in a guest: its files in a root of its own, its commands run in the guest's network namespace.</summary>
internal sealed class AgentHost : IDisposable
{
    private readonly Guest _guest;

    public AgentHost(Guest guest)
    {
        _guest = guest;
        Root = Directory.CreateTempSubdirectory("eni-agent-test-").FullName;
        Configure("");
        if (Confinement.IsInForce)
        {
            Confinement.MakeFolders(Root);
        }
    }

    /// <summary>What <c>--root</c> says.</summary>
    public string Root { get; }

    /// <summary>Variables of the agent's environment, for everything started from now on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>What starts the agent, with its arguments: a program that takes something away from it first. Empty for nothing.</summary>
    public IReadOnlyList<string> Launcher { get; set; } = [];

    /// <summary>/run/eni-agent/status.json.</summary>
    public string StatusFile => Path.Combine(Root, "run/eni-agent/status.json");

    /// <summary>/run/eni-agent/metrics.prom.</summary>
    public string MetricsFile => Path.Combine(Root, "run/eni-agent/metrics.prom");

    /// <summary>/run/eni-agent/snapshot.json.</summary>
    public string SnapshotFile => Path.Combine(Root, "run/eni-agent/snapshot.json");

    /// <summary>/run/eni-agent/lock.</summary>
    public string LockFile => Path.Combine(Root, "run/eni-agent/lock");

    /// <summary>/run/eni-agent/ledger.json.</summary>
    public string LedgerFile => Path.Combine(Root, "run/eni-agent/ledger.json");

    /// <summary>/run/eni-agent/transaction.json.</summary>
    public string TransactionFile => Path.Combine(Root, "run/eni-agent/transaction.json");

    /// <summary>The kernel's features that the agent has to do without, by the names of its KernelFeatures.</summary>
    public void DoWithout(params string[] features) => Environment["ENI_AGENT_KERNEL_WITHOUT"] = string.Join(',', features);

    /// <summary>Writes the configuration: these lines after a poll interval, by default the shortest there is.</summary>
    public void Configure(string configuration, string pollInterval = "1s")
    {
        var path = Path.Combine(Root, "etc/eni-agent/eni-agent.conf");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"[Agent]\nPollInterval={pollInterval}\n{configuration}\n");
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<CommandResult> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        await process.WaitAsync(TimeSpan.FromMinutes(1));
        return new CommandResult(process.ExitCode, process.StandardOutput, process.StandardError);
    }

    /// <summary>Runs <c>sync</c>, which must end with 0.</summary>
    public Task<CommandResult> SyncAsync() => SucceedAsync("sync");

    /// <summary>Runs <c>release</c>, which must end with 0.</summary>
    public Task<CommandResult> ReleaseAsync() => SucceedAsync("release");

    /// <summary>Runs <c>status --json</c>.</summary>
    public async Task<AgentStatus> StatusAsync() => AgentStatus.Parse((await SucceedAsync("status", "--json")).Output);

    /// <summary>What <c>status</c> says, in one line.</summary>
    public async Task<string> StatusLineAsync() => string.Join(' ', (await SucceedAsync("status")).Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whether <c>plan</c> finds nothing to do.</summary>
    public async Task<bool> IsInSyncAsync() => (await RunAsync("plan", "--exit-code")).ExitCode == 0;

    /// <summary>Runs a command that must end with 0.</summary>
    public async Task<CommandResult> SucceedAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', arguments)}: {result}"));
        return result;
    }

    /// <summary>Waits until the metrics that the daemon has written satisfy a condition; returns them.</summary>
    public async Task<string> UntilMetricsAsync(Func<string, bool> condition)
    {
        var text = "";
        await Eventually.TrueAsync(
            () => Task.FromResult(File.Exists(MetricsFile) && condition(text = File.ReadAllText(MetricsFile))), state: () => Task.FromResult(text));
        return text;
    }

    /// <summary>Starts a command without waiting for it.</summary>
    public GuestProcess Start(params string[] arguments)
    {
        if (Confinement.IsInForce)
        {
            return Launcher.Count == 0 ? Confinement.Start(_guest, Root, [Confinement.Agent, .. arguments, "--root", Root], Environment)
                : throw new InvalidOperationException("what a service may not do, a launcher may not either: this test is one of those with the trait Confined=no");
        }

        string[] line = [.. Launcher, AgentBinary.Path, .. arguments, "--root", Root];
        return GuestProcess.Start(_guest, line[0], line[1..], Environment);
    }

    /// <summary>Starts the daemon.</summary>
    public AgentDaemon StartDaemon() => new(this, Start("daemon"));

    /// <summary>Starts the daemon and waits until it says that all is in sync.</summary>
    public async Task<AgentDaemon> StartDaemonInSyncAsync()
    {
        if (File.Exists(StatusFile))
        {
            // A former daemon's.
            File.Delete(StatusFile);
        }
        var daemon = StartDaemon();
        await daemon.UntilAsync(status => status.State == "in-sync");
        return daemon;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
