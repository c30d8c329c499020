using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;

namespace EniAgent.Linux.Kernel;

/// <summary>What only a diagnosis asks of the kernel's network; nothing is changed.</summary>
public interface INetworkInspector
{
    /// <summary>Every link.</summary>
    IReadOnlyList<Link> Links();

    /// <summary>The simple unicast IPv4 routes of a table, through whatever link.</summary>
    IReadOnlyList<Route> Routes(uint table);

    /// <summary>The way of a packet, as the kernel would route it.</summary>
    /// <param name="from">Its source; none for a socket that is not bound.</param>
    /// <param name="to">Its destination.</param>
    /// <param name="incoming">The index of the link that it comes in through; null for a packet of the machine's own.</param>
    NetworkPath PathOf(IpAddress from, IpAddress to, int? incoming = null);
}

/// <summary>The way of a packet.</summary>
/// <param name="LinkIndex">The link that it leaves through; 0 where it goes nowhere.</param>
/// <param name="Gateway">The gateway; none where the destination is on the link.</param>
/// <param name="Table">The routing table that answered; 0 where none did.</param>
/// <param name="Route">The route that matched; null where the kernel does not tell (before 4.13), or where it is no simple one.</param>
/// <param name="Failure">Why it goes nowhere, in words; null where it goes somewhere.</param>
public sealed record NetworkPath(int LinkIndex, IpAddress Gateway, uint Table, Route? Route, string? Failure);
