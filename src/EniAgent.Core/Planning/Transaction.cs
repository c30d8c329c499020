using System.Collections.Immutable;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;

namespace EniAgent.Core.Planning;

/// <summary>
/// Changes on which the machine's contact rests: noted before they are made, forgotten once contact was seen after them. A process that finds one begins where
/// another was ended before it knew.
/// </summary>
/// <param name="Tried">What metadata said when they were made.</param>
/// <param name="Steps">The steps that were made, and those that were about to be.</param>
/// <param name="Begun">When, by the clock that starts at boot and never jumps.</param>
public sealed record Transaction(MetadataSnapshot Tried, ImmutableArray<Step> Steps, TimeSpan Begun)
{
    /// <summary>The steps that were made, as far as the kernel shows their effect: only those can be taken back.</summary>
    public IReadOnlyList<Step> DoneIn(ObservedState observed) => [.. Steps.Where(step => IsDoneIn(observed, step))];

    private static bool IsDoneIn(ObservedState observed, Step step)
    {
        return step switch
        {
            SetLinkUp s => LinkOf(s.Link.Index)?.IsUp == s.Up,
            SetLinkGroup s => LinkOf(s.Link.Index)?.Group == s.To,
            SetSysctl s => observed.Sysctls.TryGetValue(s.Key, out var value) && value == s.To,
            AddAddress s => Has(s.Address),
            DeleteAddress s => LinkOf(s.Address.LinkIndex) is not null && !Has(s.Address),
            AddRoute s => HasRoute(s.Route),
            DeleteRoute s => LinkOf(s.Route.LinkIndex) is not null && !HasRoute(s.Route),
            ReplaceRoute s => HasRoute(s.New) && !HasRoute(s.Old),
            AddRule s => HasRule(s.Rule),
            DeleteRule s => !HasRule(s.Rule),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "unknown step"),
        };

        Link? LinkOf(int index) => observed.Links.FirstOrDefault(link => link.Index == index);

        // The same address may have been deleted and added again with another prefix route.
        bool Has(LinkAddress address) => observed.Addresses.Any(a => a.Key == address.Key && a.Metric == address.Metric && a.NoPrefixRoute == address.NoPrefixRoute);

        bool HasRoute(Route route) => observed.Routes.Any(r => r.Key == route.Key);

        bool HasRule(Rule rule) => observed.Rules.Any(r => r.Key == rule.Key && r.Protocol == rule.Protocol);
    }
}
