using EniAgent.Core.Kernel;
using EniAgent.Core.Ownership;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Desired;

/// <summary>
/// Tells which ENIs belong to a container cluster's network plug-in, which gives their addresses to its pods: by the routing table, numbered after the NIC's index,
/// that it makes for each. An address of ours would take a pod's traffic away from it.
/// </summary>
internal sealed class ClusterNetwork
{
    // The vendor's plug-in: a table of its own for each NIC, in one mode from the first number on, in the other from the second.
    private static readonly uint[] TableBases = [2000, 4000];

    private readonly ObservedState _observed;
    private readonly OwnedObjects _owned;
    private readonly Dictionary<int, uint> _tables;

    public ClusterNetwork(DesiredInput input)
    {
        (_observed, _owned) = (input.Observed, input.Owned);
        _tables = _observed.Routes
            .Where(route => route.Table != Route.MainTable && TableBases.Any(first => route.Table == first + (uint)route.LinkIndex) && !_owned.Owns(route))
            .GroupBy(route => route.LinkIndex).ToDictionary(routes => routes.Key, routes => routes.First().Table);
    }

    /// <summary>
    /// Why a secondary ENI is to be left to the plug-in, in words: its table is there; or it has others already, and this one, of which we have nothing yet, may be
    /// the next. Null where nothing speaks for that.
    /// </summary>
    public Sentence? ClaimOn(Link link) =>
        _tables.TryGetValue(link.Index, out var table) ? DesiredWords.ClusterHasIt(table)
        : _tables.Count > 0 && !IsInUse(link) ? DesiredWords.ClusterMayWantIt
        : null;

    private bool IsInUse(Link link) =>
        _observed.Addresses.Any(address => address.LinkIndex == link.Index && _owned.Owns(address))
        || _observed.Routes.Any(route => route.LinkIndex == link.Index && _owned.Owns(route));
}
