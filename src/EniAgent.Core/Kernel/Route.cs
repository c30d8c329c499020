using EniAgent.Core.Addressing;

namespace EniAgent.Core.Kernel;

/// <summary>A unicast route through one link as the kernel has it (rtnetlink(7), RTM_NEWROUTE).</summary>
public sealed record Route
{
    /// <summary>RT_TABLE_MAIN.</summary>
    public const uint MainTable = 254;

    /// <summary>RTPROT_KERNEL: made by the kernel, e.g. an address's prefix route.</summary>
    public const byte KernelProtocol = 2;

    /// <summary>The routing table.</summary>
    public required uint Table { get; init; }

    /// <summary>Where to.</summary>
    public required IpPrefix Destination { get; init; }

    /// <summary>The index of the link that it leaves through.</summary>
    public required int LinkIndex { get; init; }

    /// <summary>The gateway; none for an on-link destination.</summary>
    public IpAddress Gateway { get; init; }

    /// <summary>The metric (RTA_PRIORITY).</summary>
    public uint Metric { get; init; }

    /// <summary>The preferred source address (RTA_PREFSRC).</summary>
    public IpAddress PreferredSource { get; init; }

    /// <summary>RTNH_F_ONLINK: the gateway is on the link whatever its address is.</summary>
    public bool OnLink { get; init; }

    /// <summary>RTPROT_*: who put it there.</summary>
    public byte Protocol { get; init; }

    /// <summary>True for scope link (the default without a gateway), false for scope universe.</summary>
    public bool IsLinkScope { get; init; }

    /// <summary>The adapter's own picture of the object, with which it can be put back exactly as it was; not part of its identity.</summary>
    public object? Native { get; init; }

    /// <summary>Everything that makes two routes the same for traffic: who put it there does not.</summary>
    public RouteKey Key => new(Table, Destination, LinkIndex, Gateway, Metric, PreferredSource);

    /// <summary>Whether both are the same in everything but the adapter's own picture.</summary>
    internal bool IsSameAs(Route other) =>
        Table == other.Table && Destination == other.Destination && LinkIndex == other.LinkIndex && Gateway == other.Gateway && Metric == other.Metric
        && PreferredSource == other.PreferredSource && OnLink == other.OnLink && Protocol == other.Protocol && IsLinkScope == other.IsLinkScope;
}

/// <summary>What makes two routes the same for traffic.</summary>
/// <param name="Table">The routing table.</param>
/// <param name="Destination">Where to.</param>
/// <param name="LinkIndex">Through which link.</param>
/// <param name="Gateway">Through which gateway.</param>
/// <param name="Metric">With which metric.</param>
/// <param name="PreferredSource">With which preferred source.</param>
public readonly record struct RouteKey(uint Table, IpPrefix Destination, int LinkIndex, IpAddress Gateway, uint Metric, IpAddress PreferredSource);
