using static EniAgent.Netlink.Tests.Kernel.InNamespace;

namespace EniAgent.Netlink.Tests.Kernel;

/// <summary>Dumps and lookups against the real kernel, as it is and made to look like an older one.</summary>
[Trait("Needs", "root")]
public sealed class DumpTests
{
    private static readonly NetlinkOptions Old = new() { DisableStrictDump = true, DisableExtendedAcks = true };

    [Fact]
    public void Links_say_what_they_are() => Run(() =>
    {
        Ip("link add br0 address 52:54:00:00:00:01 type bridge");
        Ip("link add v0 address 52:54:00:00:00:02 group 31000 mtu 1400 master br0 type veth peer name v1");
        Ip("link set v0 up");
        using var socket = RouteSocket.Open();

        var links = socket.DumpLinks();

        Assert.Equal(["lo", "br0", "v1", "v0"], links.Select(l => l.Name));
        var (loopback, bridge, v1, v0) = (links[0], links[1], links[2], links[3]);
        Assert.Equal(SocketUapi.ARPHRD_LOOPBACK, loopback.Type);
        Assert.Null(loopback.Kind);
        Assert.True(loopback.IsUp);
        Assert.Equal("bridge", bridge.Kind);
        Assert.Equal(0x525400000002ul, v0.HardwareAddress);
        Assert.Equal((31000u, 1400u, bridge.Index, v1.Index), (v0.Group, v0.Mtu, v0.Master!.Value, v0.LowerLink!.Value));
        Assert.Equal(("veth", "bridge"), (v0.Kind, v0.SlaveKind));
        Assert.True(v0.IsUp);
        Assert.False(v0.Carrier);
        Assert.Equal(v0, socket.GetLink("v0"));
        Assert.Equal(v0, socket.GetLink(v0.Index));
        Assert.Null(socket.GetLink("v7"));
        Assert.Null(socket.GetLink(777));
        Assert.Throws<ArgumentException>(() => socket.GetLink("a-name-far-too-long"));
    });

    [Fact]
    public void Base_chains_of_a_firewall_say_where_packets_pass_and_what_becomes_of_the_undecided() => Run(() =>
    {
        Assert.Empty(FilterChain.DumpAll());
        Nft("""
            table inet filter {
                chain input { type filter hook input priority 0; policy drop; }
                chain jumped { accept; }
            }
            table ip nat {
                chain prerouting { type nat hook prerouting priority -100; }
            }
            table ip6 other {
                chain forward { type filter hook forward priority 5; policy drop; }
            }
            """);

        Assert.Equal(
            [new FilterChain(1, "filter", "input", 1, Drops: true), new FilterChain(2, "nat", "prerouting", 0, Drops: false), new FilterChain(10, "other", "forward", 2, Drops: true)],
            FilterChain.DumpAll().OrderBy(chain => chain.Family));
    });

    [Fact]
    public void A_filtered_dump_gives_what_filtering_a_whole_one_gives_on_any_kernel() => Run(() =>
    {
        Setup();
        using var strict = RouteSocket.Open();
        using var old = RouteSocket.Open(Old);
        Assert.True(strict.StrictDump);
        Assert.False(old.StrictDump || old.ExtendedAcks);
        int v0 = strict.GetLink("v0")!.Index;
        foreach (byte family in new byte[] { 0, SocketUapi.AF_INET, SocketUapi.AF_INET6 })
        {
            var addresses = old.DumpAddresses(family);
            Assert.Equal(addresses, strict.DumpAddresses(family));
            foreach (int index in new[] { v0, 1, 999 })
            {
                var wanted = addresses.Where(a => a.Index == index).ToList();
                Assert.Equal(wanted, strict.DumpAddresses(family, index));
                Assert.Equal(wanted, old.DumpAddresses(family, index));
            }

            var routes = old.DumpRoutes(new RouteDumpFilter { Family = family });
            Assert.NotEmpty(routes);
            foreach (uint? table in new uint?[] { null, 254, 255, 31001, 888 })
            {
                foreach (int? link in new int?[] { null, v0, 999 })
                {
                    foreach (byte? protocol in new byte?[] { null, 131, 2, 99 })
                    {
                        var filter = new RouteDumpFilter { Family = family, Table = table, OutputInterface = link, Protocol = protocol };
                        var wanted = routes.Where(r => (table is null || r.Table == table)
                            && (link is null || r.OutputInterface == link || r.Nexthops.Any(n => n.OutputInterface == link))
                            && (protocol is null || r.Protocol == protocol)).ToList();
                        Assert.Equal(wanted, strict.DumpRoutes(filter));
                        Assert.Equal(wanted, old.DumpRoutes(filter));
                    }
                }
            }

            Assert.Equal(old.DumpRules(family), strict.DumpRules(family));
        }

        Assert.Contains(strict.DumpRoutes(new RouteDumpFilter { OutputInterface = v0 }), r => r.IsMultipath);
        Assert.Single(strict.DumpRoutes(new RouteDumpFilter { Table = 31001, Protocol = 131 }));
        Assert.Equal(4, strict.DumpRules().Count);
        Assert.Equal(old.DumpNetconf(), strict.DumpNetconf());
        Assert.Equal(old.DumpNeighbors(v0), strict.DumpNeighbors(v0));
        Assert.Equal(0x525400000099ul, Assert.Single(strict.DumpNeighbors(v0), n => n.Family == SocketUapi.AF_INET).HardwareAddress);
        Assert.Empty(strict.DumpNeighbors(999));
    });

