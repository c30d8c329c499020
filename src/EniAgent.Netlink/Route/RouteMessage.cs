namespace EniAgent.Netlink;

/// <summary>A route: struct rtmsg and its attributes (linux/rtnetlink.h). Null means absent. What has no property is kept raw, so that
/// a route can be put back as it was; only RTA_CACHEINFO, which counts uses, is dropped.</summary>
public sealed partial record RouteMessage
{
    /// <summary>A route to be filled in: of type unicast, in the table main, unless said otherwise.</summary>
    public RouteMessage()
    {
    }

    /// <summary>AF_INET or AF_INET6.</summary>
    public byte Family { get; init; }

    /// <summary>The destination prefix; the all-zero address (or none) together with length 0 is the default route.</summary>
    public InetAddress Destination { get; init; }

    /// <summary>Prefix length of the destination in bits.</summary>
    public byte DestinationLength { get; init; }

    /// <summary>The source prefix (IPv6 subtrees and lookups).</summary>
    public InetAddress Source { get; init; }

    /// <summary>Prefix length of the source in bits.</summary>
    public byte SourceLength { get; init; }

    /// <summary>Type of service.</summary>
    public byte Tos { get; init; }

    /// <summary>The routing table.</summary>
    public uint Table { get; init; } = RT_TABLE_MAIN;

    /// <summary>Who made the route, RTPROT_*.</summary>
    public byte Protocol { get; init; }

    /// <summary>How far the destination is, RT_SCOPE_*.</summary>
    public byte Scope { get; init; }

    /// <summary>What to do with packets, RTN_*.</summary>
    public byte Type { get; init; } = RTN_UNICAST;

    /// <summary>RTNH_F_* (the low byte) and RTM_F_*.</summary>
    public uint Flags { get; init; }

    /// <summary>The gateway, of the route's own family.</summary>
    public InetAddress? Gateway { get; init; }

    /// <summary>The gateway, of another family (RTA_VIA).</summary>
    public InetAddress? Via { get; init; }

    /// <summary>Index of the link it leaves through.</summary>
    public int? OutputInterface { get; init; }

    /// <summary>Index of the link packets come in through (lookups).</summary>
    public int? InputInterface { get; init; }

    /// <summary>The metric; absent is 0.</summary>
    public uint? Priority { get; init; }

    /// <summary>The source address that this route suggests.</summary>
    public InetAddress? PreferredSource { get; init; }

    /// <summary>RTAX_MTU of RTA_METRICS, in bytes.</summary>
    public uint? Mtu { get; init; }

    /// <summary>The rest of RTA_METRICS.</summary>
    public RawAttributes OtherMetrics { get; init; }

    /// <summary>The nexthop object it uses (5.3).</summary>
    public uint? NexthopId { get; init; }

    /// <summary>The ways of a multipath route; empty for any other.</summary>
    public RouteNexthopList Nexthops { get; init; }

    /// <summary>Whether the route has more than one way.</summary>
    public bool IsMultipath => Nexthops.Count > 0;

    /// <summary>Attributes that have no property here.</summary>
    public RawAttributes UnknownAttributes { get; init; }

    /// <summary>Whether this is a default route.</summary>
    public bool IsDefault => DestinationLength == 0;

    /// <summary>Reads the payload of RTM_NEWROUTE or RTM_DELROUTE, which begins with struct rtmsg.</summary>
    /// <exception cref="MalformedMessageException">A length contradicts what is there.</exception>
    public static RouteMessage Parse(ReadOnlySpan<byte> payload) => new(payload);
}
