using System.Globalization;
using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>
/// A container cluster's network plug-in that gives an ENI's secondary addresses to its pods: routing table 2000 + the NIC's index, rules of priorities 512 (to a
/// pod) and 1536 (from a pod).
/// </summary>
[Trait("Needs", "root")]
public sealed class ClusterNetworkTests(ITestOutputHelper output)
{
    // As on every node of a cluster.
    private static GuestOptions Node => new() { RpFilterAll = 0, RpFilterDefault = 0 };

    [Theory]
    [InlineData("by what it has set up")]
    [InlineData("by Manage=no")]
    public async Task Its_ENI_is_left_to_it_and_its_pods_go_on(string toldBy)
    {
        await using var world = await World.CreateAsync(output, Node);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 2);
        var pods = await AddPodsAsync(world, eni);
        world.Agent.Configure(toldBy == "by Manage=no" ? $"[Eni {eni.Mac}]\nManage=no\n" : "");

        await new Neighbour(world)
        {
            Works = () => PodsAnswerAsync(world, eni, pods),
            Answers = async () =>
            {
                await world.AllOfAnswersAsync(world.Guest.PrimaryEni);
                Assert.Equal("excluded", (await world.Agent.StatusAsync())[eni.Mac].State);
                Assert.Single(await world.LinesAsync("addr", "eth1"));
                Assert.Single(await world.LinesAsync("link eth1", "group default"));
            },
            Traffic =
            [
                .. eni.SecondaryAddresses.Select(address => (world.Vpc.Internet, address, (IPAddress?)null)),
                .. pods.Select(pod => (pod, Vpc.InternetAddress, (IPAddress?)null)),
            ],
        }.LivesOnAsync();
    }

    [Fact]
    public async Task An_ENI_that_it_takes_over_is_given_up_with_what_would_take_traffic_from_its_pods()
    {
        await using var world = await World.CreateAsync(output, Node);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 2);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await world.EverythingAnswersAsync();

        var pods = await AddPodsAsync(world, eni);

        await daemon.UntilAsync(status => status[eni.Mac].State == "excluded" && status.State == "in-sync");
        Assert.Single(await world.LinesAsync("addr", "eth1"), address => address.StartsWith($"addr {eni.PrimaryAddress}/32 ", StringComparison.Ordinal));
        Assert.Empty(await world.LinesAsync("rule priority 31"));
        Assert.Single(await world.LinesAsync("link eth1", "group default"));
        await PodsAnswerAsync(world, eni, pods);
        await world.AllOfAnswersAsync(world.Guest.PrimaryEni);

        // Files follow with the next poll.
        var syncs = daemon.Report()!.Counters.Syncs;
        await daemon.UntilAsync(status => status.Counters.Syncs >= syncs + 2);
        await daemon.StaysCalmAsync(world);
    }

    [Fact]
    public async Task Once_one_is_its_own_a_new_ENI_is_left_alone_unless_the_configuration_says_otherwise()
    {
        await using var world = await World.CreateAsync(output, Node);
        var ours = await world.AttachAsync(world.A);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await AddPodsAsync(world, eni);
        await daemon.UntilAsync(status => status.Enis.Count == 3 && status[eni.Mac].State == "excluded");

        var next = await world.AttachAsync(await world.Vpc.CreateSubnetAsync());

        await daemon.UntilAsync(status => status.Enis.Count == 4 && status[next.Mac].State == "excluded");
        Assert.Contains("Manage=yes", daemon.Report()![next.Mac].Error, StringComparison.Ordinal);
        Assert.Equal("in-sync", daemon.Report()![ours.Mac].State);
        Assert.Empty(await world.LinesAsync("addr", "eth3"));

        world.Agent.Configure($"[Eni {next.Mac}]\nManage=yes\n");
        daemon.Reload();
        await daemon.UntilAsync(status => status[next.Mac].State == "in-sync" && status[eni.Mac].State == "excluded");
        await world.AllOfAnswersAsync(world.Guest.PrimaryEni, ours, next);
    }

    private static async Task PodsAnswerAsync(World world, Eni eni, IReadOnlyList<NetworkNamespace> pods)
    {
        var failures = await Pinger.PingAllAsync(
    [
        .. from address in eni.SecondaryAddresses
           from ping in (Ping[])
           [
               new(world.Vpc.Internet, address, "internet"), new(world.A.Client, address, "neighbour"), new(world.B.Client, address, "pods' subnet"),
               new(world.Guest.Namespace, address, "node"),
           ]
           select ping,
        .. from pod in pods
           from target in (IPAddress[])[Vpc.InternetAddress, world.A.ClientAddress, world.B.ClientAddress, world.Guest.PrimaryEni.PrimaryAddress]
           select new Ping(pod, target, "pod"),
        new(pods[0], eni.SecondaryAddresses[^1], "pod"),
    ]);
        Assert.True(failures.Count == 0, string.Join('\n', failures) + "\n" + await world.StateAsync());
    }

    // A pod for each secondary address of the ENI.
    private static async Task<IReadOnlyList<NetworkNamespace>> AddPodsAsync(World world, Eni eni)
    {
        var (nic, gateway) = (eni.NicName!, eni.Subnet.Gateway);
        var table = 2000 + int.Parse((await world.Guest.IpOutputAsync($"-o link show {nic}")).Split(':')[0], CultureInfo.InvariantCulture);
        await world.Guest.IpAsync($"link set {nic} up", $"addr add {eni.PrimaryAddress}/32 dev {nic}", $"route add {gateway} dev {nic} scope link table {table}", $"route add default via {gateway} dev {nic} table {table}");
        world.Guest.Namespace.SetSysctls(("ip_forward", 1), ($"conf/{nic}/proxy_arp", 1), ($"neigh/{nic}/proxy_delay", 0));
        var pods = new List<NetworkNamespace>();
        foreach (var (i, address) in eni.SecondaryAddresses.Index())
        {
            var pod = await world.Vpc.AddNamespaceAsync($"pod{i}");
            await world.Guest.IpAsync(
                $"link add pod{i} type veth peer name eth0 netns {pod.Name}",
                $"link set pod{i} up",
                $"route add {address} dev pod{i} scope link",
                $"rule add pref 512 to {address} lookup main",
                $"rule add pref 1536 from {address} lookup {table}");
            world.Guest.Namespace.SetSysctls(($"conf/pod{i}/proxy_arp", 1), ($"neigh/pod{i}/proxy_delay", 0));
            await pod.IpAsync("link set lo up", $"addr add {address}/32 dev eth0", "link set eth0 up", "route add 169.254.1.1 dev eth0 scope link", "route add default via 169.254.1.1 dev eth0");
            pods.Add(pod);
        }

        return pods;
    }
}
