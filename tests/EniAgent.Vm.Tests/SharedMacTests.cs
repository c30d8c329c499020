using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator.Probes;
using EniAgent.Vm.Tests.Fixture;

namespace EniAgent.Vm.Tests;

/// <summary>Links that share an ENI's MAC, of kinds that only a distribution's kernel has: a VLAN and a macvlan on top of a NIC, a bond over another one.</summary>
[Trait("Needs", "root")]
public sealed class SharedMacTests
{
    private const string Agent = "/root/files/eni-agent";

    [Fact]
    public async Task A_VLAN_and_a_macvlan_are_told_from_their_NIC_and_a_bonds_port_is_left_to_the_bond()
    {
        await using var world = await VmWorld.CreateAsync("bookworm", "ifupdown");
        var (eni, bonded) = (await world.Vpc.AttachNewAsync(world.Guest, world.B, secondaryAddresses: 1), await world.Vpc.AttachNewAsync(world.Guest, await world.Vpc.CreateSubnetAsync()));
        await world.Machine.StartAsync(world.Vpc.FabricNamespace, Path.Combine(Repository.Folder, "artifacts/bin/eni-agent"));
        await world.Machine.SucceedAsync(
            $"""
            set -e
            # The machine answers before its network is up.
            for i in $(seq 300); do ip -4 route | grep -q ^default && break; sleep 0.1; done
            nic() {"{"} ip -o link | grep -i "link/ether $1" | cut -d: -f2 | tr -d ' '; {"}"}
            first=$(nic {eni.Mac}) second=$(nic {bonded.Mac})
            ip link set $first up
            ip link add link $first name vlan5 type vlan id 5
            ip address add 192.168.5.1/24 dev vlan5
            ip link set vlan5 up
            ip link add link $first name same address {eni.Mac} type macvlan mode private
            modprobe bonding max_bonds=0
            ip link add bond0 address {bonded.Mac} type bond mode active-backup miimon 100
            ip link set $second down
            ip link set $second master bond0
            ip link set bond0 up
            sysctl -qw net.ipv4.conf.all.rp_filter=2
            ip address add {bonded.PrimaryAddress}/{bonded.Subnet.PrefixLength} dev bond0
            ip route add default via {bonded.Subnet.Gateway} dev bond0 table 77
            ip rule add from {bonded.PrimaryAddress} lookup 77
            mkdir -p /etc/eni-agent
            """);
        await BondAnswersAsync(world, bonded);
        var before = await ForeignAsync(world);

        var sync = await world.Machine.RunAsync($"{Agent} sync");

        // The bonded ENI is named; the other one works.
        Assert.True(sync.Error.Contains(bonded.Mac, StringComparison.Ordinal), $"{sync}\n{await world.StateAsync()}");
        Assert.Contains("several links have this MAC", sync.Error, StringComparison.Ordinal);
        var status = AgentStatus.Parse(await world.Machine.SucceedAsync($"{Agent} status --json"));
        Assert.Equal(("failed", (string?)null), (status[bonded.Mac].State, status[bonded.Mac].Interface));
        Assert.Equal("in-sync", status[eni.Mac].State);
        Assert.DoesNotContain(status[eni.Mac].Interface, (string[])["vlan5", "same"]);

        // Main answers for the bond's own subnet, as for whatever is no ENI's NIC.
        Assert.Empty(await Pinger.PingAllAsync(world.Vpc.Inward(eni).Where(ping => ping.From != bonded.Subnet.Client), TimeSpan.FromSeconds(10)));
        await BondAnswersAsync(world, bonded);
        Assert.Equal(before, await ForeignAsync(world));

        await world.Machine.SucceedAsync($"{Agent} release");
        await BondAnswersAsync(world, bonded);
        Assert.Equal(before, await ForeignAsync(world));
    }

    private static async Task BondAnswersAsync(VmWorld world, Simulator.Eni bonded)
    {
        var failures = await Pinger.PingAllAsync(
            [new(world.Vpc.Internet, bonded.PrimaryAddress, "internet"), new(world.A.Client, bonded.PrimaryAddress, "another subnet")], TimeSpan.FromSeconds(10));
        Assert.True(failures.Count == 0, $"{string.Join('\n', failures)}\n{await world.Machine.RunAsync("ip address; ip rule; ip route show table all; cat /proc/net/bonding/bond0")}");
    }

    // All but whether a link has settled.
    private static Task<string> ForeignAsync(VmWorld world) => world.Machine.SucceedAsync(
        "for link in vlan5 same bond0; do ip -d -o link show $link | sed 's/ state [A-Z]*//'; ip -4 -o address show dev $link; done; ip -4 route show table 77; ip -4 rule show | grep 'lookup 77'");
}
