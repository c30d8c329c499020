namespace EniAgent.Netlink;

/// <summary>A link: struct ifinfomsg and its attributes (linux/if_link.h). Null means that the kernel did not say.</summary>
public sealed record LinkMessage
{
    /// <summary>A link to be filled in.</summary>
    public LinkMessage()
    {
    }

    private LinkMessage(ReadOnlySpan<byte> payload)
    {
        var header = MessageReader.ReadStruct<ifinfomsg>(payload, nameof(ifinfomsg));
        Index = header.ifi_index;
        Flags = header.ifi_flags;
        Type = header.ifi_type;
        var attributes = MessageReader.Attributes<ifinfomsg>(payload);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case IFLA_IFNAME:
                    Name = attributes.String;
                    break;
                case IFLA_ADDRESS:
                    HardwareAddress = attributes.HardwareAddress;
                    break;
                case IFLA_PERM_ADDRESS:
                    PermanentAddress = attributes.HardwareAddress;
                    break;
                case IFLA_GROUP:
                    Group = attributes.UInt32;
                    break;
                case IFLA_MTU:
                    Mtu = attributes.UInt32;
                    break;
                case IFLA_MASTER:
                    Master = attributes.Int32;
                    break;
                case IFLA_LINK:
                    LowerLink = attributes.Int32;
                    break;
                case IFLA_LINK_NETNSID:
                    LinkNetNsId = attributes.Int32;
                    break;
                case IFLA_OPERSTATE:
                    OperState = attributes.Byte;
                    break;
                case IFLA_CARRIER:
                    Carrier = attributes.Byte != 0;
                    break;
                case IFLA_PARENT_DEV_NAME:
                    ParentDeviceName = attributes.String;
                    break;
                case IFLA_AF_SPEC when header.ifi_family == AF_UNSPEC:
                    InetConf = InetConf.Parse(attributes.Value);
                    break;
                case IFLA_LINKINFO:
                    (Kind, SlaveKind) = ReadKinds(attributes.Value);
                    break;
            }
        }
    }

    /// <summary>The interface index, unique in a namespace and not reused soon.</summary>
    public int Index { get; init; }

    /// <summary>IFF_* flags.</summary>
    public uint Flags { get; init; }

    /// <summary>Hardware type, ARPHRD_*.</summary>
    public ushort Type { get; init; }

    /// <summary>The interface name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The MAC address in use as a 48-bit number; null when the address is of another length.</summary>
    public ulong? HardwareAddress { get; init; }

    /// <summary>The MAC address the hardware was made with (IFLA_PERM_ADDRESS, 5.6), as a 48-bit number.</summary>
    public ulong? PermanentAddress { get; init; }

    /// <summary>The link group; 0 is the default one.</summary>
    public uint Group { get; init; }

    /// <summary>Maximum transmission unit in bytes.</summary>
    public uint Mtu { get; init; }

    /// <summary>Index of the bridge, bond or VRF that this link is a port of.</summary>
    public int? Master { get; init; }

    /// <summary>Index of the link beneath (IFLA_LINK): a VLAN's parent, a veth's peer. It may be in another namespace, see <see cref="LinkNetNsId"/>.</summary>
    public int? LowerLink { get; init; }

    /// <summary>The namespace in which <see cref="LowerLink"/> is meant, when not this one.</summary>
    public int? LinkNetNsId { get; init; }

    /// <summary>What made the link: veth, bridge, vlan …; null for hardware.</summary>
    public string? Kind { get; init; }

    /// <summary>The kind of the master, as a port of which this link has settings.</summary>
    public string? SlaveKind { get; init; }

    /// <summary>Operational state, IF_OPER_* (RFC 2863).</summary>
    public byte OperState { get; init; }

    /// <summary>Whether the driver sees a carrier.</summary>
    public bool? Carrier { get; init; }

    /// <summary>The name of the device on its bus (IFLA_PARENT_DEV_NAME, 5.14): <c>virtio0</c>, <c>0000:00:05.0</c>.</summary>
    public string? ParentDeviceName { get; init; }

    /// <summary>Its IPv4 settings; null where IPv4 has none for it.</summary>
    public InetConf? InetConf { get; init; }

    /// <summary>Whether the link is administratively up.</summary>
    public bool IsUp => (Flags & IFF_UP) != 0;

    /// <summary>Reads the payload of RTM_NEWLINK or RTM_DELLINK, which begins with struct ifinfomsg.</summary>
    /// <exception cref="MalformedMessageException">A length contradicts what is there.</exception>
    public static LinkMessage Parse(ReadOnlySpan<byte> payload) => new(payload);

    private static (string? Kind, string? SlaveKind) ReadKinds(ReadOnlySpan<byte> linkInfo)
    {
        string? kind = null;
        string? slaveKind = null;
        var attributes = new AttributeReader(linkInfo);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case IFLA_INFO_KIND:
                    kind = attributes.String;
                    break;
                case IFLA_INFO_SLAVE_KIND:
                    slaveKind = attributes.String;
                    break;
            }
        }

        return (kind, slaveKind);
    }
}
