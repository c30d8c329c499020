using System.Runtime.InteropServices;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Netlink.Tests.Kernel;

namespace EniAgent.Linux.Tests.Kernel;

[Trait("Needs", "root")]
public partial class KernelObserverTests
{
    [Fact]
    public void Links_are_those_whose_MAC_was_asked_for() => Bed.Run(bed =>
    {
        Bed.Ip("link set eth1 group 7");

        var links = bed.Observe().Links;

        Assert.Equal(["eth0", "eth1"], links.Select(link => link.Name).Order(StringComparer.Ordinal));
        Assert.Equal((Bed.Mac1, false, 7u, "veth", false), (bed.Eth1.Mac, bed.Eth1.IsUp, bed.Eth1.Group, bed.Eth1.Kind, bed.Eth1.IsPort));
        Assert.True(bed.Eth0.IsUp);
    });

    [Fact]
    public void A_port_of_a_bridge_is_told_apart() => Bed.Run(bed =>
    {
        Bed.Ip("link add br0 address 02:42:00:00:00:99 type bridge");
        Bed.Ip("link set eth1 master br0");

        Assert.True(bed.Eth1.IsPort);
    });

    [Fact]
    public void Addresses_are_those_of_the_whole_machine() => Bed.Run(bed =>
    {
        Bed.Ip("address add 2001:db8::1/64 dev eth0");
        Bed.Ip("address add 10.0.3.10/24 dev eth1 metric 31001 noprefixroute");

        var addresses = bed.Observe().Addresses;

        Assert.Equal(
            ["10.0.0.10/24", "10.0.3.10/24", "127.0.0.1/8", "172.17.0.1/16"],
            addresses.Select(a => a.Address.ToString()).Order(StringComparer.Ordinal));
        var metered = addresses.Single(a => a.LinkIndex == bed.Eth1.Index);
        Assert.Equal((31001u, true), (metered.Metric, metered.NoPrefixRoute));
    });

    [Fact]
    public void Routes_are_those_through_the_ENIs_in_every_table() => Bed.Run(bed =>
    {
        Bed.Ip("route add 192.0.2.0/24 dev other");
        Bed.Ip("route add 198.51.100.0/24 dev other table 31001 proto 131");
        Bed.Ip("route add 203.0.113.0/24 via 10.0.0.2 dev eth0 table 31001 metric 9");
        Bed.Ip("route add blackhole 203.0.113.7/32");

        Assert.Equal(
            ["0.0.0.0/0 254", "10.0.0.0/24 254", "203.0.113.0/24 31001"],
            bed.Observe().Routes.Select(r => $"{r.Destination} {r.Table}").Order(StringComparer.Ordinal));
    });

    [Fact]
    public void All_of_main_is_read_where_it_is_asked_for_each_route_once() => Bed.Run(bed =>
    {
        Bed.Ip("route add 192.0.2.0/24 dev other");

        Assert.Equal(
            ["0.0.0.0/0", "10.0.0.0/24", "172.17.0.0/16", "192.0.2.0/24"],
            bed.Observe(allMainRoutes: true).Routes.Select(r => r.Destination.ToString()).Order(StringComparer.Ordinal));
    });

    [Theory]
    [InlineData("as it is", true)]
    [InlineData("through another link", true, "route delete default", "route add default via 172.17.0.2 dev other")]
    [InlineData("through another link and ours", true, "route delete default", "route add default dev other metric 9", "route add default dev eth0 proto 131")]
    [InlineData("one that only says no", true, "route delete default", "route add blackhole default metric 9")]
    [InlineData("over two ways", true, "route delete default", "route add default nexthop dev eth0 nexthop dev other")]
    [InlineData("ours only", false, "route delete default", "route add default via 10.0.0.1 dev eth0 proto 131 metric 4000000")]
    [InlineData("none", false, "route delete default")]
    [InlineData("in another table", false, "route delete default", "route add default via 10.0.0.1 dev eth0 table 100")]
    [InlineData("half of the internet", false, "route delete default", "route add 0.0.0.0/1 via 10.0.0.1 dev eth0")]
    public void Main_has_a_default_route_of_somebody_elses(string which, bool expected, params string[] commands) => Bed.Run(bed =>
    {
        _ = which;
        foreach (var command in commands)
        {
            Bed.Ip(command);
        }

        Assert.Equal(expected, bed.Observe().MainHasForeignDefault);
    });

    [Fact]
    public void Rules_are_read_in_order_and_one_that_says_more_is_told_apart() => Bed.Run(bed =>
    {
        Bed.Ip("rule add priority 100 fwmark 1 lookup 200");
        Bed.Ip("rule add priority 101 from 10.0.3.10 oif eth1 lookup 31001 protocol 131");

        var rules = bed.Observe().Rules;

        Assert.Equal([0u, 100u, 101u, 32766u, 32767u], rules.Select(rule => rule.Priority));
        Assert.True(rules[1].HasMore);
        Assert.Equal(
            new Rule { Priority = 101, From = IpPrefix.Host(IpAddress.Parse("10.0.3.10")), OutputInterface = "eth1", Table = 31001, Protocol = 131 },
            rules[2] with { Native = null });
    });

    [Fact]
    public void Settings_are_those_of_the_ENIs_links_and_of_all() => Bed.Run(bed =>
    {
        Assert.Equal(FilesOf("all", "eth0", "eth1"), Observed());

        // Each differs from its neighbours, however these are ordered.
        var value = 1;
        foreach (var name in SysctlKey.Names)
        {
            Bed.SetSysctl("eth0", name, value % 3);
            Bed.SetSysctl("eth1", name, (value + 1) % 3);
            Bed.SetSysctl("all", name, (value + 2) % 3);
            Assert.Equal(FilesOf("all", "eth0", "eth1"), Observed());
            value++;
        }

        string Observed() => string.Join('\n', bed.Observe().Sysctls.Select(setting => $"{setting.Key} {setting.Value}").Order(StringComparer.Ordinal));
        static string FilesOf(params string[] links) =>
            string.Join('\n', links.SelectMany(_ => SysctlKey.Names, (link, name) => $"{new SysctlKey(link, name)} {Bed.Sysctl(link, name)}").Order(StringComparer.Ordinal));
    });

    [Theory]
    [InlineData("a default route that is easily found")]
    [InlineData("no default route but ours", "route delete default", "route add default via 10.0.0.1 dev eth0 proto 131")]
    public void What_others_route_elsewhere_however_much_costs_next_to_nothing(string which, params string[] commands) => Bed.Run(bed =>
    {
        _ = which;
        InNamespace.IpBatch(Enumerable.Range(0, 12_000).Select(i => $"route add 198.{18 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}/32 dev other"));
        foreach (var command in commands)
        {
            Bed.Ip(command);
        }

        // The first ones pay for the compiler.
        var cost = Enumerable.Range(0, 10).Select(_ => Cost(() => Assert.InRange(bed.Observe().Routes.Count, 2, 3))).Min();

        Assert.InRange(cost, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    });

    // What this thread spends on a processor, in the kernel too.
    private static TimeSpan Cost(Action action)
    {
        var before = Spent();
        action();
        return Spent() - before;
    }

    private static unsafe TimeSpan Spent()
    {
        const int CLOCK_THREAD_CPUTIME_ID = 3;
        var time = stackalloc long[2];
        Assert.Equal(0, clock_gettime(CLOCK_THREAD_CPUTIME_ID, time));
        return TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000.0);
    }

    [LibraryImport("libc")]
    private static unsafe partial int clock_gettime(int clock, long* time);
}
