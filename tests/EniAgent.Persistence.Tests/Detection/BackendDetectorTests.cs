using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Detection;

namespace EniAgent.Persistence.Tests.Detection;

/// <summary>Which back end, from what a network manager leaves while it runs. The primary NIC is eth0 with index 2.</summary>
public class BackendDetectorTests
{
    private const string Scripts = "/etc/sysconfig/network-scripts";
    private const string Plugin = "/usr/lib64/NetworkManager/1.18.8-2.el7_9/libnm-settings-plugin-ifcfg-rh.so";

    private static readonly Link[] Links = [new() { Index = 2, Name = "eth0", Mac = MacAddress.Parse("52:54:00:00:00:01") }];

    [Theory]
    [InlineData("ifcfg", "network.service is in use", Scripts + "/ifcfg-eth0", "/var/lock/subsys/network")]
    [InlineData("ifcfg", "NetworkManager is in use, with its plugin for ifcfg files", Scripts + "/ifcfg-eth0", "/run/NetworkManager/devices/2", Plugin)]
    [InlineData("networkmanager", "NetworkManager is in use", Scripts + "/readme-ifcfg-rh.txt", "/run/NetworkManager/devices/2")]
    [InlineData("networkmanager", "NetworkManager is in use", Scripts + "/ifcfg-eth0", "/run/NetworkManager/devices/2=[device]\nconnection-uuid=1-2", Plugin,
        "/etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection=[connection]\nuuid=1-2\ntype=ethernet\n")]
    [InlineData("networkmanager", "NetworkManager is in use", Scripts + "/readme-ifcfg-rh.txt", "/run/NetworkManager/devices/2", Plugin,
        "/etc/NetworkManager/system-connections/eth0.nmconnection=[connection]\ntype=ethernet\ninterface-name=eth0\n")]
    [InlineData("ifcfg", "NetworkManager is in use, with its plugin for ifcfg files", Scripts + "/ifcfg-eth0", "/run/NetworkManager/devices/2=[device]\nconnection-uuid=1-2", Plugin,
        "/etc/NetworkManager/system-connections/office.nmconnection=[connection]\nuuid=1-3\ntype=ethernet\n")]
    [InlineData("networkmanager", "NetworkManager is in use", "/run/NetworkManager/devices/2", "/usr/lib/NetworkManager/1.42.4/libnm-wwan.so")]
    [InlineData("networkd", "systemd-networkd is in use, with /etc/systemd/network/80-cloud.network", "/run/systemd/netif/links/2=NETWORK_FILE=/etc/systemd/network/80-cloud.network")]
    [InlineData("netplan", "systemd-networkd is in use, with /run/systemd/network/10-netplan-eth0.network", "/etc/netplan/50-cloud-init.yaml",
        "/run/systemd/netif/links/2=NETWORK_FILE=/run/systemd/network/10-netplan-eth0.network")]
    [InlineData("netplan", "NetworkManager is in use, with netplan's definition of 'nic'", "/run/NetworkManager/devices/2=[device]\nconnection-uuid=1-2",
        "/run/NetworkManager/system-connections/netplan-nic.nmconnection=[connection]\ntype=ethernet\n[ethernet]\nmac-address=52:54:00:00:00:01")]
    [InlineData("ifupdown", "ifupdown is in use", "/run/network/ifstate.eth0", "/etc/network/interfaces")]
    [InlineData("none", "no network manager was found that manages the primary NIC", "/etc/network/interfaces", "/etc/netplan/50-cloud-init.yaml")]
    [InlineData("none", "no network manager was found that manages the primary NIC", "/run/systemd/netif/links/2=ADMIN_STATE=unmanaged")]
    [InlineData("none", "no network manager was found that manages the primary NIC", "/run/NetworkManager/devices/2=managed=false")]
    public void The_back_end_is_what_manages_the_primary_NIC(string name, string reason, params string[] files)
    {
        var choice = Choose(PersistenceBackend.Auto, files);

        Assert.Equal((name, reason), (choice.Name, choice.Why.Said.English));
        Assert.Equal(name == "none", choice.Renderer is null);
    }

    [Fact]
    public void What_the_configuration_names_is_taken()
    {
        foreach (var backend in new[] { PersistenceBackend.Ifcfg, PersistenceBackend.NetworkManager, PersistenceBackend.Netplan, PersistenceBackend.Networkd, PersistenceBackend.Ifupdown })
        {
            var choice = Choose(backend, "/var/lock/subsys/network");
            Assert.Equal(backend, choice.Renderer?.Backend);
            Assert.Equal("the configuration says so", choice.Why.Said.English);
        }

        Assert.Null(Choose(PersistenceBackend.None, "/var/lock/subsys/network", Scripts + "/ifcfg-eth0").Renderer);
    }

    [Fact]
    public void Versions_and_definitions_are_read_from_files()
    {
        var host = Choose(
            PersistenceBackend.Auto, "/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so", "/usr/lib64/NetworkManager/1.42.4-1.el9/x.so",
            "/run/systemd/netif/links/2=NETWORK_FILE=/etc/systemd/network/80-cloud.network", "/run/NetworkManager/devices/2=[device]\nconnection-uuid=1-2").Host;

        Assert.Equal(252, host.SystemdVersion);
        Assert.Equal(new Version(1, 42, 4), host.NetworkManagerVersion);
        Assert.Equal("/etc/systemd/network/80-cloud.network", host.Definitions["eth0"]);
        Assert.Equal("1-2", host.Profiles["eth0"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "/etc/iproute2/rt_tables", "/etc/iproute2/rt_tables.d/README")]
    [InlineData(true, "/usr/share/iproute2/rt_tables")]
    [InlineData(false, "/etc/iproute2/rt_tables")]
    public void An_iproute2_without_folders_of_names_reads_the_plain_files(bool readsFolders, params string[] files) =>
        Assert.Equal(readsFolders, Choose(PersistenceBackend.Auto, files).Host.IprouteReadsFolders);

    // "PATH" or "PATH=TEXT".
    private static BackendChoice Choose(PersistenceBackend wanted, params string[] files)
    {
        var tree = MemoryTree.Of([.. files.Select(file => file.Split('=', 2)).Select(parts => (parts[0], parts.Length > 1 ? parts[1] + "\n" : ""))]);
        return BackendDetector.Choose(wanted, tree, Links, Links[0]);
    }
}
