using EniAgent.Core.Planning;
using EniAgent.Metadata.Tests;
using EniAgent.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Tests.Hosting;

/// <summary>The metrics that the daemon writes.</summary>
public sealed class AgentLoopMetricsTests : DaemonTests
{
    private string Text => File.ReadAllText(Daemon.Machine.Paths.Metrics);

    [Fact]
    public async Task They_say_what_is_there_and_everybody_may_read_them()
    {
        await Daemon.StartInSyncAsync();
        await Daemon.UntilAsync(() => Has("eni_agent_state{state=\"in-sync\"} 1"));

        Assert.True(Has("eni_agent_enis{state=\"in-sync\"} 2"), Text);
        Assert.True(Has("eni_agent_addresses{state=\"ok\"} 2"), Text);
        Assert.True(Has($"eni_agent_last_snapshot_timestamp_seconds {Daemon.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000}"), Text);
        Assert.Equal(Linux.State.AtomicFile.Public, File.GetUnixFileMode(Daemon.Machine.Paths.Metrics));
    }

    [Fact]
    public async Task Metadata_that_is_down_is_counted_while_the_ENIs_stay_what_they_were()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Change(() => Daemon.Script = _ => Reply.Status(503));

        await Daemon.LaterAsync(() => Has("eni_agent_state{state=\"degraded\"} 1") && Has("eni_agent_failures_total{kind=\"metadata_server_error\"} 2"));

        Assert.True(Has("eni_agent_enis{state=\"in-sync\"} 2"), Text);
        Assert.False(Has("eni_agent_last_snapshot_age_seconds 0"), Text);
    }

    [Fact]
    public async Task What_somebody_else_undoes_is_counted_by_its_kind()
    {
        await Daemon.StartInSyncAsync();
        Assert.True(Has("eni_agent_drift_repairs_total{kind=\"address\"} 0"), Text);

        Daemon.Lose("10.0.1.11");
        await Daemon.LaterAsync(() => Has("eni_agent_drift_repairs_total{kind=\"address\"} 1"));
    }

    [Fact]
    public async Task They_are_written_again_with_every_poll()
    {
        await Daemon.StartInSyncAsync();
        var before = Text;
        var polls = Daemon.Polls.Count;

        await Daemon.LaterAsync(() => Daemon.Polls.Count > polls && Text != before);
    }

    [Fact]
    public async Task A_reload_changes_where_they_are_served()
    {
        await Daemon.StartInSyncAsync();
        var (first, second) = (Daemon.Machine.Paths.Below("/run/eni-agent/a.sock"), Daemon.Machine.Paths.Below("/run/eni-agent/b.sock"));
        Assert.False(Path.Exists(first));

        Daemon.Loop.Reload(Daemon.Options with { MetricsSocket = "/run/eni-agent/a.sock" });
        await Daemon.UntilAsync(() => Path.Exists(first));
        Daemon.Loop.Reload(Daemon.Options with { MetricsSocket = "/run/eni-agent/b.sock" });
        await Daemon.UntilAsync(() => Path.Exists(second));
        Assert.False(Path.Exists(first));

        Daemon.Loop.Reload(Daemon.Options);
        await Daemon.UntilAsync(() => !Path.Exists(second));
    }

    [Fact]
    public async Task A_socket_that_cannot_be_opened_is_said_once_and_holds_up_nothing()
    {
        await Daemon.StartInSyncAsync();
        Directory.CreateDirectory(Daemon.Machine.Paths.Below("/run/eni-agent/a.sock"));

        Daemon.Loop.Reload(Daemon.Options with { MetricsSocket = "/run/eni-agent/a.sock" });
        await Daemon.LaterAsync(() => Daemon.Polls.Count > 4);

        Assert.Single(Daemon.Log.Lines, line => line.Contains("a.sock is there and is no socket", StringComparison.Ordinal));
        Assert.Equal("in-sync", Daemon.Status.State);
    }

    [Fact]
    public async Task A_status_file_that_cannot_be_written_keeps_no_metrics_from_being_written()
    {
        await Daemon.StartInSyncAsync();
        File.Delete(Daemon.Machine.Paths.Status);
        Directory.CreateDirectory(Daemon.Machine.Paths.Status + "/in-the-way");
        await Daemon.LaterAsync(() => Daemon.Log.Lines.Any(line => line.Contains("status.json", StringComparison.Ordinal)));
        var before = Text;

        await Daemon.LaterAsync(() => Text != before);
    }

    [Fact]
    public async Task What_is_wrong_with_them_hides_nothing_that_is_wrong_with_what_must_outlive_the_process()
    {
        Directory.CreateDirectory(Daemon.Machine.Paths.Snapshot + "/in-the-way");
        Directory.CreateDirectory(Daemon.Machine.Paths.Metrics + "/in-the-way");
        await Daemon.StartInSyncAsync();

        await Daemon.LaterAsync(() => IsSaid("snapshot.json") && IsSaid("metrics.prom"));

        bool IsSaid(string file) => Daemon.Log.Lines.Any(line => line.Contains(file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_taken_back_at_the_start_is_counted()
    {
        using var machine = new Machine();
        machine.Store.Write(new Transaction(Machine.TwoEnis, [], new FakeTimeProvider().GetElapsedTime(0)));
        await using var daemon = new Daemon(machine);
        daemon.Script = _ => Reply.Hang();
        daemon.Start();

        await daemon.LaterAsync(() => File.Exists(machine.Paths.Metrics) && File.ReadAllText(machine.Paths.Metrics).Contains("eni_agent_failures_total{kind=\"rollback\"} 1\n", StringComparison.Ordinal));
    }

    private bool Has(string line) => File.Exists(Daemon.Machine.Paths.Metrics) && Text.Contains(line + "\n", StringComparison.Ordinal);
}
