using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;

namespace EniAgent.Core.Desired;

/// <summary>Routes: a complete table for every ENI, and in main only what is asked for or missing.</summary>
internal static class DesiredRoutes
{
    /// <summary>The metric of our default route in main, which is only there while nobody else's is.</summary>
    public const uint LastResortMetric = 4_000_000;

    public static IReadOnlyList<DesiredRoute> Of(DesiredContext context)
    {
        var routes = new List<DesiredRoute>();
        var configured = Configured(context).ToList();
        if (context.HasRules)
        {
            var foreign = context.Observed.Routes.Where(r => r.Table == Route.MainTable && !context.Input.Owned.Owns(r)).ToLookup(r => r.LinkIndex);
            routes.AddRange(context.Managed.SelectMany(eni => TableOf(context, eni, configured, foreign[eni.Link.Index])));
        }

        // Subnets first: the gateways of configured routes lie in them.
        routes.AddRange(context.Secondaries.Where(eni => OwnSubnetRouteInMain(context, eni))
            .Select(eni => new DesiredRoute(eni.Mac, PrefixRoute(context, eni), "subnet")));
        routes.AddRange(configured.Select(c => new DesiredRoute(c.Eni.Mac, c.Route, $"[Route {c.Name}]")));
        if (context.Primary is { } primary && !context.Observed.MainHasForeignDefault)
        {
            var route = Make(context, primary, Route.MainTable, IpPrefix.Default(AddressFamily.IPv4), primary.Gateway) with { Metric = LastResortMetric };
            routes.Add(new DesiredRoute(primary.Mac, route, "main has no default route"));
        }

        return routes;
    }

    /// <summary>
    /// What must become of other people's routes: one through a former gateway of the primary ENI follows to the present one, and one that prefers a source
    /// that goes would go with it, so it gets the ENI's primary address. The route that a DHCP client has made to the subnet of an address that goes is its
    /// prefix route, and goes too: kept, it would hide that former subnet, which is behind the gateway now.
    /// </summary>
    public static IReadOnlyList<RouteReplacement> ReplacementsOf(DesiredContext context, IReadOnlyList<LinkAddress> released)
    {
        var going = released.Select(a => (a.LinkIndex, a.Address.Address)).ToHashSet();
        var leaving = released.Select(a => (a.LinkIndex, a.Address.Prefix)).ToHashSet();
        leaving.ExceptWith(context.Observed.Addresses.Where(a => !going.Contains((a.LinkIndex, a.Address.Address))).Select(a => (a.LinkIndex, a.Address.Prefix)));
        var byLink = context.Managed.ToDictionary(eni => eni.Link.Index);
        var replacements = new List<RouteReplacement>();
        foreach (var old in context.Observed.Routes)
        {
            // The kernel's own prefix routes come and go with the addresses.
            if (old.Protocol == Route.KernelProtocol || context.Input.Owned.Owns(old))
            {
                continue;
            }

            if (!byLink.TryGetValue(old.LinkIndex, out var eni))
            {
                // Of an ENI that goes nothing is left to prefer: the kernel deletes such a route of main with the address. Said as a step it can be taken back.
                if (old.Table == Route.MainTable && going.Contains((old.LinkIndex, old.PreferredSource)))
                {
                    replacements.Add(new RouteReplacement(context.Input.Owned.MacOf(old.LinkIndex)!.Value, old, null, "its preferred source goes"));
                }

                continue;
            }

            var changed = old;
            if (eni.IsPrimary && old.Table == Route.MainTable && !old.Gateway.IsNone && old.Gateway != eni.Gateway
                && context.Input.Owned.WasPrimaryGateway(old.Gateway))
            {
                changed = changed with { Gateway = eni.Gateway, OnLink = NeedsOnLink(context, eni, old.Table, eni.Gateway) };
            }

            if (going.Contains((old.LinkIndex, old.PreferredSource)))
            {
                changed = changed with { PreferredSource = eni.Metadata.PrimaryAddress };
            }

            if (changed != old && old.Gateway.IsNone && old.Destination != eni.Subnet && leaving.Contains((old.LinkIndex, old.Destination)))
            {
                replacements.Add(new RouteReplacement(eni.Mac, old, null, "the ENI has left that subnet"));
            }
            else if (changed != old)
            {
                replacements.Add(new RouteReplacement(eni.Mac, old, changed, "what it rests on has changed in metadata"));
            }
        }

        return replacements;
    }

