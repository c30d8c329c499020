using static EniAgent.Netlink.Tests.Kernel.InNamespace;

namespace EniAgent.Netlink.Tests.Kernel;

/// <summary>What was read can be deleted and put back exactly as it was.</summary>
[Trait("Needs", "root")]
public sealed class RestoreTests
{
    [Fact]
    public void Addresses_are_put_back_as_they_were() => Run(() =>
    {
        Links();
        Ip("address add 10.0.3.133/24 broadcast + dev v0");
        Ip("address add 10.0.4.7/24 dev v0 metric 31001 noprefixroute");
        Ip("address add 10.9.0.1 peer 10.9.0.2/32 dev v0 label v0:7");
        Ip("address add 10.5.0.1/24 dev v0 scope link");
        Ip("-6 address add fd00::1/64 dev v0 nodad metric 77");
        RoundTrip(
            socket => socket.DumpAddresses(0, socket.GetLink("v0")!.Index),
            (batch, address) => batch.DeleteAddress(address),
            (batch, address) => batch.AddAddress(address));
    });

    [Fact]
    public void Routes_are_put_back_as_they_were() => Run(() =>
    {
        Links();
        Ip("address add 10.0.3.133/24 dev v0");
        Ip("-6 address add fd00::1/64 dev v0 nodad");
        Ip("nexthop add id 12 via 10.0.3.1 dev v0");
        IpBatch(
        [
            "route add default via 10.0.3.1 dev v0 table 31001 proto 131 metric 77",
            "route add 192.168.0.0/16 via 10.66.0.1 dev v0 onlink src 10.0.3.133",
            "route add 10.77.0.0/16 dev v0 scope link",
            "route add 10.78.0.0/16 via 10.0.3.1 mtu lock 1300 advmss 1200 initcwnd 20 congctl cubic",
            "route add 10.79.0.0/16 via 10.0.3.1 realm 5",
            "route add 10.79.0.0/16 tos 0x10 via 10.0.3.1",
            "route add 10.80.0.0/16 nexthop via 10.0.3.1 dev v0 weight 3 nexthop via 10.66.0.1 dev v0 onlink",
            "route add blackhole 10.81.0.0/16 proto 131",
            "route add throw 10.82.0.0/16 table 1000",
            "route add 10.83.0.0/16 via inet6 fd00::2 dev v0",
            "route add 10.84.0.0/16 nhid 12",
            "route add 10.85.0.0/16 encap ip id 7 dst 10.0.3.9 via 10.0.3.1",
        ]);
        Ip("-6 route add default via fd00::2 dev v0 table 31001 proto 131 pref high");
        Ip("-6 route add fd03::/64 dev v0 metric 5");
        Ip("-6 route add unreachable fd04::/64");
        RoundTrip<RouteMessage>(
            socket => [.. socket.DumpRoutes(new RouteDumpFilter { Family = 0 }).Where(r => r.Protocol != RtnetlinkUapi.RTPROT_KERNEL)],
            (batch, route) => batch.DeleteRoute(route),
            (batch, route) => batch.AddRoute(route));
    });

    [Fact]
    public void Rules_are_put_back_as_they_were() => Run(() =>
    {
        Links();
        IpBatch(
        [
            "rule add from 10.0.3.133 lookup 31001 priority 31010 protocol 131",
            "rule add lookup main suppress_prefixlength 0 suppress_ifgroup 31000 priority 31000",
            "rule add from 10.0.0.0/24 to 10.0.3.0/24 lookup 31000 priority 31015",
            "rule add oif v0 lookup 31001 priority 31020",
            "rule add iif gone9 lookup 100 priority 31021",
            "rule add to 10.0.3.0/24 goto 31010 priority 30990",
            "rule add not from 10.1.0.0/16 fwmark 0xca6c/0xffff lookup 51820 priority 100",
            "rule add ipproto tcp sport 1000-2000 dport 443 uidrange 1000-1999 lookup 200 priority 101",
            "rule add blackhole from 10.2.0.0/16 priority 102",
            "rule add tos 0x10 tun_id 7 lookup 201 priority 103",
            "rule add from 10.3.0.0/16 lookup 201 realms 3/4 priority 104",
            "rule add from all nop priority 105",
        ]);
        Ip("-6 rule add from fd00::1 lookup 31001 priority 31010");
        RoundTrip<RuleMessage>(
            socket => [.. socket.DumpRules(0).Where(r => r.Priority is not (0 or 32766 or 32767))],
            (batch, rule) => batch.DeleteRule(rule),
            (batch, rule) => batch.AddRule(rule));
    });

    [Fact]
    public void Of_rules_that_differ_in_protocol_only_the_right_one_is_deleted() => Run(() =>
    {
        using var socket = RouteSocket.Open();
        var rule = new RuleMessage { Family = SocketUapi.AF_INET, Priority = 31010, Table = 31001, Source = InetAddress.Parse("10.0.3.133"), SourceLength = 32 };
        var batch = new RequestBatch();
        batch.AddRule(rule with { Protocol = 4 });
        batch.AddRule(rule with { Protocol = 131 });
        batch.DeleteRule(rule with { Protocol = 131 });

        Assert.All(socket.Execute(batch), r => Assert.Equal(0, r.Errno));

        Assert.Equal((byte)4, Assert.Single(socket.DumpRules(), r => r.Priority == 31010).Protocol!.Value);
    });

    private static void Links()
    {
        File.WriteAllText("/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1");
        Ip("link add v0 type veth peer name v1");
        Ip("link set v0 up");
        Ip("link set v1 up");
    }

    private static void RoundTrip<T>(Func<RouteSocket, List<T>> dump, Action<RequestBatch, T> delete, Action<RequestBatch, T> add)
    {
        using var socket = RouteSocket.Open();
        var before = dump(socket);
        Assert.True(before.Count >= 5);
        var batch = new RequestBatch();
        before.ForEach(item => delete(batch, item));
        Assert.All(socket.Execute(batch), (r, i) => Assert.True(r.IsSuccess, $"{r} {before[i]}"));
        Assert.Empty(dump(socket));

        batch.Clear();
        before.ForEach(item => add(batch, item));
        Assert.All(socket.Execute(batch), (r, i) => Assert.True(r.IsSuccess, $"{r} {before[i]}"));

        Assert.Equal(before.Select(b => b!.ToString()).Order(), dump(socket).Select(b => b!.ToString()).Order());
    }
}
