using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>Constants of linux/rtnetlink.h, with the kernel's names.</summary>
public static class RtnetlinkUapi
{
    internal const ushort RTM_NEWLINK = 16;
    internal const ushort RTM_DELLINK = 17;
    internal const ushort RTM_GETLINK = 18;
    internal const ushort RTM_SETLINK = 19;
    internal const ushort RTM_NEWADDR = 20;
    internal const ushort RTM_DELADDR = 21;
    internal const ushort RTM_GETADDR = 22;
    internal const ushort RTM_NEWROUTE = 24;
    internal const ushort RTM_DELROUTE = 25;
    internal const ushort RTM_GETROUTE = 26;
    internal const ushort RTM_NEWNEIGH = 28;
    internal const ushort RTM_DELNEIGH = 29;
    internal const ushort RTM_GETNEIGH = 30;
    internal const ushort RTM_NEWRULE = 32;
    internal const ushort RTM_DELRULE = 33;
    internal const ushort RTM_GETRULE = 34;
    internal const ushort RTM_NEWNETCONF = 80;
    internal const ushort RTM_DELNETCONF = 81;
    internal const ushort RTM_GETNETCONF = 82;

    /// <summary>A gateway or direct route.</summary>
    public const byte RTN_UNICAST = 1;

    /// <summary>An address of this machine.</summary>
    public const byte RTN_LOCAL = 2;

    /// <summary>A broadcast address.</summary>
    public const byte RTN_BROADCAST = 3;

    /// <summary>Packets are dropped silently.</summary>
    public const byte RTN_BLACKHOLE = 6;

    /// <summary>Packets are answered with "host unreachable".</summary>
    public const byte RTN_UNREACHABLE = 7;

    /// <summary>Packets are answered with "administratively prohibited".</summary>
    public const byte RTN_PROHIBIT = 8;

    /// <summary>The lookup leaves this table and goes on with the next rule.</summary>
    public const byte RTN_THROW = 9;

    /// <summary>Nobody has said who made the route.</summary>
    public const byte RTPROT_UNSPEC = 0;

    /// <summary>The kernel made the route.</summary>
    public const byte RTPROT_KERNEL = 2;

    /// <summary>The route was made at boot (what <c>ip route add</c> says by default).</summary>
    public const byte RTPROT_BOOT = 3;

    /// <summary>The administrator made the route.</summary>
    public const byte RTPROT_STATIC = 4;

    /// <summary>A router advertisement made the route.</summary>
    public const byte RTPROT_RA = 9;

    /// <summary>A DHCP client made the route.</summary>
    public const byte RTPROT_DHCP = 16;

    /// <summary>Global scope: the destination is anywhere.</summary>
    public const byte RT_SCOPE_UNIVERSE = 0;

    /// <summary>The destination is on the attached link.</summary>
    public const byte RT_SCOPE_LINK = 253;

    /// <summary>The destination is this machine.</summary>
    public const byte RT_SCOPE_HOST = 254;

    /// <summary>No destination.</summary>
    public const byte RT_SCOPE_NOWHERE = 255;

    /// <summary>No table, or all of them.</summary>
    public const uint RT_TABLE_UNSPEC = 0;

    /// <summary>What the one-byte field says of a table that needs RTA_TABLE.</summary>
    public const uint RT_TABLE_COMPAT = 252;

    /// <summary>The table <c>default</c>.</summary>
    public const uint RT_TABLE_DEFAULT = 253;

    /// <summary>The table <c>main</c>.</summary>
    public const uint RT_TABLE_MAIN = 254;

    /// <summary>The table <c>local</c>, which the kernel keeps.</summary>
    public const uint RT_TABLE_LOCAL = 255;

    internal const uint RTM_F_CLONED = 0x200;
    internal const uint RTM_F_LOOKUP_TABLE = 0x1000;
    internal const uint RTM_F_FIB_MATCH = 0x2000;

    /// <summary>The nexthop is dead.</summary>
    public const uint RTNH_F_DEAD = 1;

    /// <summary>The gateway is taken to be on the link although no prefix says so.</summary>
    public const uint RTNH_F_ONLINK = 4;

    /// <summary>The nexthop's link has no carrier.</summary>
    public const uint RTNH_F_LINKDOWN = 16;

    internal const ushort RTA_DST = 1;
    internal const ushort RTA_SRC = 2;
    internal const ushort RTA_IIF = 3;
    internal const ushort RTA_OIF = 4;
    internal const ushort RTA_GATEWAY = 5;
    internal const ushort RTA_PRIORITY = 6;
    internal const ushort RTA_PREFSRC = 7;
    internal const ushort RTA_METRICS = 8;
    internal const ushort RTA_MULTIPATH = 9;
    internal const ushort RTA_CACHEINFO = 12;
    internal const ushort RTA_TABLE = 15;
    internal const ushort RTA_MARK = 16;
    internal const ushort RTA_VIA = 18;
    internal const ushort RTA_NH_ID = 30;
    internal const ushort RTAX_MTU = 2;

    internal const int RTNLGRP_LINK = 1;
    internal const int RTNLGRP_IPV4_IFADDR = 5;
    internal const int RTNLGRP_IPV4_ROUTE = 7;
    internal const int RTNLGRP_IPV4_RULE = 8;
    internal const int RTNLGRP_IPV6_IFADDR = 9;
    internal const int RTNLGRP_IPV6_ROUTE = 11;
    internal const int RTNLGRP_IPV6_RULE = 19;
    internal const int RTNLGRP_IPV4_NETCONF = 24;
    internal const int RTNLGRP_IPV6_NETCONF = 25;

    internal const uint RTEXT_FILTER_SKIP_STATS = 1 << 3;
}

[StructLayout(LayoutKind.Sequential)]
internal struct rtmsg
{
    public byte rtm_family;
    public byte rtm_dst_len;
    public byte rtm_src_len;
    public byte rtm_tos;
    public byte rtm_table;
    public byte rtm_protocol;
    public byte rtm_scope;
    public byte rtm_type;
    public uint rtm_flags;
}

[StructLayout(LayoutKind.Sequential)]
internal struct rtnexthop
{
    public ushort rtnh_len;
    public byte rtnh_flags;
    public byte rtnh_hops;
    public int rtnh_ifindex;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ifinfomsg
{
    public byte ifi_family;
    public byte __ifi_pad;
    public ushort ifi_type;
    public int ifi_index;
    public uint ifi_flags;
    public uint ifi_change;
}
