namespace EniAgent.Netlink;

/// <summary>Makes the socket filter of an <see cref="EventFilter"/>. The filter sees the first message of a datagram, and events come one
/// in each; it is written so that a doubt lets the event pass.</summary>
internal static class EventFilterProgram
{
    // Offsets within struct nlmsghdr and the structures after it; the test of the layouts holds them to the headers.
    internal const int TypeOffset = 4;
    internal const int BodyOffset = NLMSG_HDRLEN;
    internal const int LinkIndexOffset = BodyOffset + 4;
    internal const int LinkAttributes = BodyOffset + 16;
    internal const int AddressIndexOffset = BodyOffset + 4;
    internal const int DestinationLengthOffset = BodyOffset + 1;
    internal const int TableOffset = BodyOffset + 4;
    internal const int ProtocolOffset = BodyOffset + 5;
    internal const int RouteAttributes = BodyOffset + 12;
    internal const int NetconfAttributes = BodyOffset + 4;

    public static sock_filter[] Compile(EventFilter filter)
    {
        var program = new FilterAssembler();
        program.LoadHalf(TypeOffset);
        program.JumpIfType([RTM_NEWLINK, RTM_DELLINK], "link");
        program.JumpIfType([RTM_NEWADDR, RTM_DELADDR], "address");
        program.JumpIfType([RTM_NEWROUTE, RTM_DELROUTE], "route");
        program.JumpIfType([RTM_NEWNETCONF, RTM_DELNETCONF], "netconf");
        program.Pass();

        program.Label("link");
        Link(program, filter);

        program.Label("address");
        program.LoadWord(AddressIndexOffset);
        PassIfIndex(program, filter);
        program.Drop();

        program.Label("route");
        Route(program, filter);

        program.Label("netconf");
        program.FindAttribute(NetconfAttributes, NETCONFA_IFINDEX);
        program.PassIfAbsent();
        program.LoadWordOfAttribute();
        PassIfIndex(program, filter);
        program.PassIfHostWord(unchecked((uint)NETCONFA_IFINDEX_ALL));
        program.Drop();

        return program.Assemble();
    }

    private static void Link(FilterAssembler program, EventFilter filter)
    {
        program.LoadByte(BodyOffset);
        program.DropIf(AF_BRIDGE);
        program.LoadWord(LinkIndexOffset);
        PassIfIndex(program, filter);
        program.FindAttribute(LinkAttributes, IFLA_LINKINFO);
        program.PassIfAbsent();
        program.FindInNest(IFLA_INFO_KIND);
        program.PassIfAbsent();
        if (filter.MacPrefixes.Count != 0)
        {
            program.FindAttribute(LinkAttributes, IFLA_ADDRESS);
            program.PassIfAbsent();
            program.LoadWordOfAttribute();
            // The first four bytes of the MAC as a big-endian number, less the fourth.
            program.ShiftRight(8);
            foreach (uint prefix in filter.MacPrefixes)
            {
                program.PassIf(prefix);
            }
        }

        program.Drop();
    }

    private static void Route(FilterAssembler program, EventFilter filter)
    {
        if (filter.OwnProtocol != 0)
        {
            program.LoadByte(ProtocolOffset);
            program.PassIf(filter.OwnProtocol);
        }

        program.FindAttribute(RouteAttributes, RTA_MULTIPATH);
        program.JumpIfAbsent("one way");
        program.Pass();

        program.Label("one way");
        program.FindAttribute(RouteAttributes, RTA_OIF);
        program.JumpIfAbsent("table");
        program.LoadWordOfAttribute();
        PassIfIndex(program, filter);

        program.Label("table");
        if (filter.TableCount != 0)
        {
            program.FindAttribute(RouteAttributes, RTA_TABLE);
            program.JumpIfAbsent("default route");
            program.LoadHostWordOfAttribute();
            program.PassIfWithin(filter.FirstOwnTable, filter.TableCount);
        }

        program.Label("default route");
        program.LoadByte(TableOffset);
        program.DropUnless(unchecked((byte)RT_TABLE_MAIN));
        program.LoadByte(DestinationLengthOffset);
        program.DropUnless(0);
        program.Pass();
    }

    private static void PassIfIndex(FilterAssembler program, EventFilter filter)
    {
        foreach (int index in filter.InterfaceIndexes)
        {
            program.PassIfHostWord((uint)index);
        }
    }
}
