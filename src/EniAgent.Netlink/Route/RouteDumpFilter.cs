namespace EniAgent.Netlink;

/// <summary>Which routes a dump is about; null takes any. Filtered in the kernel where it can (4.20), else before any object is made.</summary>
public sealed record RouteDumpFilter
{
    /// <summary>AF_INET, AF_INET6, or 0 for both.</summary>
    public byte Family { get; init; } = AF_INET;

    /// <summary>The routing table.</summary>
    public uint? Table { get; init; }

    /// <summary>Index of the link, which one way of a multipath route is enough to meet.</summary>
    public int? OutputInterface { get; init; }

    /// <summary>Who made the route, RTPROT_*.</summary>
    public byte? Protocol { get; init; }

    /// <summary>RTN_*, e.g. RTN_UNICAST: without the local and broadcast routes that every address has.</summary>
    public byte? Type { get; init; }

    /// <summary>Prefix length of the destination in bits; 0 is a default route. No kernel filters by it.</summary>
    public byte? DestinationLength { get; init; }

    /// <summary>Whether the payload is such a route, told from the bytes.</summary>
    internal bool Matches(ReadOnlySpan<byte> payload)
    {
        var header = MessageReader.ReadStruct<rtmsg>(payload, nameof(rtmsg));
        // A cached clone (a learned MTU, a redirect) is no entry of a table.
        if ((header.rtm_flags & RTM_F_CLONED) != 0
            || (Family == AF_UNSPEC ? header.rtm_family is not (AF_INET or AF_INET6) : header.rtm_family != Family)
            || (Protocol is { } protocol && header.rtm_protocol != protocol)
            || (Type is { } type && header.rtm_type != type)
            || (DestinationLength is { } length && header.rtm_dst_len != length))
        {
            return false;
        }

        if (Table is null && OutputInterface is null)
        {
            return true;
        }

        uint table = header.rtm_table;
        bool leaves = OutputInterface is null;
        var attributes = MessageReader.Attributes<rtmsg>(payload);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case RTA_TABLE:
                    table = attributes.UInt32;
                    break;
                case RTA_OIF:
                    leaves |= attributes.Int32 == OutputInterface;
                    break;
                case RTA_MULTIPATH when !leaves:
                    leaves = AnyWayLeaves(attributes.Value);
                    break;
            }
        }

        return leaves && (Table is null || table == Table);
    }

    private bool AnyWayLeaves(ReadOnlySpan<byte> multipath)
    {
        var reader = new NexthopReader(multipath);
        while (reader.MoveNext())
        {
            if (reader.Header.rtnh_ifindex == OutputInterface)
            {
                return true;
            }
        }

        return false;
    }
}
