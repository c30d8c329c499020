using System.Runtime.CompilerServices;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>The agent's daemon while it runs; killed when disposed of.</summary>
internal sealed class AgentDaemon(AgentHost host, GuestProcess process) : IAsyncDisposable
{
    /// <summary>Its process id.</summary>
    public int Id => process.Id;

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>Everything it has logged.</summary>
    public string Log => process.StandardOutput + process.StandardError;

    /// <summary>The lines of the log with a text in them.</summary>
    public IReadOnlyList<string> LogLines(string text) => [.. Log.Split('\n').Where(l => l.Contains(text, StringComparison.Ordinal))];

    /// <summary>Waits until its log contains a text.</summary>
    public Task UntilLoggedAsync(string text) => process.WaitForTextAsync(text, Eventually.Patience);

    /// <summary>Waits until its own report says so; returns how long that took since <paramref name="since"/>.</summary>
    public Task<TimeSpan> UntilAsync(Func<AgentStatus, bool> condition, long since = 0, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Eventually.TrueAsync(
            () => Task.FromResult(Report() is { } status && condition(status)), since, () => Task.FromResult($"{ReportText()}\n{Log}"), what: what);

    /// <summary>Its own report, status.json; null before the first.</summary>
    public AgentStatus? Report()
    {
        Assert.True(IsRunning, $"the daemon has ended\n{Log}");
        return ReportText() is { } text ? AgentStatus.Parse(text) : null;
    }

    /// <summary>Has it read its configuration and converge (SIGHUP).</summary>
    public void Reload() => process.Signal(Signals.Hangup);

    /// <summary>Stops it (SIGTERM); returns its exit code.</summary>
    public Task<int> StopAsync() => process.TerminateAsync(Eventually.Patience);

    /// <summary>Kills it (SIGKILL).</summary>
    public async Task KillAsync()
    {
        process.Signal(Signals.Kill);
        await process.WaitAsync(Eventually.Patience);
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private string? ReportText() => File.Exists(host.StatusFile) ? File.ReadAllText(host.StatusFile) : null;
}
