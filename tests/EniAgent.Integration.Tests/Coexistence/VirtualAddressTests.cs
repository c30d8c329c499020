using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>Virtual addresses that metadata does not list and that somebody moves between hosts, as keepalived does.</summary>
[Trait("Needs", "root")]
public sealed class VirtualAddressTests(ITestOutputHelper output)
{
    private static readonly IPAddress OnPrimary = IPAddress.Parse("10.0.1.200");
    private static readonly IPAddress OnSecondary = IPAddress.Parse("10.0.2.200");
    private static readonly IPAddress OnLoopback = IPAddress.Parse("10.0.1.201");

    [Fact]
    public async Task They_answer_on_and_are_nobody_elses_to_remove()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        using var hidden = await world.AssignVirtualAsync(world.Guest.PrimaryEni, OnPrimary.ToString());
        using var alsoHidden = await world.AssignVirtualAsync(eni, OnSecondary.ToString());
        using var hiddenToo = await world.AssignVirtualAsync(world.Guest.PrimaryEni, OnLoopback.ToString());

        // As keepalived puts them, in its two ways; and a director's real server has its service's on the loopback, which the director reaches by the NIC's address.
        await world.Guest.IpAsync(
            "link set eth1 up",
            $"addr add {OnPrimary}/32 dev eth0",
            $"addr add {OnSecondary}/24 dev eth1 label eth1:vip",
            $"addr add {OnLoopback}/32 dev lo");
        await world.A.Client.IpAsync($"route add {OnLoopback} via {world.Guest.PrimaryEni.PrimaryAddress}");

        await new Neighbour(world)
        {
            Works = async () => Assert.Empty(await Pinger.PingAllAsync(
            [
                new(world.A.Client, OnPrimary, "neighbour"),
                new(world.Vpc.Internet, OnPrimary, "internet"),
                new(world.B.Client, OnSecondary, "neighbour"),
                new(world.A.Client, OnLoopback, "director"),
            ])),
            Answers = async () =>
            {
                await world.EverythingAnswersAsync();
                Assert.Empty(await Pinger.PingAllAsync([new(world.A.Client, OnSecondary, "another subnet"), new(world.Vpc.Internet, OnSecondary, "internet")]));
            },
            Traffic = [(world.A.Client, OnPrimary, null), (world.A.Client, OnLoopback, null)],
        }.LivesOnAsync();
    }

    [Fact]
    public async Task Those_that_differ_in_nothing_but_their_peers_are_no_trouble()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B);
        await world.Guest.IpAsync("link set eth1 up", "addr add 192.0.2.1 peer 192.0.2.2/32 dev eth1", "addr add 192.0.2.1 peer 192.0.2.3/32 dev eth1");

        await world.Agent.SyncAsync();
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await world.Guest.IpAsync("addr del 192.0.2.1 peer 192.0.2.2/32 dev eth1", "addr add 192.0.2.1 peer 192.0.2.4/32 dev eth1");
        await world.Vpc.AssignPrivateIpAddressesAsync(eni);

        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null } && status[eni.Mac].Addresses.Count == 2);
        var there = (await world.StateAsync()).Lines.Where(line => line.StartsWith("addr 192.0.2.1/32 ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, there.Count);
    }

    [Fact]
    public async Task Many_that_come_one_after_the_other_are_followed_at_once()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B);
        var addresses = Enumerable.Range(150, 30).Select(host => IPAddress.Parse($"10.0.2.{host}")).ToArray();
        await world.Vpc.AssignPrivateIpAddressesAsync(eni, addresses);
        using var hidden = world.HideFromMetadata("10.0.2.1");
        world.Agent.Configure("", pollInterval: "1h");
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        foreach (var address in addresses)
        {
            await world.Guest.IpAsync($"addr add {address}/32 dev eth1");
        }

        var time = await Pinger.UntilAllAnswerAsync(world.A.Client, addresses, Eventually.Patience);
        Assert.NotNull(time);
        world.Report("the last of thirty virtual addresses answers from another subnet", time.Value);
        Assert.InRange(time.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Empty(daemon.LogLines("warning"));
    }

    [Fact]
    public async Task One_that_fails_over_answers_each_time_and_nobody_fights_for_it()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B);
        using var hidden = await world.AssignVirtualAsync(eni, OnSecondary.ToString());
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();

        for (var turn = 0; turn < 4; turn++)
        {
            await world.Guest.IpAsync($"addr add {OnSecondary}/32 dev eth1");
            var time = await Pinger.UntilAnswersAsync(world.A.Client, OnSecondary, Eventually.Patience);
            Assert.NotNull(time);
            world.Report("virtual address answers from another subnet", time.Value);
            Assert.NotEmpty(await world.LinesAsync("rule priority 31010", $"{OnSecondary}"));
            await world.EverythingAnswersAsync();

            await world.Guest.IpAsync($"addr del {OnSecondary}/32 dev eth1");
            await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(before)).Count == 0);
        }

        Assert.Empty(daemon.LogLines("warning"));
        await daemon.StaysCalmAsync(world);
    }
}
