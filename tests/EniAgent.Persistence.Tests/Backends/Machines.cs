using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Backends.Ifcfg;
using EniAgent.Persistence.Backends.Ifupdown;
using EniAgent.Persistence.Backends.Networkd;
using EniAgent.Persistence.Backends.NetworkManager;

namespace EniAgent.Persistence.Tests.Backends;

/// <summary>A machine: its network manager's back end, and the file that its image brings for the primary NIC (eth0, 52:54:00:00:00:00, 10.0.1.10/24).</summary>
internal sealed record Machine(IFileRenderer Renderer, HostFacts Host, MemoryTree Files);

/// <summary>A machine of each kind.</summary>
internal static class Machines
{
    public static IReadOnlyDictionary<string, Machine> All { get; } = new Dictionary<string, Machine>(StringComparer.Ordinal)
    {
        ["network-scripts"] = new(
            new IfcfgRenderer(), new HostFacts(), MemoryTree.Of(
                ("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE='eth0'\nONBOOT='yes'\nIPADDR='10.0.1.10'\nNETMASK='255.255.255.0'\nGATEWAY='10.0.1.1'\n# the last"))),
        ["ifcfg-rh"] = new(
            new IfcfgRenderer(), new HostFacts { NetworkManagerManages = true, NetworkManagerVersion = new(1, 40) }, MemoryTree.Of(
                ("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nONBOOT=yes\nIPADDR0=10.0.1.10\nPREFIX0=24\nGATEWAY0=10.0.1.1\n"),
                ("/etc/sysconfig/network-scripts/route-eth0", "10.9.0.0/16 via 10.0.1.2\n"))),
        ["NetworkManager"] = new(
            new NetworkManagerRenderer(), NetworkManager(), MemoryTree.Of(
                ("/etc/NetworkManager/system-connections/eth0.nmconnection", "[connection]\nuuid=1\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=manual\naddress1=10.0.1.10/24,10.0.1.1\n\n[ipv6]"))),
        ["NetworkManager, DHCP"] = new(
            new NetworkManagerRenderer(), NetworkManager(), MemoryTree.Of(
                ("/etc/NetworkManager/system-connections/eth0", "# 10.0.1.10\n[connection]\nuuid=1\ntype=ethernet\ninterface-name=eth0\n"))),
        ["ifupdown"] = new(
            new IfupdownRenderer(), new HostFacts(), MemoryTree.Of(
                ("/etc/network/interfaces", "source /etc/network/interfaces.d/*\nauto eth0\niface eth0 inet static\n\taddress 10.0.1.10/24\n\tgateway 10.0.1.1\n"))),
        ["networkd"] = new(
            new NetworkdRenderer(), Networkd("80-cloud.network", 252), MemoryTree.Of(
                ("/etc/systemd/network/80-cloud.network", "[Match]\nName=eth0\n[Network]\nAddress=10.0.1.10/24\nGateway=10.0.1.1\n"))),
        ["networkd, one file for all, old"] = new(
            new NetworkdRenderer(), Networkd("20-all.network", 247), MemoryTree.Of(
                ("/etc/systemd/network/20-all.network", "[Match]\nName=e*\n\n[Network]\nDHCP=yes\n# 10.0.1.10"))),
    };

    private static HostFacts NetworkManager() => new()
    {
        NetworkManagerManages = true,
        NetworkManagerVersion = new(1, 42),
        Profiles = new Dictionary<string, string>(StringComparer.Ordinal) { ["eth0"] = "1" },
    };

    private static HostFacts Networkd(string name, int version) =>
        new() { SystemdVersion = version, Definitions = new Dictionary<string, string>(StringComparer.Ordinal) { ["eth0"] = "/etc/systemd/network/" + name } };
}