    private static List<DesiredRoute> TableOf(
        DesiredContext context, ManagedEni eni, List<(string Name, ManagedEni Eni, Route Route)> configured, IEnumerable<Route> foreign)
    {
        var table = new List<DesiredRoute>
        {
            new(eni.Mac, Make(context, eni, eni.Table, eni.Subnet, default), "subnet"),
            new(eni.Mac, Make(context, eni, eni.Table, IpPrefix.Default(eni.Subnet.Family), eni.Gateway), "gateway"),
        };
        foreach (var (name, _, route) in configured.Where(c => c.Eni == eni))
        {
            table.Add(new DesiredRoute(eni.Mac, Make(context, eni, eni.Table, route.Destination, route.Gateway), $"[Route {name}]"));
        }

        // What others route through a secondary ENI from main must also hold for packets that main is not asked about.
        foreach (var route in foreign.Where(r => !eni.IsPrimary && !r.Destination.IsDefault && r.Destination != eni.Subnet))
        {
            var copy = Make(context, eni, eni.Table, route.Destination, route.Gateway);
            table.Add(new DesiredRoute(eni.Mac, copy with { Metric = route.Metric, OnLink = copy.OnLink || route.OnLink }, "copy of a route of main"));
        }

        return [.. table.DistinctBy(r => (r.Route.Destination, r.Route.Metric))];
    }

    private static IEnumerable<(string Name, ManagedEni Eni, Route Route)> Configured(DesiredContext context)
    {
        foreach (var option in context.Input.Options.Routes)
        {
            // Where ENIs share the subnet that is named, it is the one with the lowest slot, whatever the order of the listing.
            var eni = context.Managed.Where(eni => option.Eni.Matches(eni.Mac, eni.Subnet, eni.Link.Name)).MinBy(eni => eni.Slot);
            if (eni is not null)
            {
                var route = Make(context, eni, Route.MainTable, option.Destination, option.Gateway.IsNone ? eni.Gateway : option.Gateway);
                yield return (option.Name, eni, route);
            }
        }
    }

    private static Route PrefixRoute(DesiredContext context, ManagedEni eni) =>
        Make(context, eni, Route.MainTable, eni.Subnet, default) with
        {
            Metric = DesiredAddresses.MetricOf(context, eni),
            PreferredSource = eni.Metadata.PrimaryAddress,
        };

    private static Route Make(DesiredContext context, ManagedEni eni, uint table, IpPrefix destination, IpAddress gateway) => new()
    {
        Table = table,
        Destination = destination,
        LinkIndex = eni.Link.Index,
        Gateway = gateway,
        OnLink = NeedsOnLink(context, eni, table, gateway),
        IsLinkScope = gateway.IsNone,
        Protocol = context.Network.RouteProtocol,
    };

    // The kernel wants to find a gateway behind an on-link route before it takes it: in the route's own table, or (old kernels) in main.
    private static bool NeedsOnLink(DesiredContext context, ManagedEni eni, uint table, IpAddress gateway) =>
        !gateway.IsNone
        && (!eni.Subnet.Contains(gateway) || (table == Route.MainTable ? !HasSubnetInMain(context, eni) : !context.Features.GatewayInOwnTable));

    // Whether the ENI's subnet stands in main for as long as its addresses do. Not where a DHCP client has put its address there with noprefixroute and a
    // route of its own beside it: that one is lost when the link flaps, and an address of ours in the same subnet makes none.
    private static bool HasSubnetInMain(DesiredContext context, ManagedEni eni)
    {
        var inMain = eni.IsPrimary || context.Network.SubnetRoute == SubnetRouteMode.Main;
        return inMain && (OwnSubnetRouteInMain(context, eni)
            || !context.Observed.Addresses.Any(a => a.LinkIndex == eni.Link.Index && a.Address.Prefix == eni.Subnet && a.NoPrefixRoute));
    }

    private static bool OwnSubnetRouteInMain(DesiredContext context, ManagedEni eni) =>
        !eni.IsPrimary && !context.Features.AddressMetric && context.Features.NoPrefixRoute && context.Network.SubnetRoute == SubnetRouteMode.Main;
}
