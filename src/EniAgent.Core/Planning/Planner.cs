using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Ownership;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Planning;

/// <summary>What a plan came to.</summary>
/// <param name="Plan">The steps.</param>
/// <param name="Conflicts">What somebody else put in the way, which is reported and not fought over.</param>
public sealed record Planning(Plan Plan, ImmutableArray<Conflict> Conflicts);

/// <summary>Something of somebody else's in the way of something desired.</summary>
/// <param name="Eni">Whose desire.</param>
/// <param name="Address">The address that cannot be put there; null for a route.</param>
/// <param name="Message">What is in the way of what.</param>
public sealed record Conflict(MacAddress? Eni, IpAddress? Address, Sentence Message)
{
    /// <summary>The route that stands where one of ours must; null where something else is the matter.</summary>
    public Route? Blocking { get; init; }
}

/// <summary>Computes the steps from what is observed to what is desired. Pure; linear in the number of objects but for sorting.</summary>
public sealed class Planner
{
    private readonly DesiredState _desired;
    private readonly ObservedState _observed;
    private readonly OwnedObjects _owned;
    private readonly Func<int, string> _linkName;
    private readonly List<Step> _steps = [];
    private readonly List<Conflict> _conflicts = [];

    private Planner(DesiredState desired, ObservedState observed, OwnedObjects owned)
    {
        _desired = desired;
        _observed = observed;
        _owned = owned;
        var names = observed.Links.ToDictionary(link => link.Index, link => link.Name);
        _linkName = index => names.GetValueOrDefault(index, $"#{index}");
    }

    /// <summary>Computes the plan.</summary>
    public static Planning Create(DesiredState desired, ObservedState observed, OwnedObjects owned)
    {
        var planner = new Planner(desired, observed, owned);
        planner.PlanLinks();
        planner.PlanSettings();
        planner.PlanAddresses();
        planner.PlanRoutes();
        planner.PlanRules();

        // A stable sort: within a phase the order is that of the desired state, primary address first.
        return new Planning(new Plan([.. planner._steps.OrderBy(step => step.Phase)]), [.. planner._conflicts]);
    }

    private static StepPhase PhaseOf(Route route) =>
        route.Table == Route.MainTable ? StepPhase.MainRoutes : route.Gateway.IsNone ? StepPhase.TableLinkRoutes : StepPhase.TableRoutes;

    private static StepPhase PhaseOf(Rule rule) =>
        rule.Table == Route.MainTable || rule.Goto is not null ? StepPhase.FirstRules : StepPhase.Rules;

    private void PlanLinks()
    {
        foreach (var (eni, link, up, group) in _desired.Links)
        {
            if (up && !link.IsUp)
            {
                _steps.Add(new SetLinkUp(link, true) { Eni = eni, Phase = StepPhase.Links, Reason = "an ENI's link is up" });
            }

            if (link.Group != group)
            {
                var restores = group == 0;
                _steps.Add(new SetLinkGroup(link, link.Group, group)
                {
                    Eni = eni,
                    Phase = restores ? StepPhase.Restoration : StepPhase.Settings,
                    Reason = restores ? "no longer needed" : "marks the ENIs' links",
                });
            }
        }
    }

    private void PlanSettings()
    {
        foreach (var setting in _desired.Settings)
        {
            var current = _observed.Sysctls[setting.Key];
            if (current != setting.Value)
            {
                _steps.Add(new SetSysctl(setting.Key, current, setting.Value, setting.Restores)
                {
                    Eni = setting.Eni,
                    Phase = setting.Restores ? StepPhase.Restoration : StepPhase.Settings,
                    Reason = setting.Reason,
                });
            }
        }
    }

    private void PlanAddresses()
    {
        var observed = _observed.Addresses.ToDictionary(a => a.Key);
        var onLink = _observed.Addresses.ToLookup(a => (a.LinkIndex, a.Address.Address));
        var kept = new HashSet<(int, InterfaceAddress)>();
        foreach (var (eni, address, isForeign) in _desired.Addresses)
        {
            kept.Add(address.Key);
            if (isForeign)
            {
                continue;
            }

            if (observed.TryGetValue(address.Key, out var present))
            {
                if (!_owned.Owns(present) || (present.Metric == address.Metric && present.NoPrefixRoute == address.NoPrefixRoute))
                {
                    continue;
                }

                if (_observed.Routes.FirstOrDefault(r => RestsOn(r, address)) is { } resting)
                {
                    _conflicts.Add(new Conflict(eni, null, ConflictWords.WouldBeLost(StepText.Of(resting, _linkName), address.Address)));
                }
                else
                {
                    // Neither can be changed in place on every kernel. Both steps stand in one phase, so that the gap is microseconds.
                    _steps.Add(new DeleteAddress(present) { Eni = eni, Phase = StepPhase.Addresses, Reason = "its prefix route changes" });
                    _steps.Add(new AddAddress(address) { Eni = eni, Phase = StepPhase.Addresses, Reason = "its prefix route changes" });
                }
            }
            else if (onLink[(address.LinkIndex, address.Address.Address)].FirstOrDefault(a => !_owned.Owns(a)) is { } other)
            {
                kept.Add(other.Key);
                _conflicts.Add(new Conflict(eni, address.Address.Address, ConflictWords.OtherLength(other.Address, _linkName(other.LinkIndex), address.Address)));
            }
            else
            {
                _steps.Add(new AddAddress(address) { Eni = eni, Phase = StepPhase.Addresses, Reason = "metadata lists it" });
            }
        }

        foreach (var address in _observed.Addresses)
        {
            if (!_desired.HoldRemovals && !kept.Contains(address.Key) && _owned.GoesWhenUnlisted(address))
            {
                _steps.Add(new DeleteAddress(address)
                {
                    Eni = _owned.MacOf(address.LinkIndex),
                    Phase = StepPhase.AddressRemoval,
                    Reason = "metadata no longer lists it",
                });
            }
        }
    }

