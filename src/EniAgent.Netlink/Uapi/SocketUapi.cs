namespace EniAgent.Netlink;

/// <summary>Address families, link flags and hardware types (sys/socket.h, linux/if.h, linux/if_arp.h), with the kernel's names.</summary>
public static class SocketUapi
{
    /// <summary>No family, or all of them.</summary>
    public const byte AF_UNSPEC = 0;

    /// <summary>IPv4.</summary>
    public const byte AF_INET = 2;

    /// <summary>A bridge port's own messages about a link.</summary>
    public const byte AF_BRIDGE = 7;

    /// <summary>IPv6.</summary>
    public const byte AF_INET6 = 10;

    internal const byte AF_NETLINK = 16;

    /// <summary>The link is administratively up.</summary>
    public const uint IFF_UP = 0x1;

    /// <summary>The link is a loopback.</summary>
    public const uint IFF_LOOPBACK = 0x8;

    /// <summary>The link is operationally up (RFC 2863).</summary>
    public const uint IFF_RUNNING = 0x40;

    /// <summary>The link does no ARP.</summary>
    public const uint IFF_NOARP = 0x80;

    /// <summary>The link is the master of others (bonds).</summary>
    public const uint IFF_MASTER = 0x400;

    /// <summary>The link is a slave of a bond.</summary>
    public const uint IFF_SLAVE = 0x800;

    /// <summary>The driver reports carrier.</summary>
    public const uint IFF_LOWER_UP = 0x10000;

    /// <summary>Ethernet.</summary>
    public const ushort ARPHRD_ETHER = 1;

    /// <summary>The loopback device.</summary>
    public const ushort ARPHRD_LOOPBACK = 772;

    internal const int IFNAMSIZ = 16;
}
