namespace EniAgent.Netlink;

/// <summary>A routing policy rule: struct fib_rule_hdr and its attributes (linux/fib_rules.h). Null means absent. What has no property is kept raw.</summary>
public sealed partial record RuleMessage
{
    /// <summary>A rule to be filled in: it looks up a table, unless said otherwise.</summary>
    public RuleMessage()
    {
    }

    /// <summary>AF_INET or AF_INET6.</summary>
    public byte Family { get; init; }

    /// <summary>The place among the rules; lower comes first.</summary>
    public uint Priority { get; init; }

    /// <summary>What the rule does, FR_ACT_*.</summary>
    public byte Action { get; init; } = FR_ACT_TO_TBL;

    /// <summary>The source prefix; length 0 is <c>from all</c>.</summary>
    public InetAddress Source { get; init; }

    /// <summary>Prefix length of the source in bits.</summary>
    public byte SourceLength { get; init; }

    /// <summary>The destination prefix; length 0 is <c>to all</c>.</summary>
    public InetAddress Destination { get; init; }

    /// <summary>Prefix length of the destination in bits.</summary>
    public byte DestinationLength { get; init; }

    /// <summary>Type of service.</summary>
    public byte Tos { get; init; }

    /// <summary>The table that is looked up; 0 for other actions.</summary>
    public uint Table { get; init; }

    /// <summary>FIB_RULE_*. Only INVERT is the maker's; the rest is what the kernel finds.</summary>
    public uint Flags { get; init; }

    /// <summary>Name of the link that packets come in through; <c>lo</c> means this machine's own.</summary>
    public string? InputInterface { get; init; }

    /// <summary>Name of the link that a socket is bound to.</summary>
    public string? OutputInterface { get; init; }

    /// <summary>The mark that packets carry.</summary>
    public uint? FwMark { get; init; }

    /// <summary>Which bits of the mark count.</summary>
    public uint? FwMask { get; init; }

    /// <summary>The priority to jump to (FR_ACT_GOTO).</summary>
    public uint? Goto { get; init; }

    /// <summary>Results with a prefix of this length or shorter are passed over (3.12).</summary>
    public int? SuppressPrefixLength { get; init; }

    /// <summary>Results through a link of this group are passed over (3.12).</summary>
    public int? SuppressInterfaceGroup { get; init; }

    /// <summary>Who made the rule (4.17), RTPROT_*.</summary>
    public byte? Protocol { get; init; }

    /// <summary>User ids whose sockets are meant.</summary>
    public RuleRange? UserIds { get; init; }

    /// <summary>IP protocol (4.17).</summary>
    public byte? IpProtocol { get; init; }

    /// <summary>Source ports (4.17).</summary>
    public RuleRange? SourcePorts { get; init; }

    /// <summary>Destination ports (4.17).</summary>
    public RuleRange? DestinationPorts { get; init; }

    /// <summary>Whether the table is that of the link's VRF (4.8).</summary>
    public bool L3MasterDevice { get; init; }

    /// <summary>The tunnel id that packets carry.</summary>
    public ulong? TunnelId { get; init; }

    /// <summary>Attributes that have no property here.</summary>
    public RawAttributes UnknownAttributes { get; init; }

    /// <summary>Whether the selector is negated.</summary>
    public bool IsInverted => (Flags & FIB_RULE_INVERT) != 0;

    /// <summary>Reads the payload of RTM_NEWRULE or RTM_DELRULE, which begins with struct fib_rule_hdr.</summary>
    /// <exception cref="MalformedMessageException">A length contradicts what is there.</exception>
    public static RuleMessage Parse(ReadOnlySpan<byte> payload) => new(payload);
}
