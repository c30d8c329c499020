using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>A metadata service that fails under the running daemon: it says so once, keeps everything, and goes on when the service does.</summary>
[Trait("Needs", "root")]
public sealed class DaemonFaultTests(DaemonFaultTests.Running running) : IClassFixture<DaemonFaultTests.Running>
{
    private readonly ConvergedGuest _guest = running.Guest;

    [Theory]
    [InlineData("refused")]
    [InlineData("reset")]
    [InlineData("404")]
    [InlineData("429")]
    [InlineData("500")]
    [InlineData("html")]
    [InlineData("redirect")]
    [InlineData("endless-body")]
    [InlineData("truncated")]
    [InlineData("half-header")]
    [InlineData("invalid-utf8")]
    [InlineData("empty-list")]
    [InlineData("no-primary")]
    [InlineData("bogus-mac")]
    public async Task A_service_that_fails_is_reported_once_and_costs_nothing(string fault)
    {
        var (daemon, logged) = (running.Daemon, running.Daemon.Log.Length);
        FaultCatalogue.Install(fault, _guest.World.Guest);

        await daemon.UntilAsync(status => status.State == "degraded");
        var noticed = daemon.Report()!.Counters.MetadataFailures;
        await daemon.UntilAsync(status => status.Counters.MetadataFailures >= noticed + 1);
        await _guest.NothingIsLostAsync(daemon.Log);
        var error = daemon.Report()!.LastError!;
        Assert.Contains("network/interfaces/macs/", error, StringComparison.Ordinal);

        FaultCatalogue.Clear(_guest.Metadata);
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null });
        await _guest.NothingIsLostAsync(daemon.Log);

        // A read that was under way when the fault came may have failed at another document, and says so.
        var lines = await LinesAsync(daemon, logged);
        Assert.Equal([$"warning: {error}", "info: all is well again"], lines[^2..]);
        Assert.InRange(lines.Length, 2, 3);
        Assert.Equal(lines, lines.Distinct());
    }

    [Theory]
    [InlineData("no-addresses")]
    [InlineData("bogus-address")]
    [InlineData("foreign-address")]
    [InlineData("duplicate-address")]
    public async Task Bad_documents_of_enis_are_reported_once_each_and_cost_nothing(string fault)
    {
        var (daemon, logged) = (running.Daemon, running.Daemon.Log.Length);
        FaultCatalogue.Install(fault, _guest.World.Guest);

        await daemon.UntilAsync(status => status.State == "degraded");
        var synced = daemon.Report()!.Counters.Syncs;
        await daemon.UntilAsync(status => status.Counters.Syncs >= synced + 2);
        await _guest.NothingIsLostAsync(daemon.Log);
        var errors = daemon.Report()!.Enis.Select(eni => eni.Error).OfType<string>().ToList();
        Assert.InRange(errors.Count, 2, 3);

        FaultCatalogue.Clear(_guest.Metadata);
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null });
        await _guest.NothingIsLostAsync(daemon.Log);
        var lines = await LinesAsync(daemon, logged);
        Assert.Equal("info: all is well again", lines[^1]);
        Assert.All(errors, error => Assert.Single(lines, line => line.Contains(error, StringComparison.Ordinal)));
        Assert.Equal(errors.Count + 1, lines.Length);
    }

    [Theory]
    // Just within the time-out, each document.
    [InlineData("slow")]
    [InlineData("duplicate-mac")]
    public async Task What_is_merely_slow_or_said_twice_is_read_costs_nothing_and_is_not_worth_a_line(string fault)
    {
        var (daemon, logged) = (running.Daemon, running.Daemon.Log.Length);
        var failures = daemon.Report()!.Counters.MetadataFailures;
        var before = _guest.Metadata.RequestCount;
        FaultCatalogue.Install(fault, _guest.World.Guest);

        // The first read may have begun before the fault; that the last of these was asked for says that the one before it has ended.
        await Eventually.TrueAsync(() => Task.FromResult(
            _guest.Metadata.Requests.Skip(before).Count(request => request.Path.EndsWith("/macs/", StringComparison.Ordinal)) >= 3));
        await _guest.NothingIsLostAsync(daemon.Log);
        Assert.Equal("", daemon.Log[logged..]);
        Assert.Equal(("in-sync", null, failures), (daemon.Report()!.State, daemon.Report()!.LastError, daemon.Report()!.Counters.MetadataFailures));

        // What is new is seen meanwhile, and needs no restart.
        var added = (await _guest.World.Vpc.AssignPrivateIpAddressesAsync(_guest.Second))[0];
        await Eventually.TrueAsync(async () => (await _guest.World.LinesAsync("addr", $"{added}/")).Count == 1, state: () => Task.FromResult(daemon.Log));
        FaultCatalogue.Clear(_guest.Metadata);
        await _guest.World.Vpc.UnassignPrivateIpAddressesAsync(_guest.Second, added);
        await Eventually.TrueAsync(async () => (await _guest.World.ChangesSinceAsync(_guest.Converged)).Count == 0, state: () => Task.FromResult(daemon.Log));
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null });

        // What it logs comes by another way than what it does, and is not to be taken for the next test's.
        await Eventually.TrueAsync(() => Task.FromResult(daemon.Log[logged..].Contains(": 0 added, ", StringComparison.Ordinal)));
        Assert.All(daemon.Log[logged..].Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("info: ", line, StringComparison.Ordinal));
    }

    // What it logged from a place on, up to the good news: that comes by another way than the status, and may come later.
    private static async Task<string[]> LinesAsync(AgentDaemon daemon, int from)
    {
        await Eventually.TrueAsync(() => Task.FromResult(daemon.Log[from..].Contains("all is well again\n", StringComparison.Ordinal)));
        return daemon.Log[from..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The daemon of a converged guest.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal ConvergedGuest Guest { get; } = new();

        internal AgentDaemon Daemon { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            await Guest.InitializeAsync();
            Daemon = await Guest.World.Agent.StartDaemonInSyncAsync();
            await Daemon.UntilLoggedAsync(" started");
        }

        public Task DisposeAsync() => Guest.DisposeAsync();
    }
}
