namespace EniAgent.Netlink;

/// <summary>One way of a multipath route: struct rtnexthop and its attributes.</summary>
public sealed record RouteNexthop
{
    /// <summary>Index of the link it leaves through.</summary>
    public int OutputInterface { get; init; }

    /// <summary>RTNH_F_*.</summary>
    public byte Flags { get; init; }

    /// <summary>Weight less one, as the kernel keeps it.</summary>
    public byte Hops { get; init; }

    /// <summary>The gateway, of the route's own family.</summary>
    public InetAddress? Gateway { get; init; }

    /// <summary>The gateway, of another family.</summary>
    public InetAddress? Via { get; init; }

    /// <summary>Attributes that have no property here.</summary>
    public RawAttributes UnknownAttributes { get; init; }

    internal static RouteNexthop Parse(in rtnexthop header, ReadOnlySpan<byte> attributeBytes)
    {
        InetAddress? gateway = null;
        InetAddress? via = null;
        var unknown = default(RawAttributesBuilder);
        var attributes = new AttributeReader(attributeBytes);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case RTA_GATEWAY:
                    gateway = attributes.Address;
                    break;
                case RTA_VIA:
                    via = RouteVia.Read(in attributes);
                    break;
                default:
                    unknown.Add(attributes.Raw);
                    break;
            }
        }

        return new RouteNexthop
        {
            OutputInterface = header.rtnh_ifindex,
            Flags = header.rtnh_flags,
            Hops = header.rtnh_hops,
            Gateway = gateway,
            Via = via,
            UnknownAttributes = unknown.Build(),
        };
    }

    internal void Write(MessageBuffer buffer)
    {
        int start = buffer.BeginNexthop(new rtnexthop { rtnh_flags = (byte)(Flags & RTNH_F_ONLINK), rtnh_hops = Hops, rtnh_ifindex = OutputInterface });
        if (Gateway is { IsNone: false } gateway)
        {
            buffer.Attribute(RTA_GATEWAY, gateway);
        }

        if (Via is { IsNone: false } via)
        {
            RouteVia.Write(buffer, via);
        }

        buffer.Raw(UnknownAttributes.Span);
        buffer.EndNexthop(start);
    }
}
