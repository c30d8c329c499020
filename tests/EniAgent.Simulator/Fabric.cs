using System.Net;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>
/// The VPC's own namespace: a bridge per subnet with the gateway's address, routing between them and to the internet side,
/// and the metadata address on its loopback.
/// </summary>
internal sealed class Fabric(NetworkNamespace space, NetworkNamespace internet)
{
    /// <summary>Every gateway has this MAC, so that an ENI that moves to another subnet finds its old gateway at once.</summary>
    internal const string GatewayMac = "fe:ee:00:00:00:01";

    internal static readonly IPNetwork InternetNetwork = IPNetwork.Parse("198.51.100.0/24");
    internal static readonly IPAddress InternetGateway = IPAddress.Parse("198.51.100.1");
    internal static readonly IPAddress InternetAddress = IPAddress.Parse("198.51.100.2");
    internal static readonly IPAddress MetadataAddress = IPAddress.Parse("169.254.0.23");

    private bool _translates;

    internal NetworkNamespace Namespace => space;

    internal async Task InstallAsync()
    {
        space.SetSysctls(
            ("ip_forward", 1),
            // Without it the fabric would answer ARP for its loopback addresses on every bridge, and on-link mistakes would go unseen.
            ("conf/all/arp_ignore", 1), ("conf/default/arp_ignore", 1),
            ("conf/all/rp_filter", 0), ("conf/default/rp_filter", 0),
            ("conf/all/send_redirects", 0), ("conf/default/send_redirects", 0),
            ("../ipv6/conf/all/disable_ipv6", 1), ("../ipv6/conf/default/disable_ipv6", 1));
        QuietHost(internet);
        await space.IpAsync(
            "link set lo up",
            $"addr add {MetadataAddress}/32 dev lo",
            $"link add internet type veth peer name eth0 netns {internet.Name}",
            "link set internet up",
            $"addr add {InternetGateway}/{InternetNetwork.PrefixLength} dev internet");
        await internet.IpAsync(
            "link set lo up",
            "link set eth0 up",
            $"addr add {InternetAddress}/{InternetNetwork.PrefixLength} dev eth0",
            $"route add default via {InternetGateway}");
        HastenArp(space, "internet");
        HastenArp(internet, "eth0");
    }

    internal async Task AddSubnetAsync(Subnet subnet)
    {
        QuietHost(subnet.Client);
        var (bridge, port, gateway) = (subnet.Bridge, $"c{subnet.Number}", subnet.Gateway);
        var inside = subnet.Network.Contains(gateway);
        await space.IpAsync([
            $"link add {bridge} address {GatewayMac} type bridge forward_delay 0 mcast_snooping 0",
            $"link set {bridge} up",
            $"addr add {gateway}/{(inside ? subnet.PrefixLength : 32)} dev {bridge}",
            .. inside ? Array.Empty<string>() : [$"route add {subnet.Network} dev {bridge}"],
            $"link add {port} type veth peer name eth0 netns {subnet.Client.Name}",
            $"link set {port} master {bridge} up",
        ]);
        await subnet.Client.IpAsync([
            "link set lo up",
            "link set eth0 up",
            $"addr add {subnet.ClientAddress}/{subnet.PrefixLength} dev eth0",
            .. inside ? Array.Empty<string>() : [$"route add {gateway}/32 dev eth0"],
            $"route add default via {gateway} dev eth0",
        ]);
        HastenArp(space, bridge);
        HastenArp(subnet.Client, "eth0");
    }

    /// <summary>A NIC is made straight into the guest with its name and MAC, so that the guest sees it appear once, complete.</summary>
    internal Task PlugAsync(string port, Eni eni, Guest guest, string nicName, int mtu) => space.IpAsync(
        $"link add {port} mtu {mtu} type veth peer name {nicName} address {eni.Mac} mtu {mtu} netns {guest.Namespace.Name}",
        $"link set {port} master {eni.Subnet.Bridge} up");

    /// <summary>A virtual machine's NIC has its other end here.</summary>
    internal async Task PlugAsync(string port, Eni eni, IMachine machine)
    {
        await space.IpAsync($"tuntap add dev {port} mode tap", $"link set {port} master {eni.Subnet.Bridge} up");
        await machine.PlugAsync(port, eni.Mac);
    }