    // Deleting an address deletes the routes that prefer it as their source; ours come back by themselves.
    private bool RestsOn(Route route, LinkAddress address) =>
        route.PreferredSource == address.Address.Address && route.Protocol != Route.KernelProtocol && !_owned.Owns(route);

    private void PlanRoutes()
    {
        var desired = _desired.Routes.DistinctBy(r => r.Route.Key).ToList();
        var observed = _observed.Routes.ToLookup(r => r.Key);
        var desiredKeys = desired.Select(r => r.Route.Key).ToHashSet();

        // The kernel holds one route a destination and metric in a table when asked to create exclusively: what stands in that place is replaced if it is ours.
        var places = _observed.Routes.ToLookup(PlaceOf);
        var replaced = new HashSet<RouteKey>();
        foreach (var (eni, route, reason) in desired)
        {
            // Whether the gateway was looked for when the route was made (onlink) makes no difference afterwards.
            if (observed.Contains(route.Key))
            {
                continue;
            }

            var inPlace = places[PlaceOf(route)].FirstOrDefault(o => !desiredKeys.Contains(o.Key) || o.Key == route.Key);
            if (inPlace is null)
            {
                _steps.Add(new AddRoute(route) { Eni = eni, Phase = PhaseOf(route), Reason = reason });
            }
            else if (_owned.Owns(inPlace))
            {
                replaced.Add(inPlace.Key);
                _steps.Add(new ReplaceRoute(inPlace, route) { Eni = eni, Phase = PhaseOf(route), Reason = reason });
            }
            else
            {
                _conflicts.Add(new Conflict(eni, null, ConflictWords.InTheWay(StepText.Of(inPlace, _linkName), StepText.Of(route, _linkName))) { Blocking = inPlace });
            }
        }

        foreach (var (eni, old, @new, reason) in _desired.Replacements)
        {
            if (@new is not null)
            {
                _steps.Add(new ReplaceRoute(old, @new) { Eni = eni, Phase = StepPhase.MainRoutes, Reason = reason });
            }
            else if (!_desired.HoldRemovals)
            {
                _steps.Add(new DeleteRoute(old) { Eni = eni, Phase = StepPhase.MainRouteRemoval, Reason = reason });
            }
        }

        // A gateway's route goes before the route that its gateway lies behind, and in main before the address that makes that one, so that the way back,
        // which is this one reversed, finds every gateway.
        foreach (var route in _observed.Routes.OrderBy(route => route.Gateway.IsNone))
        {
            if (!_desired.HoldRemovals && _owned.Owns(route) && !desiredKeys.Contains(route.Key) && !replaced.Contains(route.Key))
            {
                _steps.Add(new DeleteRoute(route)
                {
                    Eni = _owned.MacOf(route.LinkIndex),
                    Phase = route.Table == Route.MainTable ? StepPhase.MainRouteRemoval : StepPhase.RouteRemoval,
                    Reason = "no longer needed",
                });
            }
        }
    }

    private static (uint Table, IpPrefix Destination, uint Metric) PlaceOf(Route route) => (route.Table, route.Destination, route.Metric);

    private void PlanRules()
    {
        var observed = _observed.Rules.Select(rule => rule.Key).ToHashSet();
        var desired = new HashSet<RuleKey>();
        foreach (var (eni, rule, reason) in _desired.Rules)
        {
            if (desired.Add(rule.Key) && !observed.Contains(rule.Key))
            {
                _steps.Add(new AddRule(rule) { Eni = eni, Phase = PhaseOf(rule), Reason = reason });
            }
        }

        // The last one asked goes first: what corrects a rule stands as long as that rule does.
        foreach (var rule in _observed.Rules.OrderByDescending(rule => rule.Priority))
        {
            if (!_desired.HoldRemovals && !desired.Contains(rule.Key) && _owned.Owns(rule))
            {
                _steps.Add(new DeleteRule(rule) { Phase = StepPhase.RuleRemoval, Reason = "no longer needed" });
            }
        }
    }
}
