using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>Constants of linux/netconf.h, with the kernel's names.</summary>
public static class NetconfUapi
{
    /// <summary>The settings called <c>all</c> under /proc/sys/net/ipv4/conf.</summary>
    public const int NETCONFA_IFINDEX_ALL = -1;

    /// <summary>The settings called <c>default</c> under /proc/sys/net/ipv4/conf.</summary>
    public const int NETCONFA_IFINDEX_DEFAULT = -2;

    internal const ushort NETCONFA_IFINDEX = 1;
    internal const ushort NETCONFA_FORWARDING = 2;
    internal const ushort NETCONFA_RP_FILTER = 3;
    internal const ushort NETCONFA_MC_FORWARDING = 4;
    internal const ushort NETCONFA_PROXY_NEIGH = 5;
    internal const ushort NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN = 6;
    internal const ushort NETCONFA_BC_FORWARDING = 8;
}

[StructLayout(LayoutKind.Sequential)]
internal struct netconfmsg
{
    public byte ncm_family;
}
