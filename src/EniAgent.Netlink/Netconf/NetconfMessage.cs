namespace EniAgent.Netlink;

/// <summary>Settings of a link that stand under /proc/sys/net/ipv4/conf or ipv6/conf: struct netconfmsg and its attributes
/// (linux/netconf.h). Null means that this message does not speak of it.</summary>
public sealed record NetconfMessage
{
    /// <summary>Settings to be filled in.</summary>
    public NetconfMessage()
    {
    }

    private NetconfMessage(ReadOnlySpan<byte> payload)
    {
        Family = MessageReader.ReadStruct<netconfmsg>(payload, nameof(netconfmsg)).ncm_family;
        var attributes = MessageReader.Attributes<netconfmsg>(payload);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NETCONFA_IFINDEX:
                    Index = attributes.Int32;
                    break;
                case NETCONFA_FORWARDING:
                    Forwarding = attributes.Int32;
                    break;
                case NETCONFA_RP_FILTER:
                    RpFilter = attributes.Int32;
                    break;
                case NETCONFA_MC_FORWARDING:
                    MulticastForwarding = attributes.Int32;
                    break;
                case NETCONFA_PROXY_NEIGH:
                    ProxyNeighbor = attributes.Int32;
                    break;
                case NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN:
                    IgnoreRoutesWithLinkDown = attributes.Int32;
                    break;
                case NETCONFA_BC_FORWARDING:
                    BroadcastForwarding = attributes.Int32;
                    break;
            }
        }
    }

    /// <summary>AF_INET or AF_INET6.</summary>
    public byte Family { get; init; }

    /// <summary>Index of the link, or NETCONFA_IFINDEX_ALL, or NETCONFA_IFINDEX_DEFAULT.</summary>
    public int Index { get; init; }

    /// <summary><c>forwarding</c>.</summary>
    public int? Forwarding { get; init; }

    /// <summary><c>rp_filter</c>: 0 off, 1 strict, 2 loose (IPv4).</summary>
    public int? RpFilter { get; init; }

    /// <summary><c>mc_forwarding</c>.</summary>
    public int? MulticastForwarding { get; init; }

    /// <summary><c>proxy_arp</c> or <c>proxy_ndp</c>.</summary>
    public int? ProxyNeighbor { get; init; }

    /// <summary><c>ignore_routes_with_linkdown</c> (4.2).</summary>
    public int? IgnoreRoutesWithLinkDown { get; init; }

    /// <summary><c>bc_forwarding</c> (4.19, IPv4).</summary>
    public int? BroadcastForwarding { get; init; }

    /// <summary>Reads the payload of RTM_NEWNETCONF or RTM_DELNETCONF, which begins with struct netconfmsg.</summary>
    /// <exception cref="MalformedMessageException">A length contradicts what is there.</exception>
    public static NetconfMessage Parse(ReadOnlySpan<byte> payload) => new(payload);
}
