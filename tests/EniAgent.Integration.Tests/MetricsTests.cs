using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>The metrics of a real daemon, as node_exporter, scrapers and promtool see them.</summary>
[Trait("Needs", "root")]
public sealed partial class MetricsTests(ITestOutputHelper output)
{
    private const UnixFileMode ReadableForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    [Fact]
    public async Task What_the_daemon_writes_is_what_promtool_wants_and_what_the_status_says()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        var text = await world.Agent.UntilMetricsAsync(metrics => metrics.Contains("eni_agent_state{state=\"in-sync\"} 1\n", StringComparison.Ordinal));

        await Promtool.AcceptsAsync(text, "check", "metrics");
        Assert.Equal(ReadableForAll, File.GetUnixFileMode(world.Agent.MetricsFile));
        Assert.Equal(2, Value(text, "eni_agent_enis{state=\"in-sync\"}"));
        Assert.Equal(4, Value(text, "eni_agent_addresses{state=\"ok\"}") + Value(text, "eni_agent_addresses{state=\"adopted\"}"));
        Assert.Equal(Value(text, "eni_agent_metadata_requests_total"), Value(text, "eni_agent_metadata_request_duration_seconds_count"));
        Assert.True(Value(text, "eni_agent_changes_total") > 0, text);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0 - Value(text, "eni_agent_last_snapshot_timestamp_seconds"), 0, 60);
    }

    [Fact]
    public async Task Metadata_that_goes_away_and_a_rule_that_somebody_deletes_are_counted()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await world.Guest.IpAsync("rule del pref 31010");
        var repaired = await world.Agent.UntilMetricsAsync(metrics => Value(metrics, "eni_agent_drift_repairs_total{kind=\"rule\"}") == 1);
        Assert.Equal(0, Value(repaired, "eni_agent_failures_total{kind=\"metadata_unreachable\"}"));

        world.Vpc.Metadata.StopListening();
        var text = await world.Agent.UntilMetricsAsync(metrics => Value(metrics, "eni_agent_failures_total{kind=\"metadata_unreachable\"}") > 1);

        await Promtool.AcceptsAsync(text, "check", "metrics");
        Assert.Equal(1, Value(text, "eni_agent_state{state=\"degraded\"}"));
        Assert.Equal(2, Value(text, "eni_agent_enis{state=\"in-sync\"}"));
        Assert.True(Value(text, "eni_agent_last_snapshot_age_seconds") > 0, text);
    }

    [Fact]
    public async Task The_socket_serves_the_same_is_taken_over_after_a_kill_and_goes_with_the_daemon()
    {
        await using var world = await World.CreateAsync(output);
        world.Agent.Configure("[Metrics]\nSocket=/run/eni-agent/metrics.sock\n");
        var socket = Path.Combine(world.Agent.Root, "run/eni-agent/metrics.sock");
        await using (var killed = await world.Agent.StartDaemonInSyncAsync())
        {
            Assert.Contains("eni_agent_info{version=", await CurlAsync(socket), StringComparison.Ordinal);
            await killed.KillAsync();
        }

        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await Promtool.AcceptsAsync(await CurlAsync(socket), "check", "metrics");

        world.Agent.Configure("");
        daemon.Reload();
        await Eventually.TrueAsync(() => Task.FromResult(!Path.Exists(socket)));
        world.Agent.Configure("[Metrics]\nSocket=/run/eni-agent/metrics.sock\n");
        daemon.Reload();
        await Eventually.TrueAsync(() => Task.FromResult(Path.Exists(socket)));
        Assert.Equal(0, await daemon.StopAsync());

        Assert.False(Path.Exists(socket));
        Assert.True(File.Exists(world.Agent.MetricsFile));
    }

    [Fact]
    public async Task Release_takes_the_metrics_away()
    {
        await using var world = await World.CreateAsync(output);
        await using (var daemon = await world.Agent.StartDaemonInSyncAsync())
        {
            await daemon.StopAsync();
        }

        Assert.True(File.Exists(world.Agent.MetricsFile));

        await world.Agent.ReleaseAsync();

        Assert.False(File.Exists(world.Agent.MetricsFile));
    }

    private static double Value(string metrics, string series) =>
        double.Parse(Regex.Match(metrics, $"^{Regex.Escape(series)} (\\S+)$", RegexOptions.Multiline) is { Success: true } line ? line.Groups[1].Value : throw new FormatException($"no {series} in\n{metrics}"),
            CultureInfo.InvariantCulture);

    private static async Task<string> CurlAsync(string socket)
    {
        using var curl = Process.Start(new ProcessStartInfo("curl", ["-sSf", "--max-time", "20", "--unix-socket", socket, "http://localhost/metrics"]) { RedirectStandardOutput = true })!;
        var text = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        Assert.Equal(0, curl.ExitCode);
        return text;
    }
}
