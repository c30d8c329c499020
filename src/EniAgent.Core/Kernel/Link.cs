using EniAgent.Core.Addressing;

namespace EniAgent.Core.Kernel;

/// <summary>A network link as the kernel has it (rtnetlink(7), RTM_NEWLINK).</summary>
public sealed record Link
{
    /// <summary>The interface index.</summary>
    public required int Index { get; init; }

    /// <summary>The interface name; it may change while everything else stays.</summary>
    public required string Name { get; init; }

    /// <summary>The permanent address where the kernel tells it, else the current one.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>IFF_UP: administratively up.</summary>
    public bool IsUp { get; init; }

    /// <summary>IFLA_GROUP; 0 is the default group.</summary>
    public uint Group { get; init; }

    /// <summary>IFLA_INFO_KIND, e.g. "vlan"; null for a physical NIC.</summary>
    public string? Kind { get; init; }

    /// <summary>True for a port of a bond, bridge or team: what is configured is its master.</summary>
    public bool IsPort { get; init; }
}

/// <summary>Finds the NIC of an ENI.</summary>
public static class LinkMatcher
{
    // Links of these kinds copy their MAC from a lower device or are made for others; a veth is not among them, for it may be a NIC of ours in a
    // container of a network namespace.
    private static readonly HashSet<string> DerivedKinds = new(StringComparer.Ordinal)
    {
        "bond", "bridge", "dummy", "geneve", "gre", "gretap", "ifb", "ipip", "ipvlan", "ipvtap", "macsec", "macvlan", "macvtap", "netkit",
        "sit", "team", "tun", "vlan", "vrf", "vxlan", "wireguard", "xfrm",
    };

    /// <summary>The links that are NICs, one a MAC: what others made on top of them with the same MAC (a VLAN, a macvlan, a bond) is theirs.</summary>
    public static IEnumerable<Link> Nics(IEnumerable<Link> links) =>
        links.GroupBy(link => link.Mac).Select(same => Find(same, same.Key)).OfType<Link>();

    /// <summary>
    /// The link of the ENI with <paramref name="mac"/>: the physical one where several share the MAC; null where there is none, or where it cannot
    /// be told which.
    /// </summary>
    public static Link? Find(IEnumerable<Link> links, MacAddress mac)
    {
        var same = links.Where(link => link.Mac == mac).ToList();
        if (same.Count <= 1)
        {
            return same.FirstOrDefault();
        }

        var own = same.Where(link => !link.IsPort && (link.Kind is null || !DerivedKinds.Contains(link.Kind))).ToList();
        return own.Count == 1 ? own[0]
            : own.Where(link => link.Kind is null).ToList() is [var physical] ? physical
            : null;
    }
}
