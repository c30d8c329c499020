using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests;

/// <summary>What others configured works on as before, and is there, unchanged, after sync, after drift repair and after release.</summary>
[Trait("Needs", "root")]
public sealed class ForeignObjectsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_container_bridge_and_a_tunnel_are_reached_as_before_from_every_address()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        var container = await ContainerBridge.AddAsync(world.Guest);
        var tunnel = await Tunnel.AddAsync(world.Guest);

        await world.Agent.SyncAsync();

        await world.EverythingAnswersAsync();
        var inside = new[] { container.Address, container.Gateway, tunnel.FarAddress };
        var outside = new[] { world.A.ClientAddress, world.B.ClientAddress, Vpc.InternetAddress, world.Guest.PrimaryEni.PrimaryAddress };
        Assert.Empty(await Pinger.PingAllAsync(
        [
            .. from eni in world.Guest.Enis
               from source in eni.Addresses
               from target in inside
               select new Ping(world.Guest.Namespace, target, "guest") { Source = source },
            .. inside.Select(target => new Ping(world.Guest.Namespace, target, "guest")),
            .. outside.Concat(world.Guest.Enis.SelectMany(e => e.Addresses)).Select(target => new Ping(container.Container, target, "container")),
        ]));
    }

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
    public async Task A_virtual_address_that_somebody_puts_on_a_secondary_eni_can_be_used()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var address = IPAddress.Parse("10.0.2.200");
        using var hidden = await world.AssignVirtualAsync(eni, address.ToString());

        await world.Guest.IpAsync($"addr add {address}/32 dev eth1");

        var time = await Pinger.UntilAnswersAsync(world.A.Client, address, Eventually.Patience);
        Assert.NotNull(time);
        world.Report("virtual address answers from another subnet", time.Value);
        Assert.NotEmpty(await world.LinesAsync("rule priority 31010", $"src {address}"));

        await world.Guest.IpAsync($"addr del {address}/32 dev eth1");
        await Eventually.TrueAsync(async () => (await world.LinesAsync("rule priority 31010", $"src {address}")).Count == 0);
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

    [Fact]
    public async Task A_burst_of_container_links_costs_the_daemon_nothing()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var (before, asked) = (daemon.Report()!.Counters, world.Vpc.Metadata.RequestCount);

        for (var i = 0; i < 20; i++)
        {
            await world.Guest.IpAsync(
                $"link add v{i} type veth peer name w{i}", $"addr add 172.30.{i}.1/24 dev v{i}", $"link set v{i} up", $"link set w{i} up", $"link del v{i}");
        }

        // The next poll comes as it would have.
        await daemon.UntilAsync(status => status.Counters.MetadataRequests > before.MetadataRequests);
        var after = daemon.Report()!.Counters;
        Assert.Equal((before.Changes, before.DriftRepairs), (after.Changes, after.DriftRepairs));

        // A poll looks at the kernel as well; the first one may have been under way before.
        var polls = world.Vpc.Metadata.Requests.Skip(asked).Count(request => request.Path.EndsWith("/macs/", StringComparison.Ordinal));
        var syncs = after.Syncs - before.Syncs - polls;
        Assert.True(syncs <= 2, $"{syncs} reconciliations for links that are nobody's concern");
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
