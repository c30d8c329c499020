using System.Collections.Immutable;
using EniAgent.Core.Addressing;

namespace EniAgent.Core.Ownership;

/// <summary>
/// What the agent put into the kernel since boot, and what metadata has said since boot. An entry is written before the object is added and cleared
/// after it is deleted, so that a crash leaves too many entries, never too few.
/// </summary>
public sealed record Ledger
{
    /// <summary>A ledger with nothing in it.</summary>
    public static readonly Ledger Empty = new();

    /// <summary>The addresses that the agent added.</summary>
    public ImmutableHashSet<EniAddress> Addresses { get; init; } = [];

    /// <summary>The routes that the agent added, as <see cref="OwnedObjects.KeyOf(Kernel.Route)"/> writes them.</summary>
    public ImmutableHashSet<string> Routes { get; init; } = [];

    /// <summary>The rules that the agent added, as <see cref="OwnedObjects.KeyOf(Kernel.Rule)"/> writes them.</summary>
    public ImmutableHashSet<string> Rules { get; init; } = [];

    /// <summary>The addresses that metadata has listed since boot: once their release is confirmed they go even if somebody else put them there.</summary>
    public ImmutableHashSet<ListedAddress> Listed { get; init; } = [];

    /// <summary>The gateways that metadata has named for the primary ENI since boot: a route through a former one follows to the present one.</summary>
    public ImmutableHashSet<IpAddress> PrimaryGateways { get; init; } = [];

    /// <summary>Every ENI that the ledger knows of.</summary>
    public IEnumerable<MacAddress> Macs => Addresses.Select(a => a.Mac).Concat(Listed.Select(a => a.Mac)).Distinct();

    /// <summary>Equal when it holds the same entries.</summary>
    public bool Equals(Ledger? other) =>
        other is not null && Addresses.SetEquals(other.Addresses) && Routes.SetEquals(other.Routes) && Rules.SetEquals(other.Rules)
        && Listed.SetEquals(other.Listed) && PrimaryGateways.SetEquals(other.PrimaryGateways);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Addresses.Count, Routes.Count, Rules.Count, Listed.Count);
}

/// <summary>An address on an ENI's NIC.</summary>
/// <param name="Mac">The ENI.</param>
/// <param name="Address">The address and its prefix length.</param>
public readonly record struct EniAddress(MacAddress Mac, InterfaceAddress Address);

/// <summary>An address that metadata lists or has listed for an ENI.</summary>
/// <param name="Mac">The ENI.</param>
/// <param name="Address">The address.</param>
public readonly record struct ListedAddress(MacAddress Mac, IpAddress Address);