    /// <summary>
    /// Waits until a port forwards. The kernel lets it do so some time after the NIC's link came up – milliseconds, or more while
    /// namespaces are made and removed in parallel – and drops what comes before.
    /// </summary>
    internal async Task UntilForwardingAsync(string port)
    {
        while (!(await space.IpOutputAsync($"-d link show {port}")).Contains("state forwarding", StringComparison.Ordinal))
        {
            await Task.Delay(1);
        }
    }

    internal Task UnplugAsync(string port) => space.IpAsync($"link del {port}");

    /// <summary>Moves a port to the ENI's present subnet, where the gateway of the former one goes on answering for the former address.</summary>
    internal Task MoveAsync(string port, Eni eni, Subnet from) => space.IpAsync(
        $"link set {port} master {eni.Subnet.Bridge}",
        $"addr add {from.Gateway}/32 dev {eni.Subnet.Bridge}",
        $"route add {eni.FormerPrimaryAddress}/32 dev {eni.Subnet.Bridge}");

    internal Task ForgetAsync(Eni eni, Subnet from) => space.IpAsync(
        $"route del {eni.FormerPrimaryAddress}/32 dev {eni.Subnet.Bridge}",
        $"addr del {from.Gateway}/32 dev {eni.Subnet.Bridge}");

    /// <summary>Forgets who had an address: the fabric of a cloud knows that at once, without asking by ARP.</summary>
    internal Task ForgetNeighboursAsync(Subnet subnet, IEnumerable<IPAddress> addresses)
    {
        var all = addresses.ToArray();
        return all.Length == 0
            ? Task.CompletedTask
            : Task.WhenAll(
                space.IpAsync(all.Select(a => $"neigh flush to {a} dev {subnet.Bridge}")),
                subnet.Client.IpAsync(all.Select(a => $"neigh flush to {a} dev eth0")));
    }

    internal async Task BindAsync(Eni eni, IPAddress address, Eip eip)
    {
        if (eip.Mode == EipMode.Direct)
        {
            await space.IpAsync($"route replace {eip.Address}/32 via {address} dev {eni.Subnet.Bridge} onlink");
            return;
        }
        await EnsureTranslationAsync();
        await space.NftAsync(
            $$"""
            add element ip eip inbound { {{eip.Address}} : {{address}} }
            add element ip eip outbound { {{address}} : {{eip.Address}} }
            """);
    }

    internal Task UnbindAsync(IPAddress address, Eip eip) => eip.Mode == EipMode.Direct
        ? space.IpAsync($"route del {eip.Address}/32")
        : space.NftAsync(
            $$"""
            delete element ip eip inbound { {{eip.Address}} : {{address}} }
            delete element ip eip outbound { {{address}} : {{eip.Address}} }
            """);

    // Connection tracking costs every packet something and comes with the first translation only.
    private async Task EnsureTranslationAsync()
    {
        if (_translates)
        {
            return;
        }
        await space.NftAsync(
            """
            table ip eip {
              map inbound { type ipv4_addr : ipv4_addr; }
              map outbound { type ipv4_addr : ipv4_addr; }
              chain prerouting {
                type nat hook prerouting priority dstnat;
                iifname "internet" dnat to ip daddr map @inbound
              }
              chain postrouting {
                type nat hook postrouting priority srcnat;
                oifname "internet" snat to ip saddr map @outbound
              }
            }
            """);
        _translates = true;
    }

    private static void QuietHost(NetworkNamespace host) => host.SetSysctls(
        ("conf/all/rp_filter", 0), ("conf/default/rp_filter", 0),
        ("../ipv6/conf/all/disable_ipv6", 1), ("../ipv6/conf/default/disable_ipv6", 1));

    // The kernel repeats an unanswered ARP request after a second; who measures milliseconds until an address answers cannot wait for that.
    private static void HastenArp(NetworkNamespace space, string link) => space.SetSysctls(($"neigh/{link}/retrans_time_ms", 10));
}
