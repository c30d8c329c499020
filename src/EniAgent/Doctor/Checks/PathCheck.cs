using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Doctor.Words;
using EniAgent.Linux.Kernel;
using EniAgent.Netlink;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether what comes from an address leaves through its ENI, as the kernel would route it, and which rule or route is to blame where it does not.</summary>
internal sealed class PathCheck : ICheck
{
    private const string Path = "path", Hidden = "rule-hidden", Route = "route-conflict", Drift = "drift", Tunnel = "vpn";

    private const uint LateRules = 32100, Step = 20;

    private static readonly IpAddress Internet = PathText.Internet;

    // Of hundreds of addresses that all go wrong a few say enough.
    private const int Examples = 5;

    public IReadOnlyList<string> Ids => [Path, Hidden, Route, Tunnel, Drift];

    public string Topic(Language language) => new NetworkWords(language).Paths;

    public void Look(Examination facts, Findings found)
    {
        if (facts.Result is not { } result)
        {
            return;
        }

        var words = new NetworkWords(facts.Language);
        var isExplained = false;
        foreach (var eni in facts.Managed.Where(eni => eni.Link!.IsUp))
        {
            isExplained |= LookAt(facts, eni, words, found);
        }

        foreach (var conflict in result.Planning.Conflicts.Where(conflict => conflict.Address is null))
        {
            found.Warn(Route, facts.Enis.FirstOrDefault(eni => eni.Mac == conflict.Eni)?.Link?.Name ?? "", words.RouteInTheWay, [facts.Language.Say(conflict.Message)], RemedyOf(facts, conflict));
        }

        // What has been found already explains the rest: routes and rules follow from links and addresses.
        var left = result.Planning.Plan.Steps.Where(step => IsRouting(step) || step is SetLinkGroup { To: 0 } or SetSysctl { Restores: true }).Select(step => words.Change(Text(facts, step))).ToList();
        if (left.Count > 0 && !isExplained && !found.HasTroubleBut(MetadataCheck.Answer, MetadataCheck.Eni))
        {
            found.Suspect(facts.SeesAll, Drift, "", words.Drift, Few(left, words), [facts.Converge]);
        }
    }

    // True where something was found.
    private static bool LookAt(Examination facts, DesiredEni eni, NetworkWords words, Findings found)
    {
        var (result, nic, wrong) = (facts.Result!, eni.Link!.Name, new List<string>());
        var (early, drawn, other, from, lost) = (new List<Rule>(), new List<Route>(), 0, default(IpAddress), default(IpAddress));
        var isByDefault = true;
        var ours = RulePriorities.From(facts.Options.Network);
        var ways = 0;
        foreach (var (address, _, _) in eni.Metadata!.Addresses.Where(a => facts.IsPresent(eni, a.Address)))
        {
            var before = ways;
            foreach (var (to, target) in Targets(facts, eni, words))
            {
                var path = facts.Kernel.PathOf(address, to);
                if (path.LinkIndex == eni.Link.Index)
                {
                    continue;
                }

                var rule = PathText.RuleOf(facts, path, address, to);
                (other, from, lost) = (path.LinkIndex, address, to);
                isByDefault &= path.Route is { Table: Core.Kernel.Route.MainTable, Destination.IsDefault: true };
                if (rule is { Priority: > 0 } && rule.Priority < ours.Source && !result.Owned.Owns(rule) && !early.Contains(rule))
                {
                    early.Add(rule);
                }

                if (path.Route is { Table: Core.Kernel.Route.MainTable, Destination.IsDefault: false, Protocol: not Core.Kernel.Route.KernelProtocol } route && facts.Enis.All(o => o.Link?.Index != route.LinkIndex))
                {
                    drawn.Add(route);
                }

                if (++ways <= Examples)
                {
                    wrong.Add(words.Goes($"{address}", $"{to}", target, PathText.Of(facts, path)));
                }

                AddOnce(wrong, rule is null ? null : words.ByRule($"{rule.Priority}: {RuleText.Of(rule)}"));
                AddOnce(wrong, path.Route is null ? null : words.ByRoute(StepText.Of(path.Route, facts.LinkName)));
            }

            if (ways == before)
            {
                found.Ok(Path, nic, words.Symmetric($"{address}"));
            }
        }

        if (ways == 0)
        {
            return false;
        }

        if (ways > Examples)
        {
            wrong.Add(words.More(ways - Examples));
        }

        // By the groups of other ENIs' links it is decided which routes of main are for all.
        var missing = result.Planning.Plan.Steps.Where(step => step is SetLinkGroup { To: not 0 } || (IsRouting(step) && (step.Eni == eni.Mac || step.Eni is null))).ToList();
        wrong.AddRange(Few([.. missing.Where(step => step is AddRoute or ReplaceRoute or AddRule or SetLinkGroup).Select(step => words.NotThere(Text(facts, step)))], words));
        if (eni.IsPrimary && facts.Enis.All(o => o.Link?.Index != other) && other != 0)
        {
            var table = result.Desired.Routes.Any(route => route.Route.Table == eni.Table) ? eni.Table : (uint?)null;
            found.Warn(Tunnel, facts.LinkName(other), words.Tunnel(facts.LinkName(other)), wrong, table is null
                ? ["ip rule", $"ip route get {Internet} from {from}"]
                : [.. eni.Metadata.Addresses.Select(a => $"ip rule add pref {ours.PrimarySource} from {a.Address} lookup {table}")]);
        }
        else if (early.Count > 0)
        {
            // Moved behind the agent's, they go on to do what they were made for; those of a VPN that came up later have taken the first free priorities.
            var (shown, added, gone, priority) = (new List<string>(), new List<string>(), new List<string>(), LateRules);
            foreach (var rule in result.Observed.Rules.Where(early.Contains))
            {
                var isExact = rule.Native is not (RuleMessage { TunnelId: not null } or RuleMessage { UnknownAttributes.IsEmpty: false });
                if (!isExact || result.Observed.Rules.Any(next => next.Priority > rule.Priority && next.Priority < ours.Source && !result.Owned.Owns(next) && !early.Contains(next) && RuleText.IsFor(next, from, lost)))
                {
                    // There is more to it than can be typed, or it keeps packets from another one that would take them next.
                    shown.Add($"ip -d rule show pref {rule.Priority}");
                    continue;
                }

                // One for an address of this ENI's has nothing else to do.
                if (rule is not { HasMore: false, To: null } || !eni.Metadata.Addresses.Any(a => IpPrefix.Host(a.Address) == rule.From))
                {
                    priority = FreePriority(result.Observed.Rules, priority);
                    added.Add($"ip rule add pref {priority++} {RuleText.Of(rule)}");
                }

                gone.Add($"ip rule del pref {rule.Priority} {RuleText.Of(rule)}");
            }

            // One that excepts something from another stands before it, and must not go first.
            gone.Reverse();
            List<string> moved = [.. shown, .. added, .. gone];
            found.Error(Hidden, nic, words.RuleHidden(nic), wrong, missing.Count > 0 ? [.. moved, facts.Converge] : moved);
        }
        else
        {
            found.Error(Path, nic, eni.IsPrimary && other != 0 ? words.PathWrongPrimary(nic, facts.LinkName(other)) : words.PathWrong(nic), wrong, missing.Count > 0
                ? [facts.Converge]
                : drawn.Count > 0 && facts.Features.RuleSuppression ? MoveBehind(facts, drawn)
                : isByDefault && result.Desired.Routes.Any(route => route.Route.Table == eni.Table) ? [.. eni.Metadata.Addresses.Select(a => $"ip rule add pref {ours.PrimarySource} from {a.Address} lookup {eni.Table}")]
                : ["ip rule", $"ip route get {lost} from {from}"]);
        }

        return true;
    }

