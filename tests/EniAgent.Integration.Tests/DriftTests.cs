using System.Diagnostics;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests;

/// <summary>Somebody undoes what the agent did: it is back within a second, by an event, long before the next poll.</summary>
[Trait("Needs", "root")]
public sealed class DriftTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // No poll comes to help.
    private const string NoPoll = "1h";

    /// <summary>What somebody does.</summary>
    public static TheoryData<string> Harms => [.. Harm.Keys];

    private static Dictionary<string, string[]> Harm => new()
    {
        ["deletes a secondary ENI's only address"] = ["addr del 10.0.2.5/24 dev eth1"],
        ["deletes an address of the primary ENI"] = ["addr del 10.0.1.6/24 dev eth0"],
        ["deletes the primary address"] = ["addr del 10.0.1.5/24 dev eth0"],
        ["flushes every address of a secondary ENI"] = ["addr flush dev eth1"],
        ["deletes the rule that asks main first"] = ["rule del pref 31000"],
        ["deletes the rule of an address"] = ["rule del pref 31010"],
        ["deletes the rule of the primary's subnet"] = ["rule del pref 31015"],
        ["deletes the rule of a device"] = ["rule del pref 31020"],
        ["flushes all rules but the kernel's"] = ["rule del pref 31000", "rule del pref 31010", "rule del pref 31015", "rule del pref 31020"],
        ["deletes a table's default route"] = ["route del default table 31001"],
        ["flushes a table"] = ["route flush table 31001"],
        ["flushes the primary's table"] = ["route flush table 31000"],
        ["deletes a configured route of main"] = ["route del 192.168.0.0/16 table main"],
        ["sets a secondary ENI's link down"] = ["link set eth1 down"],
        ["sets the primary ENI's link down"] = ["link set eth0 down"],
        ["takes a link out of the group"] = ["link set eth1 group 0"],
    };

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task What_somebody_undoes_is_back_within_a_second(string harm)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.B);
        world.Agent.Configure("[Route office]\nDestination=192.168.0.0/16\nEni=eth1", NoPoll);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        var time = await Eventually.BestOfThreeAsync(Second, () => UntilRepairedAsync(world, daemon, () => world.Guest.IpAsync(Harm[harm])));

        world.Report($"drift (somebody {harm}) repaired after", time);
        Assert.InRange(time, TimeSpan.Zero, Second);
        Assert.True(await world.Agent.IsInSyncAsync(), await PlanAsync(world));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_reset_rp_filter_is_back_within_a_second()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        world.Agent.Configure("", NoPoll);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        var time = await Eventually.BestOfThreeAsync(Second, () => UntilRepairedAsync(world, daemon, () =>
        {
            world.Guest.Namespace.SetSysctls(("conf/eth1/rp_filter", 1));
            return Task.CompletedTask;
        }));

        world.Report("drift (somebody resets rp_filter) repaired after", time);
        Assert.InRange(time, TimeSpan.Zero, Second);
        Assert.Equal("2", world.Guest.Namespace.Sysctl("conf/eth1/rp_filter"));
    }

    [Fact]
    public async Task A_setting_that_changes_without_an_event_is_back_at_the_next_poll()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        world.Guest.Namespace.SetSysctls(("conf/eth1/arp_ignore", 0), ("conf/eth0/promote_secondaries", 0));

        await Eventually.TrueAsync(() => Task.FromResult(
            world.Guest.Namespace.Sysctl("conf/eth1/arp_ignore") == "1" && world.Guest.Namespace.Sysctl("conf/eth0/promote_secondaries") == "1"));
    }

    [Fact]
    public async Task Somebody_who_undoes_forever_meets_back_off_and_one_warning()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        world.Agent.Configure("", NoPoll);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        // From one process: what is here would be too slow for a warning on a crowded machine.
        int undone;
        await using (var harm = GuestProcess.Start(world.Guest, "sh", ["-c", "while :; do ip addr del 10.0.1.6/24 dev eth0 2>&- && echo undone; done"]))
        {
            await daemon.UntilLoggedAsync("keeps undoing");
            await Task.Delay(TimeSpan.FromSeconds(2));
            undone = harm.StandardOutput.Split('\n').Length - 1;
        }

        // At full speed it would be hundreds; five are free, then the distances are 1, 2, 4 … seconds.
        Assert.InRange(undone, 4, 12);
        Assert.Single(daemon.LogLines("keeps undoing"));
        var time = await Pinger.UntilAnswersAsync(world.B.Client, world.Guest.PrimaryEni.SecondaryAddresses[0], Eventually.Patience);
        Assert.NotNull(time);
        world.Report("drift (undone forever) repaired after the last", time.Value);
        output.WriteLine($"undone {undone} times until two seconds after the warning");
        Assert.Single(daemon.LogLines("keeps undoing"));
    }

    [Fact]
    public async Task A_foreign_default_route_lost_with_a_link_flap_is_stood_in_for_until_another_returns()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        world.Agent.Configure("", NoPoll);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        await world.Guest.IpAsync("link set eth0 down", "link set eth0 up");
        var time = await Pinger.UntilAnswersAsync(world.Vpc.Internet, world.Guest.PrimaryEni.PrimaryAddress, Eventually.Patience);
        Assert.NotNull(time);
        world.Report("contact after a link flap", time.Value);
        await Eventually.TrueAsync(async () => (await MainDefaultsAsync(world)) is [var only] && only.Contains("protocol 131", StringComparison.Ordinal));
        await world.EverythingAnswersAsync();

        await world.Guest.IpAsync("route add default via 10.0.1.1 dev eth0 proto dhcp metric 100");
        await Eventually.TrueAsync(async () => (await MainDefaultsAsync(world)) is [var only] && only.Contains("protocol dhcp", StringComparison.Ordinal));
        await world.EverythingAnswersAsync();
    }

    // The daemon's own report comes after its verification; polling the kernel from here would only measure how long a process takes to start.
    private static async Task<TimeSpan> UntilRepairedAsync(World world, AgentDaemon daemon, Func<Task> harm)
    {
        var before = daemon.Report()!.Counters.DriftRepairs;
        await harm();
        var since = Stopwatch.GetTimestamp();
        var time = await daemon.UntilAsync(status => status.Counters.DriftRepairs > before && status.State == "in-sync", since);
        // Harm of several lines may take several repairs.
        await Eventually.TrueAsync(world.Agent.IsInSyncAsync, state: () => PlanAsync(world));
        return time;
    }

    private static async Task<string> PlanAsync(World world) => $"{await world.Agent.RunAsync("plan")}\n{await world.StateAsync()}";

    private static async Task<IReadOnlyList<string>> MainDefaultsAsync(World world) =>
        [.. (await world.LinesAsync("route dst default")).Where(line => !line.Contains(" table 31", StringComparison.Ordinal))];
}
