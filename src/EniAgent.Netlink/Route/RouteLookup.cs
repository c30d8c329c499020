namespace EniAgent.Netlink;

/// <summary>A packet for which a route is looked up; null leaves a field open.</summary>
public sealed record RouteLookup
{
    /// <summary>Where the packet goes.</summary>
    public required InetAddress Destination { get; init; }

    /// <summary>The address it comes from.</summary>
    public InetAddress? Source { get; init; }

    /// <summary>Index of the link it comes in through, for a packet that is forwarded.</summary>
    public int? InputInterface { get; init; }

    /// <summary>Index of the link its socket is bound to.</summary>
    public int? OutputInterface { get; init; }

    /// <summary>Its mark.</summary>
    public uint? Mark { get; init; }

    /// <summary>Answer with the entry of the table that matched (4.13) instead of the path that came of it.</summary>
    public bool FibMatch { get; init; }
}
