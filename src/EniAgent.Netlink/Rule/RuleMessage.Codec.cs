using System.Buffers.Binary;

namespace EniAgent.Netlink;

/// <content>Reading and writing.</content>
public sealed partial record RuleMessage : IRequestBody
{
    /// <summary>What the kernel says in both suppress attributes when nothing is suppressed.</summary>
    private const int NotSuppressed = -1;

    private RuleMessage(ReadOnlySpan<byte> payload)
    {
        var header = MessageReader.ReadStruct<fib_rule_hdr>(payload, nameof(fib_rule_hdr));
        Family = header.family;
        DestinationLength = header.dst_len;
        SourceLength = header.src_len;
        Tos = header.tos;
        Table = header.table;
        Action = header.action;
        Flags = header.flags;
        Source = Destination = InetAddress.LengthOf(Family) == 0 ? default : InetAddress.Any(Family);
        var unknown = default(RawAttributesBuilder);
        var attributes = MessageReader.Attributes<fib_rule_hdr>(payload);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case FRA_SRC:
                    Source = attributes.Address;
                    break;
                case FRA_DST:
                    Destination = attributes.Address;
                    break;
                case FRA_PRIORITY:
                    Priority = attributes.UInt32;
                    break;
                case FRA_TABLE:
                    Table = attributes.UInt32;
                    break;
                case FRA_IIFNAME:
                    InputInterface = attributes.String;
                    break;
                case FRA_OIFNAME:
                    OutputInterface = attributes.String;
                    break;
                case FRA_FWMARK:
                    FwMark = attributes.UInt32;
                    break;
                case FRA_FWMASK:
                    FwMask = attributes.UInt32;
                    break;
                case FRA_GOTO:
                    Goto = attributes.UInt32;
                    break;
                case FRA_SUPPRESS_PREFIXLEN:
                    SuppressPrefixLength = attributes.Int32 is var length and not NotSuppressed ? length : null;
                    break;
                case FRA_SUPPRESS_IFGROUP:
                    SuppressInterfaceGroup = attributes.Int32 is var group and not NotSuppressed ? group : null;
                    break;
                case FRA_PROTOCOL:
                    Protocol = attributes.Byte;
                    break;
                case FRA_UID_RANGE:
                    var users = attributes.Struct<fib_rule_uid_range>();
                    UserIds = new RuleRange(users.start, users.end);
                    break;
                case FRA_IP_PROTO:
                    IpProtocol = attributes.Byte;
                    break;
                case FRA_SPORT_RANGE:
                    SourcePorts = Ports(attributes.Struct<fib_rule_port_range>());
                    break;
                case FRA_DPORT_RANGE:
                    DestinationPorts = Ports(attributes.Struct<fib_rule_port_range>());
                    break;
                case FRA_L3MDEV:
                    L3MasterDevice = attributes.Byte != 0;
                    break;
                case FRA_TUN_ID:
                    TunnelId = attributes.UInt64BigEndian;
                    break;
                case FRA_PAD:
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
        buffer.Struct(new fib_rule_hdr
        {
            family = Family,
            dst_len = DestinationLength,
            src_len = SourceLength,
            tos = Tos,
            table = (byte)(Table <= byte.MaxValue ? Table : RT_TABLE_UNSPEC),
            action = Action,
            flags = Flags & FIB_RULE_INVERT,
        });
        buffer.Attribute(FRA_PRIORITY, Priority);
        WriteSelector(buffer);
        if (Table > byte.MaxValue)
        {
            buffer.Attribute(FRA_TABLE, Table);
        }

        Write(buffer, FRA_GOTO, Goto);
        Write(buffer, FRA_SUPPRESS_PREFIXLEN, (uint?)SuppressPrefixLength);
        Write(buffer, FRA_SUPPRESS_IFGROUP, (uint?)SuppressInterfaceGroup);
        Write(buffer, FRA_PROTOCOL, Protocol);
        buffer.Raw(UnknownAttributes.Span);
    }

    private void WriteSelector(MessageBuffer buffer)
    {
        if (SourceLength != 0)
        {
            buffer.Attribute(FRA_SRC, Source);
        }

        if (DestinationLength != 0)
        {
            buffer.Attribute(FRA_DST, Destination);
        }

        if (InputInterface is not null)
        {
            buffer.InterfaceName(FRA_IIFNAME, InputInterface);
        }

        if (OutputInterface is not null)
        {
            buffer.InterfaceName(FRA_OIFNAME, OutputInterface);
        }

        Write(buffer, FRA_FWMARK, FwMark);
        Write(buffer, FRA_FWMASK, FwMask);
        Write(buffer, FRA_IP_PROTO, IpProtocol);
        Write(buffer, FRA_SPORT_RANGE, SourcePorts);
        Write(buffer, FRA_DPORT_RANGE, DestinationPorts);
        if (UserIds is { } users)
        {
            buffer.AttributeStruct(FRA_UID_RANGE, new fib_rule_uid_range { start = users.First, end = users.Last });
        }

        if (L3MasterDevice)
        {
            buffer.Attribute(FRA_L3MDEV, (byte)1);
        }

        if (TunnelId is { } tunnel)
        {
            Span<byte> value = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(value, tunnel);
            buffer.Attribute(FRA_TUN_ID, value);
        }
    }

    private static RuleRange Ports(fib_rule_port_range ports) => new(ports.start, ports.end);

    private static void Write(MessageBuffer buffer, ushort type, uint? value)
    {
        if (value is { } given)
        {
            buffer.Attribute(type, given);
        }
    }

    private static void Write(MessageBuffer buffer, ushort type, byte? value)
    {
        if (value is { } given)
        {
            buffer.Attribute(type, given);
        }
    }

    private static void Write(MessageBuffer buffer, ushort type, RuleRange? ports)
    {
        if (ports is { } given)
        {
            buffer.AttributeStruct(type, new fib_rule_port_range { start = checked((ushort)given.First), end = checked((ushort)given.Last) });
        }
    }
}
