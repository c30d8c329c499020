using static EniAgent.Netlink.Tests.Kernel.InNamespace;
using static EniAgent.Netlink.Tests.Kernel.MonitorTests;

namespace EniAgent.Netlink.Tests.Kernel;

/// <summary>The filter runs in the kernel: what it drops wakes nobody.</summary>
[Trait("Needs", "root")]
public sealed class EventFilterTests
{
    [Fact]
    public void Thousands_of_foreign_events_wake_nobody() => Run(() =>
    {
        using var monitor = Own(out _);
        using var unfiltered = RouteMonitor.Open(options: new NetlinkOptions { ReceiveBufferSize = 64 << 20 });
        var waiting = monitor.WaitReadableAsync(CancellationToken.None);

        Ip("link add docker0 type bridge");
        IpBatch(
        [
            "link set docker0 up",
            "address add 172.17.0.1/16 dev docker0",
            .. Enumerable.Range(0, 60).SelectMany(i => new[]
            {
                $"link add veth{i} master docker0 type veth peer name p{i}",
                $"link set veth{i} up",
                $"link set p{i} up",
                $"link del veth{i}",
            }),
            .. Enumerable.Range(0, 3000).Select(i => $"route add 11.{i / 250}.{i % 250}.0/24 via 172.17.0.9 dev docker0"),
            .. Enumerable.Range(0, 100).Select(i => $"route add 12.0.{i}.0/24 via 172.17.0.9 dev docker0 table 30999"),
            .. Enumerable.Range(0, 100).Select(i => $"route add 13.0.{i}.0/24 via 172.17.0.9 dev docker0 table 31016"),
            "route add default via 172.17.0.9 dev docker0 table 100",
            "link del docker0",
        ]);

        Assert.False(waiting.IsCompleted);
        Assert.Empty(ReadAll(monitor));
        Assert.False(waiting.Wait(50));
        Assert.True(ReadAll(unfiltered).Count > 3000);
    });

    [Fact]
    public void Whatever_happens_to_the_own_link_arrives() => Run(() =>
    {
        using var monitor = Own(out int link);

        AssertArrives<AddressEvent>(monitor, "address add 10.0.3.133/24 dev own", e => e.Address.Index == link);
        AssertArrives<LinkEvent>(monitor, "link set own up", e => e.Link.Index == link && e.Link.IsUp);
        AssertArrives<RouteEvent>(monitor, "route add 10.99.0.0/16 via 10.0.3.1 dev own", e => e.Route.OutputInterface == link);
        AssertArrives<RouteEvent>(monitor, "route add 10.96.0.0/16 nexthop via 10.0.3.1 dev own nexthop via 10.0.3.2 dev own", e => e.Route.IsMultipath);
        AssertArrives<NetconfEvent>(monitor, null, e => e.Netconf.Index == link, () => File.WriteAllText("/proc/sys/net/ipv4/conf/own/rp_filter", "2"));
        AssertArrives<NetconfEvent>(monitor, null, e => e.Netconf.Index == -1, () => File.WriteAllText("/proc/sys/net/ipv4/conf/all/rp_filter", "2"));
        AssertArrives<LinkEvent>(monitor, "link set own down", e => !e.Link.IsUp);
        AssertArrives<LinkEvent>(monitor, "link del own", e => e.Removed);
    });

    [Fact]
    public void Own_tables_own_protocol_and_the_default_route_of_main_arrive_through_any_link() => Run(() =>
    {
        using var monitor = Own(out _);
        Ip("link add other type veth peer name x");
        Ip("link set other up");
        Ip("address add 10.7.0.1/24 dev other");
        Assert.Empty(ReadAll(monitor));

        AssertArrives<RouteEvent>(monitor, "route add 1.2.3.0/24 via 10.7.0.9 dev other table 31000", e => e.Route.Table == 31000);
        AssertArrives<RouteEvent>(monitor, "route add 1.2.3.0/24 via 10.7.0.9 dev other table 31015", e => e.Route.Table == 31015);
        AssertArrives<RouteEvent>(monitor, "route add blackhole 1.2.4.0/24 table 31003", e => e.Route.Type == RtnetlinkUapi.RTN_BLACKHOLE);
        AssertArrives<RouteEvent>(monitor, "route add 1.2.5.0/24 via 10.7.0.9 dev other proto 131", e => e.Route.Protocol == 131);
        AssertArrives<RouteEvent>(monitor, "route add default via 10.7.0.9 dev other", e => e.Route is { IsDefault: true, Table: 254 });
        AssertArrives<RuleEvent>(monitor, "rule add from 1.2.3.4 lookup main", _ => true);
        Ip("route add 1.2.3.0/24 via 10.7.0.9 dev other table 31016");
        Ip("route add 1.2.3.0/24 via 10.7.0.9 dev other table 255");
        Ip("route add blackhole 1.2.6.0/24");
        Assert.Empty(ReadAll(monitor));
    });

    [Fact]
    public void A_new_link_with_the_right_kind_of_mac_arrives_and_another_does_not() => Run(() =>
    {
        using var monitor = Own(out _);

        Ip("link add veth1 address 02:42:00:54:52:00 type veth peer name veth2");
        Assert.Empty(ReadAll(monitor));
        Ip("link add eth1 address 52:54:00:bf:b3:51 type veth peer name port1");
        Assert.All(ReadAll(monitor), e => Assert.Equal(0x525400bfb351ul, Assert.IsType<LinkEvent>(e).Link.HardwareAddress));
        AssertArrives<LinkEvent>(monitor, "link del eth1", e => e.Removed);
    });

    [Fact]
    public void A_link_that_no_software_made_arrives() => Run(() =>
    {
        using var monitor = Own(out _);

        AssertArrives<LinkEvent>(monitor, "link set lo down", e => e.Link.Kind is null);
    });

    [Fact]
    public void A_filter_for_more_links_than_the_kernel_takes_is_refused() => Run(() =>
    {
        using var monitor = RouteMonitor.Open();

        Assert.Throws<ArgumentException>(() => monitor.SetFilter(new EventFilter { InterfaceIndexes = [.. Enumerable.Range(1, 2000)] }));
        monitor.SetFilter(new EventFilter { InterfaceIndexes = [.. Enumerable.Range(1, 400)] });
    });

    private static RouteMonitor Own(out int link)
    {
        Ip("link add own address 02:00:00:00:00:01 type veth peer name peer");
        using var socket = RouteSocket.Open();
        link = socket.GetLink("own")!.Index;
        return RouteMonitor.Open(MonitorGroups.IPv4, new EventFilter
        {
            InterfaceIndexes = [4242, link],
            MacPrefixes = [0x525400, 0x525401],
            FirstOwnTable = 31000,
            TableCount = 16,
            OwnProtocol = 131,
        });
    }

    private static void AssertArrives<T>(RouteMonitor monitor, string? ip, Predicate<T> expected, Action? action = null)
        where T : NetlinkEvent
    {
        if (ip is not null)
        {
            Ip(ip);
        }

        action?.Invoke();
        Assert.Contains(ReadAll(monitor), e => e is T told && expected(told));
    }
}
