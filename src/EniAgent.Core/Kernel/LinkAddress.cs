using EniAgent.Core.Addressing;

namespace EniAgent.Core.Kernel;

/// <summary>An address on a link as the kernel has it (rtnetlink(7), RTM_NEWADDR).</summary>
public sealed record LinkAddress
{
    /// <summary>The link's index.</summary>
    public required int LinkIndex { get; init; }

    /// <summary>The address and the prefix length of its subnet.</summary>
    public required InterfaceAddress Address { get; init; }

    /// <summary>IFA_RT_PRIORITY: the metric of the prefix route that the kernel makes; 0 for none.</summary>
    public uint Metric { get; init; }

    /// <summary>IFA_F_NOPREFIXROUTE: the kernel makes no prefix route.</summary>
    public bool NoPrefixRoute { get; init; }

    /// <summary>IFA_PROTO: who put it there; 0 where not told.</summary>
    public byte Protocol { get; init; }

    /// <summary>The adapter's own picture of the object, with which it can be put back exactly as it was; not part of its identity.</summary>
    public object? Native { get; init; }

    /// <summary>The kernel tells addresses of one link apart by this alone.</summary>
    public (int Link, InterfaceAddress Address) Key => (LinkIndex, Address);

    /// <summary>Whether both are the same in everything but the adapter's own picture.</summary>
    internal bool IsSameAs(LinkAddress other) =>
        LinkIndex == other.LinkIndex && Address == other.Address && Metric == other.Metric && NoPrefixRoute == other.NoPrefixRoute && Protocol == other.Protocol;
}
