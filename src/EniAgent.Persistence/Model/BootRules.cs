using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;

namespace EniAgent.Persistence.Model;

/// <summary>
/// The rules that files bring up. Which flavour depends on the format alone: the rule that leaves out the ENIs' link group is only right on links that are in
/// it, and most formats cannot put a link into a group.
/// </summary>
public static class BootRules
{
    /// <summary>The rules as the agent itself has them, for formats that can write a link's group.</summary>
    public static IReadOnlyList<BootRule> Grouped(BootState state) =>
        !state.HasRules ? [] : [new(null, Main(state) with { SuppressGroup = state.Network.LinkGroup }), .. Common(state, RulePriorities.From(state.Network).PrimarySource)];

    /// <summary>
    /// An equivalent that needs no group: what goes from a secondary ENI's address to an ENI's subnet asks that ENI's table before main is asked, for main
    /// would answer with another ENI.
    /// </summary>
    public static IReadOnlyList<BootRule> Ungrouped(BootState state)
    {
        if (!state.HasRules)
        {
            return [];
        }

        var at = RulePriorities.From(state.Network);
        var subnets = state.Enis.Select(eni => eni.Subnet).Concat(state.Enis.SelectMany(eni => eni.Routes).Select(route => route.Destination))
            .Where(prefix => !prefix.IsDefault).Distinct().Order().ToList();
        var ahead =
            from eni in state.Secondaries
            from source in PrefixCover.Exact(eni.Addresses)
            from subnet in subnets
            where subnet.Family == source.Family
            select new BootRule(eni.Mac, new Rule { Priority = at.Jump, From = source, To = subnet, Table = eni.Table });

        // Likewise for the primary ENI, behind the secondary ones that may share its subnet.
        return [.. ahead, new(null, Main(state)), .. Common(state, at.Jump + 5)];
    }

    private static Rule Main(BootState state) =>
        new() { Priority = RulePriorities.From(state.Network).Main, Table = Route.MainTable, SuppressPrefixLength = 0 };

    private static IEnumerable<BootRule> Common(BootState state, uint primarySource)
    {
        var at = RulePriorities.From(state.Network);
        foreach (var eni in state.Secondaries)
        {
            foreach (var source in PrefixCover.Exact(eni.Addresses))
            {
                yield return new BootRule(eni.Mac, new Rule { Priority = at.Source, From = source, Table = eni.Table });
            }
        }

        if (state.Primary is { } primary)
        {
            foreach (var eni in state.Secondaries.Where(eni => eni.Subnet != primary.Subnet).DistinctBy(eni => eni.Subnet))
            {
                yield return new BootRule(
                    eni.Mac, new Rule { Priority = primarySource, From = primary.Subnet, To = eni.Subnet, Table = primary.Table });
            }
        }

        foreach (var eni in state.Secondaries)
        {
            yield return new BootRule(eni.Mac, new Rule { Priority = at.Bound, OutputInterface = eni.Interface, Table = eni.Table });
        }
    }
}

/// <summary>A rule that a file brings up.</summary>
/// <param name="Eni">The secondary ENI with whose NIC it comes; null for the one that all of them share.</param>
/// <param name="Rule">The rule.</param>
public sealed record BootRule(MacAddress? Eni, Rule Rule);
