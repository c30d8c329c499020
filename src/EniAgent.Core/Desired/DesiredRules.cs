using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;

namespace EniAgent.Core.Desired;

/// <summary>Rules: a packet whose source is a secondary ENI's address leaves through that ENI, one of the primary's does not leave through another, and nothing else changes.</summary>
internal static class DesiredRules
{
    public static IReadOnlyList<DesiredRule> Of(DesiredContext context, IReadOnlyList<DesiredAddress> addresses)
    {
        if (!context.HasRules)
        {
            return [];
        }

        var at = RulePriorities.From(context.Network);
        var rules = new List<DesiredRule>();
        rules.AddRange(MainFirst(context, at));

        var byEni = addresses.ToLookup(a => a.Eni, a => a.Address.Address.Address);
        foreach (var eni in context.Secondaries)
        {
            foreach (var prefix in PrefixCover.Exact(byEni[eni.Mac]))
            {
                rules.Add(new DesiredRule(eni.Mac, Make(context, at.Source) with { From = prefix, Table = eni.Table }, "its addresses leave through it"));
            }
        }

        if (context.Primary is { } primary)
        {
            foreach (var eni in context.Secondaries.Where(eni => eni.Subnet != primary.Subnet).DistinctBy(eni => eni.Subnet))
            {
                rules.Add(new DesiredRule(
                    eni.Mac,
                    Make(context, at.PrimarySource) with { From = primary.Subnet, To = eni.Subnet, Table = primary.Table },
                    "the primary's way"));
            }
        }

        rules.AddRange(context.Secondaries.Select(eni =>
            new DesiredRule(eni.Mac, Make(context, at.Bound) with { OutputInterface = eni.Link.Name, Table = eni.Table }, "sockets bound to its device")));
        return rules;
    }

    // Containers, VPNs and other NICs: main answers, unless with a default route or through an ENI.
    private static IEnumerable<DesiredRule> MainFirst(DesiredContext context, RulePriorities at)
    {
        var lookup = Make(context, at.Main) with { Table = Route.MainTable, SuppressPrefixLength = 0 };
        switch (context.Mode)
        {
            case RoutingMode.Group:
                return [new DesiredRule(null, lookup with { SuppressGroup = context.Network.LinkGroup }, "main answers for everything but the ENIs")];

            case RoutingMode.Jumps:
                return ThroughEnis(context)
                    .Select(prefix => new DesiredRule(null, Make(context, at.Jump) with { To = prefix, Goto = at.Source }, "main has it behind an ENI"))
                    .Append(new DesiredRule(null, lookup, "main answers for everything but the ENIs"));

            default:
                return context.Observed.Routes
                    .Where(r => r.Table == Route.MainTable && !r.Destination.IsDefault && !context.EniLinks.Contains(r.LinkIndex))
                    .Select(r => r.Destination).Distinct().Order()
                    .Select(prefix => new DesiredRule(null, Make(context, at.Main) with { To = prefix, Table = Route.MainTable }, "main has it elsewhere"));
        }
    }

    private static IOrderedEnumerable<IpPrefix> ThroughEnis(DesiredContext context) =>
        context.Observed.Routes
            .Where(r => r.Table == Route.MainTable && context.EniLinks.Contains(r.LinkIndex) && !context.Input.Owned.Owns(r))
            .Select(r => r.Destination)
            .Concat(context.Managed.Select(eni => eni.Subnet))
            .Concat(context.Input.Options.Routes.Select(route => route.Destination))
            .Where(prefix => !prefix.IsDefault)
            .Distinct().Order();

    private static Rule Make(DesiredContext context, uint priority) => new()
    {
        Priority = priority,
        Protocol = context.Features.RuleProtocol ? context.Network.RouteProtocol : (byte)0,
    };
}
