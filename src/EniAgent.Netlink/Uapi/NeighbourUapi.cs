using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>Constants of linux/neighbour.h, with the kernel's names.</summary>
public static class NeighbourUapi
{
    internal const ushort NDA_DST = 1;
    internal const ushort NDA_LLADDR = 2;
    internal const ushort NDA_IFINDEX = 8;

    internal const byte NTF_USE = 1;

    /// <summary>Resolution has begun and no answer has come.</summary>
    public const ushort NUD_INCOMPLETE = 0x01;

    /// <summary>The neighbour was confirmed a moment ago.</summary>
    public const ushort NUD_REACHABLE = 0x02;

    /// <summary>The address is known and not confirmed of late.</summary>
    public const ushort NUD_STALE = 0x04;

    /// <summary>A packet was sent to a stale neighbour; a probe follows unless it answers.</summary>
    public const ushort NUD_DELAY = 0x08;

    /// <summary>The neighbour is being probed.</summary>
    public const ushort NUD_PROBE = 0x10;

    /// <summary>The neighbour does not answer.</summary>
    public const ushort NUD_FAILED = 0x20;

    /// <summary>The link needs no resolution.</summary>
    public const ushort NUD_NOARP = 0x40;

    /// <summary>The entry was put there by hand.</summary>
    public const ushort NUD_PERMANENT = 0x80;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ndmsg
{
    public byte ndm_family;
    public byte ndm_pad1;
    public ushort ndm_pad2;
    public int ndm_ifindex;
    public ushort ndm_state;
    public byte ndm_flags;
    public byte ndm_type;
}
