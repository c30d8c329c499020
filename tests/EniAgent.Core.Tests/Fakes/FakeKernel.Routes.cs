using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;

namespace EniAgent.Core.Tests.Fakes;

// net/ipv4/fib_frontend.c, fib_semantics.c and fib_trie.c.
internal sealed partial class FakeKernel
{
    private readonly List<Route> _routes = [];

    // Routes that the kernel dropped by itself since the plan began: deleting one of them is no mistake of the plan.
    private readonly HashSet<RouteKey> _collateral = [];

    public IReadOnlyList<Route> Routes => Locked(() => _routes.ToList());

    public StepFailure? Add(Route route)
    {
        using var held = _lock.EnterScope();
        if (Refuse(route) is { } refusal)
        {
            return refusal;
        }

        if (_routes.Any(r => Place(r) == Place(route)))
        {
            return Fail(FailureKind.Conflict, $"EEXIST: route {route.Destination} table {route.Table} metric {route.Metric}");
        }

        _routes.Add(route);
        return null;
    }

    public StepFailure? Delete(Route route)
    {
        using var held = _lock.EnterScope();
        var index = _routes.FindIndex(r => r.Key == route.Key && r.Protocol == route.Protocol);
        if (index < 0)
        {
            return _collateral.Contains(route.Key) ? null : Fail(FailureKind.Invalid, $"ESRCH: route {route.Destination} table {route.Table}");
        }

        _routes.RemoveAt(index);
        return null;
    }

    // The kernel replaces the first route with the new one's table, destination and metric, whoever's that is: it must be the one that is meant.
    private StepFailure? Replace(Route old, Route @new)
    {
        var index = _routes.FindIndex(r => Place(r) == Place(@new));
        if (index < 0 || _routes[index].Key != old.Key)
        {
            return Fail(FailureKind.Invalid, $"route {old.Destination} table {old.Table} is not what would be replaced");
        }

        if (Refuse(@new) is { } refusal)
        {
            return refusal;
        }

        _routes[index] = @new;
        return null;
    }

    private StepFailure? Refuse(Route route)
    {
        if (LinkOf(route.LinkIndex) is not { IsUp: true })
        {
            return Fail(FailureKind.Transient, "ENETDOWN");
        }

        if (!route.PreferredSource.IsNone && !IsLocal(route.PreferredSource))
        {
            return Fail(FailureKind.Invalid, $"EINVAL: Invalid prefsrc address {route.PreferredSource}");
        }

        if (route.Gateway.IsNone)
        {
            return null;
        }

        if (IsLocal(route.Gateway))
        {
            return Fail(FailureKind.Invalid, $"EINVAL: Nexthop has invalid gateway {route.Gateway}");
        }

        var reachable = route.OnLink || _routes.Any(r => r.LinkIndex == route.LinkIndex && r.Gateway.IsNone && r.Destination.Contains(route.Gateway)
            && (r.Table == Route.MainTable || (r.Table == route.Table && Features.GatewayInOwnTable)));
        return reachable ? null : Fail(FailureKind.Transient, $"ENETUNREACH: Nexthop has invalid gateway {route.Gateway}");
    }

    private static (uint Table, IpPrefix Destination, uint Metric) Place(Route route) => (route.Table, route.Destination, route.Metric);

    private static Route PrefixRouteOf(LinkAddress address) => new()
    {
        Table = Route.MainTable,
        Destination = address.Address.Prefix,
        LinkIndex = address.LinkIndex,
        Metric = address.Metric,
        PreferredSource = address.Address.Address,
        Protocol = Route.KernelProtocol,
        IsLinkScope = true,
    };

    // The kernel appends its own routes: one with the same destination and metric that was there before keeps winning.
    private void MakePrefixRoute(FakeAddress address)
    {
        var route = PrefixRouteOf(address.Value);
        if (!address.IsSecondary && !address.Value.NoPrefixRoute && address.Value.Address.PrefixLength < 32
            && LinkOf(address.Value.LinkIndex) is { IsUp: true } && !_routes.Any(r => r.Key == route.Key))
        {
            _routes.Add(route);
        }
    }

    private void DropPrefixRoute(FakeAddress address)
    {
        if (!address.IsSecondary && !address.Value.NoPrefixRoute)
        {
            var key = PrefixRouteOf(address.Value).Key;
            _routes.RemoveAll(r => r.Key == key && r.Protocol == Route.KernelProtocol);
            _collateral.Add(key);
        }
    }

    // fib_sync_down_addr(): once the address is nowhere on the machine, routes of main that prefer it go (before 4.9 those of every table).
    private void DropRoutesPreferring(IpAddress source)
    {
        if (!IsLocal(source))
        {
            bool Prefers(Route route) => route.PreferredSource == source && route.Table == Route.MainTable;
            _collateral.UnionWith(_routes.Where(Prefers).Select(r => r.Key));
            _routes.RemoveAll(Prefers);
        }
    }
}
