namespace EniAgent.Netlink;

/// <summary>A neighbour entry (ARP or ND): struct ndmsg and its attributes (linux/neighbour.h).</summary>
public sealed record NeighborMessage
{
    /// <summary>A neighbour to be filled in.</summary>
    public NeighborMessage()
    {
    }

    private NeighborMessage(ReadOnlySpan<byte> payload)
    {
        var header = MessageReader.ReadStruct<ndmsg>(payload, nameof(ndmsg));
        Family = header.ndm_family;
        Index = header.ndm_ifindex;
        State = header.ndm_state;
        Flags = header.ndm_flags;
        var attributes = MessageReader.Attributes<ndmsg>(payload);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NDA_DST:
                    Address = attributes.Address;
                    break;
                case NDA_LLADDR:
                    HardwareAddress = attributes.HardwareAddress;
                    break;
            }
        }
    }

    /// <summary>AF_INET or AF_INET6.</summary>
    public byte Family { get; init; }

    /// <summary>Index of the link.</summary>
    public int Index { get; init; }

    /// <summary>The neighbour's address.</summary>
    public InetAddress Address { get; init; }

    /// <summary>The neighbour's MAC address as a 48-bit number, once it is known.</summary>
    public ulong? HardwareAddress { get; init; }

    /// <summary>NUD_*.</summary>
    public ushort State { get; init; }

    /// <summary>NTF_*.</summary>
    public byte Flags { get; init; }

    /// <summary>Whether the hardware address is known and in use.</summary>
    public bool IsResolved => (State & (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_NOARP | NUD_PERMANENT)) != 0;

    /// <summary>Reads the payload of RTM_NEWNEIGH or RTM_DELNEIGH, which begins with struct ndmsg.</summary>
    /// <exception cref="MalformedMessageException">A length contradicts what is there.</exception>
    public static NeighborMessage Parse(ReadOnlySpan<byte> payload) => new(payload);

    /// <summary>Whether the payload is an IP neighbour on that link, told from the header alone.</summary>
    internal static bool Matches(ReadOnlySpan<byte> payload, int index)
    {
        var header = MessageReader.ReadStruct<ndmsg>(payload, nameof(ndmsg));
        return header.ndm_ifindex == index && header.ndm_family is (AF_INET or AF_INET6);
    }
}
