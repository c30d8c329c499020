using static EniAgent.Netlink.FibRulesUapi;
using static EniAgent.Netlink.IfAddrUapi;
using static EniAgent.Netlink.RtnetlinkUapi;
using static EniAgent.Netlink.SocketUapi;

namespace EniAgent.Netlink.Tests.Codec;

/// <summary>What a real kernel sent is read as what <c>ip</c> was told, and written again as the same attributes.</summary>
public sealed class CaptureTests
{
    private const int Port1 = 2;
    private const int Eth1 = 3;
    private const int Br0 = 4;
    private const uint Forever = uint.MaxValue;

    private static readonly InetConf Untouched = new(0, 0, 0, 0);

    private static readonly Dictionary<string, object> Expected = new()
    {
        ["link-loopback"] = new LinkMessage
        {
            Index = 1, Name = "lo", Type = ARPHRD_LOOPBACK, Flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING | IFF_LOWER_UP,
            HardwareAddress = 0, Mtu = 65536, Carrier = true, InetConf = Untouched,
        },
        ["link-veth"] = new LinkMessage
        {
            Index = Eth1, Name = "eth1", Type = ARPHRD_ETHER, Flags = 0x1043 | IFF_LOWER_UP, HardwareAddress = 0x525400bfb351, Group = 31000,
            Mtu = 1400, LowerLink = Port1, Kind = "veth", OperState = 6, Carrier = true, InetConf = Untouched,
        },
        ["link-bridge-port"] = new LinkMessage
        {
            Index = Port1, Name = "port1", Type = ARPHRD_ETHER, Flags = 0x1043 | IFF_LOWER_UP, Mtu = 1500, LowerLink = Eth1, Master = Br0,
            Kind = "veth", SlaveKind = "bridge", OperState = 6, Carrier = true, InetConf = Untouched,
        },
        ["link-bridge"] = new LinkMessage { Index = Br0, Name = "br0", Type = ARPHRD_ETHER, Flags = 0x1002, Mtu = 1500, Kind = "bridge", OperState = 2, Carrier = false, InetConf = Untouched },
        ["address-plain"] = Address("10.0.3.133", 24) with { Broadcast = Ip("10.0.3.255") },
        ["address-metric-noprefixroute"] = Address("10.0.4.7", 24) with { Flags = IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE, RoutePriority = 31001 },
        ["address-secondary"] = Address("10.0.3.134", 24) with { Flags = IFA_F_PERMANENT | IFA_F_SECONDARY },
        ["address-peer"] = Address("10.9.0.1", 32) with { Peer = Ip("10.9.0.2"), Label = "eth1:7" },
        ["address-lifetime"] = Address("10.8.0.1", 16) with { Flags = 0, ValidLifetime = 4000, PreferredLifetime = 2000 },
        ["address-protocol"] = Address("10.0.5.1", 24) with { Protocol = 131 },
        ["address-ipv6"] = Address("fd00::1", 64) with { Family = AF_INET6, Label = null, Flags = IFA_F_PERMANENT | IFA_F_NODAD },
        ["route-default-in-table"] = Route("0.0.0.0", 0) with { Table = 31001, Protocol = 131, Priority = 77, Gateway = Ip("10.0.3.1") },
        ["route-onlink-prefsrc"] = Route("192.168.0.0", 16) with { Gateway = Ip("10.66.0.1"), Flags = RTNH_F_ONLINK, PreferredSource = Ip("10.0.3.133") },
        ["route-link-scope"] = Route("10.77.0.0", 16) with { Scope = RT_SCOPE_LINK },
        ["route-metrics"] = Route("10.78.0.0", 16) with { Gateway = Ip("10.0.3.1"), Mtu = 1300, OtherMetrics = Raw("08000800b0040000" + "08000b0014000000") },
        ["route-realm"] = Route("10.79.0.0", 16) with { Gateway = Ip("10.0.3.1"), UnknownAttributes = Raw("08000b0005000000") },
        ["route-multipath"] = Route("10.80.0.0", 16) with
        {
            OutputInterface = null,
            Nexthops = new(
                new RouteNexthop { OutputInterface = Eth1, Hops = 2, Gateway = Ip("10.0.3.1") },
                new RouteNexthop { OutputInterface = Eth1, Flags = (byte)RTNH_F_ONLINK, Gateway = Ip("10.66.0.1") }),
        },
        ["route-blackhole"] = Route("10.81.0.0", 16) with { Type = RTN_BLACKHOLE, Protocol = 131, OutputInterface = null },
        ["route-throw"] = Route("10.82.0.0", 16) with { Type = RTN_THROW, Table = 1000, OutputInterface = null },
        ["route-via-ipv6"] = Route("10.83.0.0", 16) with { Via = Ip("fd00::2") },
        ["route-ipv6-default"] = Route("::", 0) with { Table = 31001, Protocol = 131, Gateway = Ip("fd00::2"), Priority = 1024, UnknownAttributes = Raw("0500140000000000") },
        ["route-ipv6-prefix"] = Route("fd03::", 64) with { Priority = 5, UnknownAttributes = Raw("0500140000000000") },
        ["route-nexthop-object"] = Route("10.84.0.0", 16) with { NexthopId = 12, Gateway = Ip("10.0.3.1") },
        ["rule-from-address"] = Rule(31010, 31001) with { Source = Ip("10.0.3.133"), SourceLength = 32, Protocol = 131 },
        ["rule-suppress"] = Rule(31000, RT_TABLE_MAIN) with { SuppressPrefixLength = 0, SuppressInterfaceGroup = 31000 },
        ["rule-from-to"] = Rule(31015, 31000) with { Source = Ip("10.0.0.0"), SourceLength = 24, Destination = Ip("10.0.3.0"), DestinationLength = 24 },
        ["rule-output-interface"] = Rule(31020, 31001) with { OutputInterface = "eth1" },
        ["rule-detached-input-interface"] = Rule(31021, 100) with { InputInterface = "gone9", Flags = FIB_RULE_IIF_DETACHED },
        ["rule-goto"] = Rule(30990, 0) with { Action = FR_ACT_GOTO, Goto = 31010, Destination = Ip("10.0.3.0"), DestinationLength = 24 },
        ["rule-not-fwmark"] = Rule(100, 51820) with { Source = Ip("10.1.0.0"), SourceLength = 16, Flags = FIB_RULE_INVERT, FwMark = 0xca6c, FwMask = 0xffff },
        ["rule-ports-and-users"] = Rule(101, 200) with
        {
            IpProtocol = 6, SourcePorts = new(1000, 2000), DestinationPorts = new(443, 443), UserIds = new(1000, 1999),
            // FRA_DPORT_MASK, which came with Linux 6.15.
            UnknownAttributes = Raw("06001d00ffff0000"),
        },
        ["rule-blackhole"] = Rule(102, 0) with { Action = FR_ACT_BLACKHOLE, Source = Ip("10.2.0.0"), SourceLength = 16 },
        ["rule-tos"] = Rule(103, 201) with { Tos = 0x10, TunnelId = 7 },
        ["rule-ipv6"] = Rule(31010, 31001) with { Family = AF_INET6, Source = Ip("fd00::1"), SourceLength = 128, Destination = Ip("::") },
        ["neighbor-permanent"] = new NeighborMessage
        {
            Family = AF_INET, Index = Eth1, Address = Ip("10.0.3.1"), HardwareAddress = 0x525400000099, State = NeighbourUapi.NUD_PERMANENT,
        },
        ["netconf"] = new NetconfMessage
        {
            Family = AF_INET, Index = Eth1, Forwarding = 0, RpFilter = 2, MulticastForwarding = 0, ProxyNeighbor = 0, IgnoreRoutesWithLinkDown = 0, BroadcastForwarding = 0,
        },
    };

