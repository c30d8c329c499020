using EniAgent.Core.Addressing;

namespace EniAgent.Core.Kernel;

/// <summary>Tells events that say what is known already (the echo of our own changes) from those that are news.</summary>
public sealed class DriftDetector
{
    private readonly Dictionary<int, Link> _links;
    private readonly Dictionary<(int, InterfaceAddress), LinkAddress> _addresses;
    private readonly HashSet<RouteKey> _routes;
    private readonly HashSet<RuleKey> _rules;
    private readonly ObservedState _verified;

    /// <summary>Binds to the state as last verified.</summary>
    public DriftDetector(ObservedState verified)
    {
        _verified = verified;
        _links = verified.Links.ToDictionary(link => link.Index);
        _addresses = verified.Addresses.ToDictionary(a => a.Key);
        _routes = verified.Routes.Select(r => r.Key).ToHashSet();
        _rules = verified.Rules.Select(r => r.Key).ToHashSet();
    }

    /// <summary>Whether it is bound to just this state.</summary>
    public bool IsOf(ObservedState verified) => ReferenceEquals(verified, _verified);

    /// <summary>Whether the event says something that was not so when the state was verified.</summary>
    public bool IsNews(KernelEvent change) => change switch
    {
        KernelEvent.LinkChanged e => e.Removed ? _links.ContainsKey(e.Link.Index) : !(_links.TryGetValue(e.Link.Index, out var known) && known == e.Link),
        KernelEvent.AddressChanged e => e.Removed == (_addresses.TryGetValue(e.Address.Key, out var known)
            && (e.Removed || (known.Metric == e.Address.Metric && known.NoPrefixRoute == e.Address.NoPrefixRoute))),
        KernelEvent.RouteChanged { Route: { } route } e => e.Removed == _routes.Contains(route.Key),
        KernelEvent.RuleChanged e => e.Removed == _rules.Contains(e.Rule.Key),
        KernelEvent.RpFilterChanged e => IsNews(e),
        _ => true,
    };

    /// <summary>Whether there was such an address when the state was verified.</summary>
    public bool Had(LinkAddress address) => _addresses.ContainsKey(address.Key);

    /// <summary>Whether there was such a route when the state was verified.</summary>
    public bool Had(Route route) => _routes.Contains(route.Key);

    /// <summary>Whether there was such a rule when the state was verified.</summary>
    public bool Had(Rule rule) => _rules.Contains(rule.Key);

    private bool IsNews(KernelEvent.RpFilterChanged e) =>
        e.LinkIndex is not { } index ? _verified.Sysctl(SysctlKey.All, SysctlKey.RpFilter) != e.Value
        : _links.TryGetValue(index, out var link) && _verified.Sysctl(link.Name, SysctlKey.RpFilter) != e.Value;
}
