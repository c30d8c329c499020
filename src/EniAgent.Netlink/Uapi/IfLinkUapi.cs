namespace EniAgent.Netlink;

/// <summary>Constants of linux/if_link.h, with the kernel's names.</summary>
public static class IfLinkUapi
{
    internal const ushort IFLA_ADDRESS = 1;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_MTU = 4;
    internal const ushort IFLA_LINK = 5;
    internal const ushort IFLA_MASTER = 10;
    internal const ushort IFLA_OPERSTATE = 16;
    internal const ushort IFLA_LINKINFO = 18;
    internal const ushort IFLA_AF_SPEC = 26;
    internal const ushort IFLA_GROUP = 27;
    internal const ushort IFLA_EXT_MASK = 29;
    internal const ushort IFLA_CARRIER = 33;
    internal const ushort IFLA_LINK_NETNSID = 37;
    internal const ushort IFLA_ALT_IFNAME = 53;
    internal const ushort IFLA_PERM_ADDRESS = 54;
    internal const ushort IFLA_PARENT_DEV_NAME = 56;

    internal const ushort IFLA_INET_CONF = 1;

    internal const ushort IFLA_INFO_KIND = 1;
    internal const ushort IFLA_INFO_SLAVE_KIND = 4;
}
