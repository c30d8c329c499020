namespace EniAgent.Netlink;

/// <summary>An address of a link: struct ifaddrmsg and its attributes (linux/if_addr.h). Null means absent.</summary>
public sealed record AddressMessage : IRequestBody
{
    /// <summary>An address to be filled in.</summary>
    public AddressMessage()
    {
    }

    private AddressMessage(ReadOnlySpan<byte> payload)
    {
        var header = MessageReader.ReadStruct<ifaddrmsg>(payload, nameof(ifaddrmsg));
        Family = header.ifa_family;
        Index = (int)header.ifa_index;
        PrefixLength = header.ifa_prefixlen;
        Scope = header.ifa_scope;
        Flags = header.ifa_flags;
        InetAddress local = default;
        InetAddress address = default;
        var attributes = MessageReader.Attributes<ifaddrmsg>(payload);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case IFA_LOCAL:
                    local = attributes.Address;
                    break;
                case IFA_ADDRESS:
                    address = attributes.Address;
                    break;
                case IFA_BROADCAST:
                    Broadcast = attributes.Address;
                    break;
                case IFA_LABEL:
                    Label = attributes.String;
                    break;
                case IFA_FLAGS:
                    Flags = attributes.UInt32;
                    break;
                case IFA_RT_PRIORITY:
                    RoutePriority = attributes.UInt32;
                    break;
                case IFA_PROTO:
                    Protocol = attributes.Byte;
                    break;
                case IFA_CACHEINFO:
                    var lifetimes = attributes.Struct<ifa_cacheinfo>();
                    ValidLifetime = lifetimes.ifa_valid;
                    PreferredLifetime = lifetimes.ifa_prefered;
                    break;
            }
        }

        Address = local.IsNone ? address : local;
        Peer = local.IsNone || address.IsNone || local == address ? null : address;
    }

    /// <summary>AF_INET or AF_INET6.</summary>
    public byte Family { get; init; }

    /// <summary>Index of the link.</summary>
    public int Index { get; init; }

    /// <summary>The address of this machine (IFA_LOCAL, or IFA_ADDRESS where that is all there is).</summary>
    public InetAddress Address { get; init; }

    /// <summary>The other end of a point-to-point link (IFA_ADDRESS where it differs).</summary>
    public InetAddress? Peer { get; init; }

    /// <summary>Prefix length in bits.</summary>
    public byte PrefixLength { get; init; }

    /// <summary>RT_SCOPE_*; 0 is global.</summary>
    public byte Scope { get; init; }

    /// <summary>IFA_F_*, all 32 bits where the kernel has them.</summary>
    public uint Flags { get; init; }

    /// <summary>Metric of the prefix route that the kernel makes for this address (4.18).</summary>
    public uint? RoutePriority { get; init; }

    /// <summary>Who put the address there (5.18), in the numbers of RTPROT_* by custom.</summary>
    public byte? Protocol { get; init; }

    /// <summary>Broadcast address.</summary>
    public InetAddress? Broadcast { get; init; }

    /// <summary>The label, which begins with the name of the link (IPv4).</summary>
    public string? Label { get; init; }

    /// <summary>Seconds until the kernel removes the address; <see cref="uint.MaxValue"/> is forever.</summary>
    public uint? ValidLifetime { get; init; }

    /// <summary>Seconds until the address is no longer chosen as a source; <see cref="uint.MaxValue"/> is forever.</summary>
    public uint? PreferredLifetime { get; init; }

    /// <summary>Reads the payload of RTM_NEWADDR or RTM_DELADDR, which begins with struct ifaddrmsg.</summary>
    /// <exception cref="MalformedMessageException">A length contradicts what is there.</exception>
    public static AddressMessage Parse(ReadOnlySpan<byte> payload) => new(payload);

    /// <summary>Whether the payload is an address of that family (0: any IP) and link (null: any), told from the header alone.</summary>
    internal static bool Matches(ReadOnlySpan<byte> payload, byte family, int? index)
    {
        var header = MessageReader.ReadStruct<ifaddrmsg>(payload, nameof(ifaddrmsg));
        return (family == AF_UNSPEC ? header.ifa_family is AF_INET or AF_INET6 : header.ifa_family == family)
            && (index is null || header.ifa_index == (uint)index);
    }

    void IRequestBody.Write(MessageBuffer buffer)
    {
        buffer.Struct(new ifaddrmsg
        {
            ifa_family = Family,
            ifa_prefixlen = PrefixLength,
            ifa_flags = (byte)Flags,
            ifa_scope = Scope,
            ifa_index = (uint)Index,
        });
        buffer.Attribute(IFA_LOCAL, Address);
        buffer.Attribute(IFA_ADDRESS, Peer ?? Address);
        if (Broadcast is { IsNone: false } broadcast)
        {
            buffer.Attribute(IFA_BROADCAST, broadcast);
        }

        if (Label is not null)
        {
            buffer.InterfaceName(IFA_LABEL, Label);
        }

        // The attribute is unknown to kernels before 3.14, and what fits the header needs no attribute.
        if (Flags > byte.MaxValue)
        {
            buffer.Attribute(IFA_FLAGS, Flags);
        }

        if (RoutePriority is { } priority)
        {
            buffer.Attribute(IFA_RT_PRIORITY, priority);
        }

        if (Protocol is { } protocol)
        {
            buffer.Attribute(IFA_PROTO, protocol);
        }

        if (ValidLifetime is not null || PreferredLifetime is not null)
        {
            buffer.AttributeStruct(IFA_CACHEINFO, new ifa_cacheinfo
            {
                ifa_valid = ValidLifetime ?? uint.MaxValue,
                ifa_prefered = PreferredLifetime ?? ValidLifetime ?? uint.MaxValue,
            });
        }
    }
}
