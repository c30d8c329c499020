using System.Globalization;
using EniAgent.Core.Kernel;
using EniAgent.Linux.Kernel;

namespace EniAgent.Linux.Tests.Kernel;

[Trait("Needs", "root")]
public class KernelMonitorTests
{
    [Fact]
    public void A_link_changes_its_name_and_goes() => Watching((bed, monitor) =>
    {
        var index = bed.Eth1.Index;
        Bed.Ip("link set eth1 name ens5");
        Assert.Contains(monitor.Read(), e => e is KernelEvent.LinkChanged { Removed: false, Link: { Name: "ens5" } link } && link.Index == index);

        Bed.Ip("link delete ens5");
        Assert.Contains(monitor.Read(), e => e is KernelEvent.LinkChanged { Removed: true, Link: var link } && link.Index == index);
    });

    [Fact]
    public void A_NIC_arrives_whose_MAC_begins_like_an_ENIs() => Watching((_, monitor) =>
    {
        Bed.Ip("link add eth2 address 52:54:00:00:00:12 type veth peer name far3 address 02:42:00:00:00:09");

        var link = Assert.IsType<KernelEvent.LinkChanged>(Assert.Single(monitor.Read())).Link;
        Assert.Equal(("eth2", "52:54:00:00:00:12"), (link.Name, link.Mac.ToString()));
    });

    [Fact]
    public void An_address_comes_and_goes() => Watching((bed, monitor) =>
    {
        Bed.Ip("address add 10.0.3.10/24 dev eth1");
        var added = Assert.Single(monitor.Read().OfType<KernelEvent.AddressChanged>());
        Assert.Equal((bed.Eth1.Index, "10.0.3.10/24", false), (added.Address.LinkIndex, added.Address.Address.ToString(), added.Removed));

        Bed.Ip("address delete 10.0.3.10/24 dev eth1");
        Assert.True(Assert.Single(monitor.Read().OfType<KernelEvent.AddressChanged>()).Removed);
    });

    [Fact]
    public void A_route_comes_and_goes() => Watching((_, monitor) =>
    {
        Bed.Ip("route add default via 10.0.0.1 dev eth0 table 31000");
        var added = Assert.IsType<KernelEvent.RouteChanged>(Assert.Single(monitor.Read()));
        Assert.Equal((31000u, true, false), (added.Route!.Table, added.Route.Destination.IsDefault, added.Removed));

        Bed.Ip("route delete default table 31000");
        Assert.True(Assert.IsType<KernelEvent.RouteChanged>(Assert.Single(monitor.Read())).Removed);
    });

    [Fact]
    public void A_route_that_is_not_simple_is_told_without_a_picture() => Watching((_, monitor) =>
    {
        Bed.Ip("route add blackhole default metric 9");

        Assert.Equal([new KernelEvent.RouteChanged(null, false)], monitor.Read());
    });

    [Fact]
    public void A_rule_comes_and_goes() => Watching((_, monitor) =>
    {
        Bed.Ip("rule add priority 31010 from 10.0.3.10 lookup 31001");
        Assert.Equal(31010u, Assert.IsType<KernelEvent.RuleChanged>(Assert.Single(monitor.Read())).Rule.Priority);

        Bed.Ip("rule delete priority 31010");
        Assert.True(Assert.IsType<KernelEvent.RuleChanged>(Assert.Single(monitor.Read())).Removed);
    });

    [Fact]
    public void Reverse_path_filtering_changes_on_a_link_and_on_all() => Watching((bed, monitor) =>
    {
        Bed.SetSysctl("eth0", SysctlKey.RpFilter, 2);
        Bed.SetSysctl("all", SysctlKey.RpFilter, 1);

        Assert.Equal([new KernelEvent.RpFilterChanged(bed.Eth0.Index, 2), new KernelEvent.RpFilterChanged(null, 1)], monitor.Read());
    });

    [Fact]
    public void What_new_links_get_by_default_is_not_what_holds_for_all() => Bed.Run(bed =>
    {
        using var monitor = KernelMonitor.Open(31000, Bed.OwnProtocol);
        Bed.SetSysctl("default", SysctlKey.RpFilter, 1 + (int.Parse(Bed.Sysctl("default", SysctlKey.RpFilter), CultureInfo.InvariantCulture) % 2));

        Assert.Empty(monitor.Read());
        _ = bed;
    });

    [Fact]
    public void What_others_do_on_their_links_is_not_told() => Watching((_, monitor) =>
    {
        Bed.Ip("link add veth7 address 02:42:00:00:00:07 type veth peer name far7 address 02:42:00:00:00:08");
        Bed.Ip("link set veth7 up");
        Bed.Ip("address add 172.18.0.1/16 dev other");
        Bed.Ip("route add 192.0.2.0/24 dev other");
        Bed.Ip("address add 2001:db8::1/64 dev eth0");
        Bed.SetSysctl("other", SysctlKey.RpFilter, 2);

        Assert.Empty(monitor.Read());
    });

    [Fact]
    public void It_can_be_waited_for() => Watching((_, monitor) =>
    {
        var waiting = monitor.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        Bed.Ip("rule add priority 31010 from 10.0.3.10 lookup 31001");

        Assert.True(waiting.Wait(TimeSpan.FromSeconds(20)));
        Assert.Single(monitor.Read());
    });

    [Fact]
    public void More_than_the_socket_holds_is_told_as_lost() => Watching((_, monitor) =>
    {
        Netlink.Tests.Kernel.InNamespace.IpBatch(Enumerable.Range(0, 40_000).Select(i => $"rule {(i % 2 == 0 ? "add" : "delete")} priority 31010 from 10.0.3.10 lookup 31001"));

        Assert.Contains(new KernelEvent.Lost(), monitor.Read());
    });

    private static void Watching(Action<Bed, KernelMonitor> test) => Bed.Run(bed =>
    {
        using var monitor = KernelMonitor.Open(31000, Bed.OwnProtocol);
        monitor.Watch([bed.Eth0.Index, bed.Eth1.Index], [Bed.Mac0, Bed.Mac1]);
        monitor.Read();
        test(bed, monitor);
    });
}
