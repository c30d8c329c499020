using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Linux.Kernel;

namespace EniAgent.Tests.Doctor;

/// <summary>Asks the fake kernel as doctor asks the real one.</summary>
internal sealed class FakeInspector(FakeKernel kernel) : INetworkInspector
{
    public IReadOnlyList<Link> Links() => kernel.Links;

    public IReadOnlyList<Route> Routes(uint table) => [.. Observe().Routes.Where(route => route.Table == table)];

    public NetworkPath PathOf(IpAddress from, IpAddress to, int? incoming = null)
    {
        foreach (var rule in Observe().Rules)
        {
            if (RuleText.IsFor(rule, from, to) && rule.Table is { } table && table != FakeKernel.LocalTable && kernel.LookUpTable(table, to) is { } route
                && !(rule.SuppressPrefixLength >= route.Destination.Length || rule.SuppressGroup == kernel.Links.Single(link => link.Index == route.LinkIndex).Group))
            {
                return new NetworkPath(route.LinkIndex, route.Gateway, table, route, null);
            }
        }

        return new NetworkPath(0, default, 0, null, "no route");
    }

    private ObservedState Observe() => kernel.Observe(new ObserveRequest(kernel.Links.Select(link => link.Mac).ToHashSet(), 131, AllMainRoutes: true));
}
