using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>
/// A link's IPv4 settings as its message carries them (IFLA_INET_CONF, 2.6.37): the values of /proc/sys/net/ipv4/conf/LINK, all in one message. Those of
/// <c>all</c> are in none.
/// </summary>
/// <param name="RpFilter"><c>rp_filter</c>.</param>
/// <param name="ArpAnnounce"><c>arp_announce</c>.</param>
/// <param name="ArpIgnore"><c>arp_ignore</c>.</param>
/// <param name="PromoteSecondaries"><c>promote_secondaries</c>.</param>
public sealed record InetConf(int RpFilter, int ArpAnnounce, int ArpIgnore, int PromoteSecondaries)
{
    // IPV4_DEVCONF_* of linux/ip.h count from 1.
    private const int IPV4_DEVCONF_RP_FILTER = 8;
    private const int IPV4_DEVCONF_ARP_ANNOUNCE = 18;
    private const int IPV4_DEVCONF_ARP_IGNORE = 19;
    private const int IPV4_DEVCONF_PROMOTE_SECONDARIES = 20;

    /// <summary>Reads the payload of IFLA_AF_SPEC; null where it has no such settings, or fewer of them.</summary>
    internal static InetConf? Parse(ReadOnlySpan<byte> familySpecific)
    {
        var families = new AttributeReader(familySpecific);
        while (families.MoveNext())
        {
            if (families.Type == AF_INET)
            {
                return ParseFamily(families.Value);
            }
        }

        return null;
    }

    private static InetConf? ParseFamily(ReadOnlySpan<byte> inet)
    {
        var attributes = new AttributeReader(inet);
        while (attributes.MoveNext())
        {
            if (attributes.Type == IFLA_INET_CONF && MemoryMarshal.Cast<byte, int>(attributes.Value) is { Length: >= IPV4_DEVCONF_PROMOTE_SECONDARIES } values)
            {
                return new InetConf(
                    values[IPV4_DEVCONF_RP_FILTER - 1], values[IPV4_DEVCONF_ARP_ANNOUNCE - 1], values[IPV4_DEVCONF_ARP_IGNORE - 1], values[IPV4_DEVCONF_PROMOTE_SECONDARIES - 1]);
            }
        }

        return null;
    }
}
