using System.Net;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator.Probes;

/// <summary>An echo request to send: from where to whom, on demand from a certain source address or through a certain device.</summary>
/// <param name="From">The namespace it starts in.</param>
/// <param name="To">Its destination.</param>
/// <param name="Name">Who asks, for people: <c>client of 10.0.1.0/24</c>.</param>
public sealed record Ping(NetworkNamespace From, IPAddress To, string Name)
{
    /// <summary>The address the socket is bound to.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The link the socket is bound to.</summary>
    public string? Device { get; init; }

    /// <summary>The request in words.</summary>
    public override string ToString() =>
        $"{Name}{(Source is null ? "" : $" from {Source}")}{(Device is null ? "" : $" through {Device}")} → {To}";
}

/// <summary>A request that was not answered, and why as far as one can know.</summary>
public sealed record UnansweredPing(Ping Ping, string Reason)
{
    /// <summary>The failure in words.</summary>
    public override string ToString() => $"{Ping}: {Reason}";
}
