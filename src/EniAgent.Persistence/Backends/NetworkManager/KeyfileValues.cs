using System.Globalization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.NetworkManager;

/// <summary>A route as a keyfile has it, e.g. "10.0.2.0/24,0.0.0.0,0" with the options "table=31001".</summary>
internal readonly record struct KeyfileRoute(string Value, string Options);

/// <summary>An ENI's addresses, routes and rules as values of the section ipv4 of a keyfile, spelled as NetworkManager itself spells them.</summary>
/// <param name="state">What is to be.</param>
/// <param name="knowsRules">Whether this NetworkManager knows all that our rules need.</param>
internal sealed class KeyfileValues(BootState state, bool knowsRules)
{
    private readonly IReadOnlyList<BootRule> _rules = knowsRules ? BootRules.Ungrouped(state) : [];

    /// <summary>The configured routes in main, and with rules all of the ENI's own table.</summary>
    public IReadOnlyList<KeyfileRoute> Routes(BootEni eni) =>
    [
        .. eni.Routes.Select(route => RouteOf(eni, route, Route.MainTable)),
        .. (state.HasRules && knowsRules ? eni.TableRoutes : []).Select(route => RouteOf(eni, route, eni.Table)),
    ];

    /// <summary>The rules that come with the ENI's NIC. The one that all share comes with each: NetworkManager takes it for the same, and keeps it until the last one goes.</summary>
    public IReadOnlyList<string> Rules(BootEni eni) => eni.IsPrimary ? [] : [.. _rules.Where(rule => rule.Eni is null || rule.Eni == eni.Mac).Select(rule => RuleOf(rule.Rule))];

    /// <summary>Whether a rule of a keyfile is one of ours, by its priority.</summary>
    public static bool IsOurs(string rule, BootState state) =>
        rule.Split(' ') is ["priority", var priority, ..] && uint.TryParse(priority, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && RulePriorities.From(state.Network).Holds(number);

    /// <summary>Whether a route of a keyfile is one of ours, by its table.</summary>
    public static bool IsOurs(KeyfileRoute route, BootState state) =>
        route.Options.Split(',').Any(option => option.Split('=') is ["table", var table] && state.Enis.Any(eni => table == eni.Table.ToString(CultureInfo.InvariantCulture)));

    private static KeyfileRoute RouteOf(BootEni eni, BootRoute route, uint table)
    {
        var gateway = route.Gateway.IsNone ? "0.0.0.0" : route.Gateway.ToString();
        return new(
            $"{(route.Destination.IsDefault ? "0.0.0.0/0" : route.Destination)},{gateway},0",
            string.Create(CultureInfo.InvariantCulture, $"{(eni.NeedsOnLink(route.Gateway) ? "onlink=true," : "")}table={table}"));
    }

    private static string RuleOf(Rule rule)
    {
        var words = new List<string> { string.Create(CultureInfo.InvariantCulture, $"priority {rule.Priority} from {(rule.From is { } from ? Spelled(from) : "0.0.0.0/0")}") };
        Add("to", rule.To is { } to ? Spelled(to) : null);
        Add("oif", rule.OutputInterface);
        Add("suppress_prefixlength", rule.SuppressPrefixLength?.ToString());
        Add("table", $"{rule.Table}");
        return string.Join(' ', words);

        void Add(string word, string? value)
        {
            if (value is not null)
            {
                words.Add($"{word} {value}");
            }
        }
    }

    private static string Spelled(IpPrefix prefix) => prefix.Length == 32 ? prefix.Network.ToString() : prefix.ToString();
}
