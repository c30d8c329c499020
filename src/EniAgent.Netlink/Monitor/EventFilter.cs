namespace EniAgent.Netlink;

/// <summary>Which events wake a monitor. The kernel drops the others before they are queued (socket filter, classic BPF). What it means:
/// <list type="bullet">
/// <item>link: the index is in the set, or the link is no software's (it has no IFLA_INFO_KIND), or its MAC begins with one of the prefixes;</item>
/// <item>address: the index is in the set;</item>
/// <item>route: it is in one of the own tables, or of the own protocol, or leaves through a link of the set, or has several ways, or is a default route of main;</item>
/// <item>rule: always;</item>
/// <item>netconf: the index is in the set, or it is <c>all</c>;</item>
/// <item>anything else: always, except what a bridge tells of its ports.</item>
/// </list></summary>
public sealed record EventFilter
{
    /// <summary>Indexes of the links that matter.</summary>
    public IReadOnlyCollection<int> InterfaceIndexes { get; init; } = [];

    /// <summary>The first 24 bits of the MACs that matter, whatever kind of link has them.</summary>
    public IReadOnlyCollection<uint> MacPrefixes { get; init; } = [];

    /// <summary>The first of the own routing tables.</summary>
    public uint FirstOwnTable { get; init; }

    /// <summary>How many own routing tables there are.</summary>
    public uint TableCount { get; init; }

    /// <summary>The own route protocol; 0 for none.</summary>
    public byte OwnProtocol { get; init; }
}
