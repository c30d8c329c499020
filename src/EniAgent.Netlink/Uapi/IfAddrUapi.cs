using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>Constants of linux/if_addr.h, with the kernel's names.</summary>
public static class IfAddrUapi
{
    internal const ushort IFA_ADDRESS = 1;
    internal const ushort IFA_LOCAL = 2;
    internal const ushort IFA_LABEL = 3;
    internal const ushort IFA_BROADCAST = 4;
    internal const ushort IFA_CACHEINFO = 6;
    internal const ushort IFA_FLAGS = 8;
    internal const ushort IFA_RT_PRIORITY = 9;
    internal const ushort IFA_PROTO = 11;

    /// <summary>Another address of the same prefix came first.</summary>
    public const uint IFA_F_SECONDARY = 0x01;

    /// <summary>No duplicate address detection.</summary>
    public const uint IFA_F_NODAD = 0x02;

    /// <summary>The preferred lifetime has ended.</summary>
    public const uint IFA_F_DEPRECATED = 0x20;

    /// <summary>Duplicate address detection is not over.</summary>
    public const uint IFA_F_TENTATIVE = 0x40;

    /// <summary>The lifetime never ends.</summary>
    public const uint IFA_F_PERMANENT = 0x80;

    /// <summary>The kernel makes no prefix route for this address (3.14 for IPv6, 4.4 for IPv4).</summary>
    public const uint IFA_F_NOPREFIXROUTE = 0x200;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ifaddrmsg
{
    public byte ifa_family;
    public byte ifa_prefixlen;
    public byte ifa_flags;
    public byte ifa_scope;
    public uint ifa_index;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ifa_cacheinfo
{
    public uint ifa_prefered;
    public uint ifa_valid;
    public uint cstamp;
    public uint tstamp;
}
