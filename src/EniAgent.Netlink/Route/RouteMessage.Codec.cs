namespace EniAgent.Netlink;

/// <content>Reading and writing.</content>
public sealed partial record RouteMessage : IRequestBody
{
    private RouteMessage(ReadOnlySpan<byte> payload)
    {
        var header = MessageReader.ReadStruct<rtmsg>(payload, nameof(rtmsg));
        Family = header.rtm_family;
        DestinationLength = header.rtm_dst_len;
        SourceLength = header.rtm_src_len;
        Tos = header.rtm_tos;
        Table = header.rtm_table;
        Protocol = header.rtm_protocol;
        Scope = header.rtm_scope;
        Type = header.rtm_type;
        Flags = header.rtm_flags;
        // A default route has no RTA_DST: its destination is the all-zero address of the family.
        Destination = InetAddress.LengthOf(Family) == 0 ? default : InetAddress.Any(Family);
        var unknown = default(RawAttributesBuilder);
        var attributes = MessageReader.Attributes<rtmsg>(payload);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case RTA_DST:
                    Destination = attributes.Address;
                    break;
                case RTA_SRC:
                    Source = attributes.Address;
                    break;
                case RTA_TABLE:
                    Table = attributes.UInt32;
                    break;
                case RTA_GATEWAY:
                    Gateway = attributes.Address;
                    break;
                case RTA_VIA:
                    Via = RouteVia.Read(in attributes);
                    break;
                case RTA_OIF:
                    OutputInterface = attributes.Int32;
                    break;
                case RTA_IIF:
                    InputInterface = attributes.Int32;
                    break;
                case RTA_PRIORITY:
                    Priority = attributes.UInt32;
                    break;
                case RTA_PREFSRC:
                    PreferredSource = attributes.Address;
                    break;
                case RTA_METRICS:
                    (Mtu, OtherMetrics) = ReadMetrics(attributes.Value);
                    break;
                case RTA_NH_ID:
                    NexthopId = attributes.UInt32;
                    break;
                case RTA_MULTIPATH:
                    Nexthops = RouteNexthopList.Parse(attributes.Value);
                    break;
                case RTA_CACHEINFO:
                    break;
                default:
                    unknown.Add(attributes.Raw);
                    break;
            }
        }

        UnknownAttributes = unknown.Build();
    }

    void IRequestBody.Write(MessageBuffer buffer)
    {
        buffer.Struct(new rtmsg
        {
            rtm_family = Family,
            rtm_dst_len = DestinationLength,
            rtm_src_len = SourceLength,
            rtm_tos = Tos,
            rtm_table = (byte)(Table <= byte.MaxValue ? Table : RT_TABLE_COMPAT),
            rtm_protocol = Protocol,
            rtm_scope = Scope,
            rtm_type = Type,
            // The kernel refuses DEAD and LINKDOWN in a request: they are its own findings, as OFFLOAD and TRAP are.
            rtm_flags = Flags & RTNH_F_ONLINK,
        });
        WriteAddress(buffer, RTA_DST, DestinationLength == 0 ? null : Destination);
        WriteAddress(buffer, RTA_SRC, SourceLength == 0 ? null : Source);
        if (Table > byte.MaxValue)
        {
            buffer.Attribute(RTA_TABLE, Table);
        }

        if (Priority is { } priority)
        {
            buffer.Attribute(RTA_PRIORITY, priority);
        }

        WriteAddress(buffer, RTA_PREFSRC, PreferredSource);
        WriteMetrics(buffer);
        buffer.Raw(UnknownAttributes.Span);
        WritePath(buffer);
    }

    private static void WriteAddress(MessageBuffer buffer, ushort type, InetAddress? address)
    {
        if (address is { IsNone: false } given)
        {
            buffer.Attribute(type, given);
        }
    }

    private static (uint? Mtu, RawAttributes Others) ReadMetrics(ReadOnlySpan<byte> metrics)
    {
        uint? mtu = null;
        var others = default(RawAttributesBuilder);
        var attributes = new AttributeReader(metrics);
        while (attributes.MoveNext())
        {
            if (attributes.Type == RTAX_MTU)
            {
                mtu = attributes.UInt32;
            }
            else
            {
                others.Add(attributes.Raw);
            }
        }

        return (mtu, others.Build());
    }

    private void WriteMetrics(MessageBuffer buffer)
    {
        if (Mtu is null && OtherMetrics.IsEmpty)
        {
            return;
        }

        int nest = buffer.BeginNest(RTA_METRICS);
        if (Mtu is { } mtu)
        {
            buffer.Attribute(RTAX_MTU, mtu);
        }

        buffer.Raw(OtherMetrics.Span);
        buffer.EndNest(nest);
    }

    /// <summary>Where packets go: a nexthop object alone (the kernel refuses both), or a gateway and link, or several ways.</summary>
    private void WritePath(MessageBuffer buffer)
    {
        if (InputInterface is { } input)
        {
            buffer.Attribute(RTA_IIF, input);
        }

        if (NexthopId is { } nexthop)
        {
            buffer.Attribute(RTA_NH_ID, nexthop);
            return;
        }

        WriteAddress(buffer, RTA_GATEWAY, Gateway);
        if (Via is { IsNone: false } via)
        {
            RouteVia.Write(buffer, via);
        }

        if (OutputInterface is { } output)
        {
            buffer.Attribute(RTA_OIF, output);
        }

        if (IsMultipath)
        {
            int nest = buffer.BeginNest(RTA_MULTIPATH);
            foreach (var way in Nexthops)
            {
                way.Write(buffer);
            }

            buffer.EndNest(nest);
        }
    }
}