    public static TheoryData<string> Objects => [.. Capture.Names.Where(n => !n.StartsWith("error-", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Objects))]
    public void A_captured_message_is_read_as_what_it_says(string name)
    {
        object actual = Parse(name);
        // A random MAC is all that a bridge and the far end of a veth differ in from one capture to the next.
        if (actual is LinkMessage { Name: "br0" or "port1" } link)
        {
            Assert.NotNull(link.HardwareAddress);
            actual = link with { HardwareAddress = null };
        }

        Assert.Equal(Expected[name], actual);
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void A_captured_object_is_written_with_the_same_attributes(string name)
    {
        if (Parse(name) is not IRequestBody body)
        {
            return;
        }

        int header = name.StartsWith("address-", StringComparison.Ordinal) ? 8 : 12;
        byte[] captured = Capture.ReadPayload(name);
        byte[] emitted = Attributes.Emit(body);

        // What the kernel says in any case and takes in another form: see Redundant.
        ushort[] nests = body is RouteMessage ? [RTA_METRICS] : [];
        var wanted = Attributes.List(captured.AsSpan(header), nests).Where(a => !Redundant(name, body, a)).ToList();
        Assert.Equal(wanted, Attributes.List(emitted.AsSpan(header), nests).Where(a => !Redundant(name, body, a)));
        Assert.Equal(body, Parse(name, emitted), Comparer(body));
    }

    [Fact]
    public void What_a_bridge_says_of_its_port_is_not_taken_for_settings_of_IPv4()
    {
        byte[] captured = Capture.ReadPayload("link-veth");
        captured[0] = AF_BRIDGE;

        Assert.Equal((LinkMessage)Expected["link-veth"] with { InetConf = null }, LinkMessage.Parse(captured));
    }

    [Fact]
    public void Nothing_that_is_captured_goes_without_a_test() => Assert.Equal(
        Capture.Names.Where(n => !n.StartsWith("error-", StringComparison.Ordinal)), Expected.Keys.Order(StringComparer.Ordinal));

    internal static object Parse(string name, ReadOnlySpan<byte> payload) => name.Split('-')[0] switch
    {
        "link" => LinkMessage.Parse(payload),
        "address" => AddressMessage.Parse(payload),
        "route" => RouteMessage.Parse(payload),
        "rule" => RuleMessage.Parse(payload),
        "neighbor" => NeighborMessage.Parse(payload),
        "netconf" => NetconfMessage.Parse(payload),
        var other => throw new InvalidOperationException(other),
    };

    private static object Parse(string name) => Parse(name, Capture.ReadPayload(name));

    /// <summary>The table and flags that fit the header, "nothing is suppressed", time stamps and counts of use, and the path that a nexthop object stands for.</summary>
    private static bool Redundant(string name, object body, string attribute)
    {
        ushort type = ushort.Parse(attribute.AsSpan(0, attribute.IndexOf(':', StringComparison.Ordinal)), provider: null);
        return body switch
        {
            AddressMessage address => type == IFA_CACHEINFO || (type == IFA_FLAGS && address.Flags <= byte.MaxValue) || (type == IFA_LOCAL && address.Family == AF_INET6),
            RouteMessage route => type == RTA_CACHEINFO || (type == RTA_TABLE && route.Table <= byte.MaxValue)
                || (type is RTA_GATEWAY or RTA_OIF && route.NexthopId is not null),
            RuleMessage rule => (type == FRA_TABLE && rule.Table <= byte.MaxValue)
                || (type == FRA_SUPPRESS_PREFIXLEN && rule.SuppressPrefixLength is null)
                || (type == FRA_PROTOCOL && rule.Protocol == 0),
            _ => throw new InvalidOperationException(name),
        };
    }

    /// <summary>Compares what a request can say: not the kernel's findings.</summary>
    private static EqualityComparer<object> Comparer(object body) => EqualityComparer<object>.Create((a, b) => Requestable(a!).Equals(Requestable(b!)), o => body.GetHashCode());

    private static object Requestable(object message) => message switch
    {
        RuleMessage rule => rule with { Flags = rule.Flags & FIB_RULE_INVERT },
        RouteMessage { NexthopId: not null } route => route with { Gateway = null, OutputInterface = null },
        var other => other,
    };

    private static AddressMessage Address(string address, byte length) => new()
    {
        Family = AF_INET,
        Index = Eth1,
        Address = Ip(address),
        PrefixLength = length,
        Flags = IFA_F_PERMANENT,
        Label = "eth1",
        ValidLifetime = Forever,
        PreferredLifetime = Forever,
    };

    private static RouteMessage Route(string destination, byte length) => new()
    {
        Family = Ip(destination).Family,
        Destination = Ip(destination),
        DestinationLength = length,
        Protocol = RTPROT_BOOT,
        OutputInterface = Eth1,
    };

    private static RuleMessage Rule(uint priority, uint table) => new()
    {
        Family = AF_INET,
        Priority = priority,
        Table = table,
        Source = InetAddress.Any(AF_INET),
        Destination = InetAddress.Any(AF_INET),
        Protocol = RTPROT_UNSPEC,
    };

    private static RawAttributes Raw(string hex) => new(Convert.FromHexString(hex));

    private static InetAddress Ip(string text) => InetAddress.Parse(text);
}
