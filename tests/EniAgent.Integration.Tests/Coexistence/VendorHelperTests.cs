using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>
/// What the vendor's older hot-plug helper leaves behind: a table named after the interface with the ENI's default route, a rule at an automatic priority for each
/// address, and a line in rt_tables.
/// </summary>
[Trait("Needs", "root")]
public sealed class VendorHelperTests(ITestOutputHelper output)
{
    private const string Tables = "255\tlocal\n254\tmain\n253\tdefault\n0\tunspec\n101\teth1\n";

    [Fact]
    public async Task Its_leftovers_stay_and_work_on_and_the_addresses_it_set_are_used()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        var tables = await PutLeftoversAsync(world, eni);

        await new Neighbour(world)
        {
            Works = async () =>
            {
                Assert.Empty(await Pinger.PingAllAsync(world.Vpc.Inward(eni)));
                Assert.StartsWith(Tables, await File.ReadAllTextAsync(tables), StringComparison.Ordinal);
            },
            Answers = async () =>
            {
                await world.EverythingAnswersAsync();
                Assert.All((await world.Agent.StatusAsync())[eni.Mac].Addresses, address => Assert.Equal("adopted", address.State));
            },
            Traffic = [.. eni.Addresses.Select(address => (world.Vpc.Internet, address, (System.Net.IPAddress?)null))],
        }.LivesOnAsync();
        Assert.Equal(Tables, await File.ReadAllTextAsync(tables));
    }

    [Fact]
    public async Task Those_of_a_detached_ENI_hold_nothing_up_when_another_one_comes()
    {
        await using var world = await World.CreateAsync(output);
        var former = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await PutLeftoversAsync(world, former);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var rules = (await world.LinesAsync("rule")).Where(rule => rule.Contains("table 101", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, rules.Count);

        // The kernel takes the table's routes and the addresses with the NIC; nobody takes the rules.
        await world.Vpc.DetachNetworkInterfaceAsync(former);
        await daemon.UntilAsync(status => status.Enis.Count == 1 && status.State == "in-sync");
        var next = await world.AttachAsync(world.A, secondaryAddresses: 1);
        await daemon.UntilAsync(status => status.Enis.Count == 2 && status.State == "in-sync");

        await world.EverythingAnswersAsync();
        Assert.Equal("eth1", next.NicName);
        Assert.Equal(rules, (await world.LinesAsync("rule")).Where(rule => rule.Contains("table 101", StringComparison.Ordinal)));
        await daemon.StaysCalmAsync(world);
    }

    private static async Task<string> PutLeftoversAsync(World world, Eni eni)
    {
        var tables = Path.Combine(world.Agent.Root, "etc/iproute2/rt_tables");
        Directory.CreateDirectory(Path.GetDirectoryName(tables)!);
        await File.WriteAllTextAsync(tables, Tables);
        world.Guest.Namespace.SetSysctls(("conf/all/rp_filter", 2));
        await world.Guest.IpAsync(
        [
            "link set eth1 up",
            .. eni.Addresses.Select(address => $"addr add {address}/{eni.Subnet.PrefixLength} dev eth1"),
            $"route add {eni.Subnet.Network} dev eth1 table 101",
            $"route add default via {eni.Subnet.Gateway} dev eth1 table 101",
            .. eni.Addresses.Select(address => $"rule add from {address} table 101"),
        ]);
        return tables;
    }
}
