namespace EniAgent.Netlink;

/// <summary>What a monitor hears of: the rtnetlink multicast groups (RTNLGRP_*), as the bits that bind(2) takes.</summary>
[Flags]
public enum MonitorGroups : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Links.</summary>
    Link = 1u << (RTNLGRP_LINK - 1),

    /// <summary>IPv4 addresses.</summary>
    IPv4Address = 1u << (RTNLGRP_IPV4_IFADDR - 1),

    /// <summary>IPv4 routes.</summary>
    IPv4Route = 1u << (RTNLGRP_IPV4_ROUTE - 1),

    /// <summary>IPv4 rules.</summary>
    IPv4Rule = 1u << (RTNLGRP_IPV4_RULE - 1),

    /// <summary>IPv4 settings of links.</summary>
    IPv4Netconf = 1u << (RTNLGRP_IPV4_NETCONF - 1),

    /// <summary>IPv6 addresses.</summary>
    IPv6Address = 1u << (RTNLGRP_IPV6_IFADDR - 1),

    /// <summary>IPv6 routes.</summary>
    IPv6Route = 1u << (RTNLGRP_IPV6_ROUTE - 1),

    /// <summary>IPv6 rules.</summary>
    IPv6Rule = 1u << (RTNLGRP_IPV6_RULE - 1),

    /// <summary>IPv6 settings of links.</summary>
    IPv6Netconf = 1u << (RTNLGRP_IPV6_NETCONF - 1),

    /// <summary>Links and all of IPv4.</summary>
    IPv4 = Link | IPv4Address | IPv4Route | IPv4Rule | IPv4Netconf,

    /// <summary>Links and all of IPv6.</summary>
    IPv6 = Link | IPv6Address | IPv6Route | IPv6Rule | IPv6Netconf,
}