    [Fact]
    public void Twelve_thousand_foreign_routes_are_passed_over_without_allocating() => Run(() =>
    {
        Setup();
        IpBatch(Enumerable.Range(0, 12_000).Select(i => $"route add 11.{i / 250}.{i % 250}.0/24 via 10.0.3.1 dev v0"));
        using var old = RouteSocket.Open(Old);
        var filter = new RouteDumpFilter { Table = 31001 };
        Assert.Single(old.DumpRoutes(filter));

        long before = GC.GetAllocatedBytesForCurrentThread();
        var found = old.DumpRoutes(filter);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Single(found);
        Assert.InRange(allocated, 0, 2048);
        Assert.True(old.DumpRoutes(new RouteDumpFilter { Table = 254 }).Count > 12_000);
    });

    [Fact]
    public void Netconf_tells_the_reverse_path_filter_of_each_link() => Run(() =>
    {
        Ip("link add v0 type veth peer name v1");
        File.WriteAllText("/proc/sys/net/ipv4/conf/v0/rp_filter", "2");
        using var socket = RouteSocket.Open();

        var settings = socket.DumpNetconf();

        int v0 = socket.GetLink("v0")!.Index;
        Assert.Equal(2, settings.Single(s => s.Index == v0).RpFilter);
        Assert.Contains(settings, s => s.Index == NetconfUapi.NETCONFA_IFINDEX_ALL);
        Assert.Contains(settings, s => s.Index == NetconfUapi.NETCONFA_IFINDEX_DEFAULT);
    });

    [Fact]
    public void A_lookup_says_which_way_a_packet_goes_and_null_where_there_is_none() => Run(() =>
    {
        Setup();
        using var socket = RouteSocket.Open();
        int v0 = socket.GetLink("v0")!.Index;
        var far = InetAddress.Parse("8.8.8.8");

        var unbound = socket.GetRoute(new RouteLookup { Destination = far });
        var bound = socket.GetRoute(new RouteLookup { Destination = far, Source = InetAddress.Parse("10.0.3.133") });
        var matched = socket.GetRoute(new RouteLookup { Destination = InetAddress.Parse("10.0.3.77"), FibMatch = true });

        Assert.Null(unbound);
        Assert.Equal((31001u, v0, InetAddress.Parse("10.0.3.1")), (bound!.Table, bound.OutputInterface!.Value, bound.Gateway!.Value));
        Assert.Equal((InetAddress.Parse("10.0.3.0"), (byte)24), (matched!.Destination, matched.DestinationLength));
    });

    [Fact]
    public void A_dump_that_is_refused_says_what_was_asked_and_why() => Run(() =>
    {
        using var socket = RouteSocket.Open();

        var refused = Assert.Throws<NetlinkException>(() => socket.GetRoute(new RouteLookup { Destination = InetAddress.Parse("1.2.3.4"), OutputInterface = 999 }));

        Assert.Equal(("RTM_GETROUTE", Errno.ENODEV), (refused.Operation, refused.Errno));
        Assert.NotEqual(0u, refused.Sequence);
        Assert.NotEmpty(socket.DumpLinks());
    });

    private static void Setup()
    {
        // Link-local addresses come a moment later, between two dumps.
        File.WriteAllText("/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1");
        Ip("link add v0 type veth peer name v1");
        Ip("link set v0 up");
        Ip("link set v1 up");
        Ip("address add 10.0.3.133/24 dev v0 metric 200");
        Ip("address add fd00::1/64 dev v0 nodad");
        Ip("route add default via 10.0.3.1 dev v0 table 31001 proto 131");
        Ip("route add 10.99.0.0/16 nexthop via 10.0.3.1 dev v0 weight 2 nexthop via 10.0.3.2 dev v0");
        Ip("route add blackhole 10.98.0.0/16 table 1000 proto 131");
        Ip("route add fd01::/64 via fd00::2 table 31001");
        Ip("rule add from 10.0.3.133 lookup 31001 pref 31010 protocol 131");
        Ip("neighbor add 10.0.3.1 lladdr 52:54:00:00:00:99 dev v0");
    }
}
