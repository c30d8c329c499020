using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests;

/// <summary>What others configured works on as before, and is there, unchanged, after sync, after drift repair and after release.</summary>
[Trait("Needs", "root")]
public sealed class ForeignObjectsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_administrators_objects_are_untouched_by_sync_drift_repair_and_release()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await ContainerBridge.AddAsync(world.Guest);
        await Tunnel.AddAsync(world.Guest);
        using var hidden = await world.AssignVirtualAsync(eni, "10.0.2.200");
        using var alsoHidden = await world.AssignVirtualAsync(world.Guest.PrimaryEni, "10.0.1.200");
        var table = (await world.Agent.StatusAsync())[eni.Mac].Table;
        await world.Guest.IpAsync(
            "link set eth2 up",
            // Virtual addresses on two NICs and one on loopback.
            "addr add 10.0.2.200/24 dev eth2 metric 77",
            "addr add 10.0.1.200/32 dev eth0",
            "addr add 192.0.2.1/32 dev lo",
            // Routes through NICs, in main and elsewhere, also in a table of a number that could be ours.
            "route add 192.168.7.0/24 via 10.0.1.1 dev eth0 metric 7",
            "route add 192.168.8.0/24 via 10.0.2.1 dev eth2 proto static",
            "route add blackhole 192.168.9.0/24",
            "route add default via 10.0.1.1 dev eth0 table 100",
            "route add 192.168.10.0/24 via 10.0.1.1 dev eth0 table 31077",
            // Rules before, between and after the agent's, and two that are what the agent wants, but for the protocol.
            "rule add pref 100 from 192.0.2.1 lookup 100",
            "rule add pref 31005 fwmark 0x77 lookup 100",
            "rule add pref 31000 lookup main suppress_prefixlength 0 suppress_ifgroup 31000 protocol static",
            $"rule add pref 31010 from {eni.SecondaryAddresses[0]} lookup {table} protocol static",
            "rule add fwmark 0x78 lookup 100");
        var before = await world.StateAsync();

        await world.Agent.SyncAsync();
        AssertNothingForeignTouched(await world.ChangesSinceAsync(before));
        await world.EverythingAnswersAsync();

        var twin = $"rule priority 31010 src {eni.PrimaryAddress} table {table} protocol static";
        await world.Guest.IpAsync($"rule add pref 31010 from {eni.PrimaryAddress} lookup {table} protocol static");

        // A poll that comes at that moment would put it right as well, and count nothing.
        world.Agent.Configure("", pollInterval: "1h");
        await using (var daemon = await world.Agent.StartDaemonInSyncAsync())
        {
            await world.Guest.IpAsync(
                $"addr del {eni.PrimaryAddress}/24 dev eth2",
                $"rule del pref 31010 from {eni.PrimaryAddress} protocol 131",
                "rule del pref 31020 oif eth1",
                $"route flush table {table}");
            await daemon.UntilAsync(status => status.State == "in-sync" && status.Counters.DriftRepairs > 0);
            await Eventually.TrueAsync(world.Agent.IsInSyncAsync);
            await daemon.StopAsync();
        }
        AssertNothingForeignTouched(await world.ChangesSinceAsync(before));
        Assert.Single(await world.LinesAsync(twin));
        await world.EverythingAnswersAsync();

        await world.Agent.ReleaseAsync();
        Assert.Equal(["+ " + twin], (await world.ChangesSinceAsync(before)).Where(change => !IsOfALink(change)));
    }

    [Fact]
    public async Task A_route_that_an_administrator_adds_through_a_secondary_eni_holds_for_its_addresses_too()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        await world.Guest.IpAsync("route add 192.168.8.0/24 via 10.0.2.9 dev eth1");
        await Eventually.TrueAsync(async () => (await world.LinesAsync("route", "192.168.8.0/24")).Count == 2);
        Assert.Contains("via 10.0.2.9", await world.Guest.IpOutputAsync($"route get 192.168.8.1 from {world.Guest.Enis[1].PrimaryAddress}"), StringComparison.Ordinal);

        await world.Guest.IpAsync("route del 192.168.8.0/24 via 10.0.2.9 dev eth1");
        await Eventually.TrueAsync(async () => (await world.LinesAsync("route", "192.168.8.0/24")).Count == 0);
    }

    // The ENIs' links stay up.
    private static bool IsOfALink(string change) => change[2..].StartsWith("link eth", StringComparison.Ordinal);

    private static void AssertNothingForeignTouched(IReadOnlyList<string> changes)
    {
        var lost = changes.Where(c => c.StartsWith("- ", StringComparison.Ordinal)
            && !c.StartsWith("- link", StringComparison.Ordinal) && !c.StartsWith("- sysctl", StringComparison.Ordinal));
        Assert.Empty(lost);
    }
}