    // Of main's routes the more specific ones are asked before the agent's tables, and these must be asked after. They go on to be asked before main's default, and
    // main's others before them: the way to the tunnel's own server, say. Each line leaves a way to everything that had one.
    private static List<string> MoveBehind(Examination facts, List<Route> drawn)
    {
        // Halves and quarters of the internet come together, and one packet sees one of them.
        var routes = facts.Kernel.Routes(Core.Kernel.Route.MainTable)
            .Where(route => route is { Destination.IsDefault: false, Protocol: not Core.Kernel.Route.KernelProtocol } && drawn.Exists(one => one.LinkIndex == route.LinkIndex && one.Destination.Length >= route.Destination.Length))
            .Select(route => StepText.Of(route, facts.LinkName)).ToList();
        var rules = facts.Result!.Observed.Rules;
        var table = LateRules;
        while (facts.Kernel.Routes(table).Count > 0 && !rules.Any(rule => IsThere(rule, table)))
        {
            table += Step;
        }

        List<string> lines = rules.Any(rule => IsThere(rule, table)) ? [] : [$"ip rule add pref {table - 1} lookup main suppress_prefixlength 0", $"ip rule add pref {table} lookup {table}"];
        return [.. lines, .. routes.Select(route => $"ip route replace {route} table {table}"), .. routes.Select(route => $"ip route del {route}")];
    }

    private static bool IsThere(Rule rule, uint table) => rule is { HasMore: false, From: null, To: null, OutputInterface: null } && rule.Table == table && rule.Priority == table;

    // Behind the agent's rules, where nobody has one.
    private static uint FreePriority(IReadOnlyList<Rule> rules, uint priority)
    {
        while (rules.Any(rule => rule.Priority == priority))
        {
            priority++;
        }

        return priority;
    }

    private static IEnumerable<(IpAddress To, string Target)> Targets(Examination facts, DesiredEni eni, NetworkWords words)
    {
        yield return (eni.Metadata!.Gateway, words.Gateway);
        if (facts.Managed.FirstOrDefault(other => other.Metadata!.Subnet != eni.Metadata.Subnet)?.Metadata is { } elsewhere)
        {
            yield return (elsewhere.Gateway, words.OtherSubnet);
        }

        yield return (Internet, words.Internet);
    }

    private static string[] RemedyOf(Examination facts, Conflict conflict) =>
        conflict.Blocking is { } route ? [$"ip route del {StepText.Of(route, facts.LinkName)}", facts.Converge] : [facts.Converge];

    private static List<string> Few(List<string> lines, NetworkWords words) => lines.Count <= Examples ? lines : [.. lines.Take(Examples), words.More(lines.Count - Examples)];

    private static void AddOnce(List<string> lines, string? line)
    {
        if (line is not null && !lines.Contains(line))
        {
            lines.Add(line);
        }
    }

    private static bool IsRouting(Step step) => step is AddRoute or DeleteRoute or ReplaceRoute or AddRule or DeleteRule;

    private static string Text(Examination facts, Step step) => $"{step.Sign} {StepText.Of(step, facts.LinkName)}";
}
