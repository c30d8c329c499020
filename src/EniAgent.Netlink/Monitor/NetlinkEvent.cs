namespace EniAgent.Netlink;

/// <summary>Something that the kernel told of its own accord.</summary>
public abstract record NetlinkEvent
{
    private protected NetlinkEvent()
    {
    }
}

/// <summary>A link came or changed, or is gone.</summary>
/// <param name="Link">The link.</param>
/// <param name="Removed">Whether it is gone (from this namespace).</param>
/// <param name="SenderPort">The port of the socket that asked for it; 0 for the kernel, which most link events say.</param>
public sealed record LinkEvent(LinkMessage Link, bool Removed, uint SenderPort) : NetlinkEvent;

/// <summary>An address came or changed, or is gone.</summary>
/// <param name="Address">The address.</param>
/// <param name="Removed">Whether it is gone.</param>
/// <param name="SenderPort">The port of the socket that asked for it, also when it asked for something else that had this effect; 0 for the kernel.</param>
public sealed record AddressEvent(AddressMessage Address, bool Removed, uint SenderPort) : NetlinkEvent;

/// <summary>A route came or is gone. Routes that a link takes with it as it goes down are not told.</summary>
/// <param name="Route">The route.</param>
/// <param name="Removed">Whether it is gone.</param>
/// <param name="SenderPort">The port of the socket that asked for it; 0 for the kernel.</param>
public sealed record RouteEvent(RouteMessage Route, bool Removed, uint SenderPort) : NetlinkEvent;

/// <summary>A rule came or is gone.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Removed">Whether it is gone.</param>
/// <param name="SenderPort">The port of the socket that asked for it; 0 for the kernel.</param>
public sealed record RuleEvent(RuleMessage Rule, bool Removed, uint SenderPort) : NetlinkEvent;

/// <summary>Settings of a link changed, or are gone with it.</summary>
/// <param name="Netconf">The settings that the message speaks of.</param>
/// <param name="Removed">Whether they are gone.</param>
public sealed record NetconfEvent(NetconfMessage Netconf, bool Removed) : NetlinkEvent;

/// <summary>Events were lost: look at everything afresh.</summary>
/// <param name="Reason">How.</param>
public sealed record OverrunEvent(OverrunReason Reason) : NetlinkEvent;

/// <summary>How events were lost.</summary>
public enum OverrunReason
{
    /// <summary>The receive buffer was full (ENOBUFS).</summary>
    BufferFull,

    /// <summary>One was longer than the read buffer, which is longer now.</summary>
    TooLong,

    /// <summary>One could not be decoded.</summary>
    Malformed,
}
