using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;

namespace EniAgent.Core.Tests.Fakes;

/// <summary>Where a packet goes.</summary>
/// <param name="Link">Through which link; "local" for one of the machine's own addresses, null for nowhere.</param>
/// <param name="Gateway">Through which gateway.</param>
internal readonly record struct Way(string? Link, IpAddress Gateway);

// fib_rules_lookup(), fib4_rule_match(), fib4_rule_suppress() and fib_table_lookup() for packets without a mark.
internal sealed partial class FakeKernel
{
    /// <summary>The way of a locally made packet.</summary>
    /// <param name="source">The address that the socket is bound to; none for an unbound one.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="device">The device that the socket is bound to; null for none.</param>
    public Way Lookup(IpAddress source, IpAddress destination, string? device = null)
    {
        using var held = _lock.EnterScope();
        for (var i = 0; i < _rules.Count; i++)
        {
            var rule = _rules[i];
            if (rule.HasMore || rule.From is { IsDefault: false } from && !from.Contains(source) || rule.To is { } to && !to.Contains(destination)
                || (rule.OutputInterface is { } oif && oif != device))
            {
                continue;
            }

            if (rule.Goto is { } target)
            {
                // A jump to where no rule stands is no jump.
                var index = _rules.FindIndex(r => r.Priority == target);
                i = index < 0 ? i : index - 1;
            }
            else if (rule.Table == LocalTable)
            {
                if (IsLocal(destination))
                {
                    return new Way("local", default);
                }
            }
            else if (LookUpTable(rule.Table!.Value, destination, device) is { } route
                && !(rule.SuppressPrefixLength >= route.Destination.Length || rule.SuppressGroup == LinkOf(route.LinkIndex)!.Group))
            {
                return new Way(NameOf(route.LinkIndex), route.Gateway);
            }
        }

        return default;
    }

    /// <summary>The route of a table that answers for a destination: the longest prefix, then the least metric, then the oldest.</summary>
    public Route? LookUpTable(uint table, IpAddress destination, string? device = null)
    {
        using var held = _lock.EnterScope();
        Route? best = null;
        foreach (var route in _routes)
        {
            if (route.Table == table && route.Destination.Contains(destination) && (device is null || NameOf(route.LinkIndex) == device)
                && (best is null || route.Destination.Length > best.Destination.Length
                    || (route.Destination.Length == best.Destination.Length && route.Metric < best.Metric)))
            {
                best = route;
            }
        }

        return best;
    }
}
