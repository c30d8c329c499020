using System.Globalization;
using System.Text;
using EniAgent.Core.Kernel;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Networkd;

/// <summary>Writes an ENI in the sections of systemd.network(5), in the flavour that this version of networkd knows.</summary>
internal sealed class NetworkSections
{
    // SuppressInterfaceGroup= came with it.
    private const int KnowsSuppressGroup = 250;

    // RouteMetric= of an address came with it.
    private const int KnowsAddressMetric = 249;

    // Kind= came with it.
    private const int KnowsKind = 251;

    private readonly BootState _state;
    private readonly bool _isGrouped;
    private readonly bool _knowsAddressMetric;
    private readonly bool _knowsKind;
    private readonly IReadOnlyList<BootRule> _rules;

    public NetworkSections(BootState state, HostFacts host, bool mayGroup)
    {
        _state = state;
        _knowsKind = host.SystemdVersion >= KnowsKind;
        _knowsAddressMetric = host.SystemdVersion >= KnowsAddressMetric;
        _isGrouped = mayGroup && state.HasRules && host.SystemdVersion >= KnowsSuppressGroup;
        _rules = _isGrouped ? BootRules.Grouped(state) : BootRules.Ungrouped(state);
    }

    /// <summary>[Match]. A VLAN or a bridge over the NIC has its MAC; the one has a type of its own where udev runs, the other a kind.</summary>
    public string Match(BootEni eni) => Section(
        "Match", [("MACAddress", eni.Mac.ToString()), ("Type", "ether"), .. _knowsKind ? [("Kind", "!bond bridge team vlan macvlan macvtap ipvlan")] : Array.Empty<(string, string)>()]);

    /// <summary>A secondary ENI that nobody else defines.</summary>
    public IEnumerable<string> Whole(BootEni eni) =>
    [
        Section("Link", [.. Group(), ("RequiredForOnline", "no")]),
        Section("Network", ("DHCP", "no")),
        .. eni.Addresses.Select(address => AddressOf(eni, address.ToString())),
        .. Routes(eni),
        .. Rules(eni),
    ];

    /// <summary>What is added to a definition: the primary address of the primary ENI is the definition's own affair.</summary>
    public IEnumerable<string> Added(BootEni eni, string definition)
    {
        var there = NetworkText.Addresses(definition);
        var addresses = eni.Addresses.Skip(eni.IsPrimary ? 1 : 0).Where(address => !there.Contains(address));
        return
        [
            .. _isGrouped ? [Section("Link", [.. Group()])] : Array.Empty<string>(),
            .. addresses.Select(address => AddressOf(eni, address.ToString())),
            .. Routes(eni),
            .. Rules(eni),
        ];
    }

    private IEnumerable<(string Key, string Value)> Group() => _isGrouped ? [("Group", _state.Network.LinkGroup.ToString(CultureInfo.InvariantCulture))] : [];

    private string AddressOf(BootEni eni, string address)
    {
        var entries = new List<(string, string)> { ("Address", $"{address}/{eni.Subnet.Length}") };
        if (!eni.SubnetInMain || NeedsPrefixRoute(eni))
        {
            entries.Add(("AddPrefixRoute", "no"));
        }
        else if (eni.PrefixMetric > 0)
        {
            entries.Add(("RouteMetric", eni.PrefixMetric.ToString(CultureInfo.InvariantCulture)));
        }

        return Section("Address", [.. entries]);
    }

    // With its metric: without one it may come before the primary ENI's, where both share a subnet.
    private bool NeedsPrefixRoute(BootEni eni) => eni is { SubnetInMain: true, PrefixMetric: > 0 } && !_knowsAddressMetric;

    private IEnumerable<string> Routes(BootEni eni) =>
        (NeedsPrefixRoute(eni) ? [RouteOf(eni, new BootRoute(eni.Subnet, default), table: null, eni.PrefixMetric)] : Array.Empty<string>()).Concat(eni.Routes.Select(route => RouteOf(eni, route, table: null))).Concat(_state.HasRules ? eni.TableRoutes.Select(route => RouteOf(eni, route, eni.Table)) : []);

    private static string RouteOf(BootEni eni, BootRoute route, uint? table, uint metric = 0)
    {
        var entries = new List<(string, string)>();
        if (!route.Destination.IsDefault)
        {
            entries.Add(("Destination", route.Destination.ToString()));
        }

        entries.Add(route.Gateway.IsNone ? ("Scope", "link") : ("Gateway", route.Gateway.ToString()));
        if (eni.NeedsOnLink(route.Gateway))
        {
            entries.Add(("GatewayOnLink", "yes"));
        }

        if (metric > 0)
        {
            entries.Add(("Metric", metric.ToString(CultureInfo.InvariantCulture)));
        }

        if (table is { } number)
        {
            entries.Add(("Table", number.ToString(CultureInfo.InvariantCulture)));
        }

        return Section("Route", [.. entries]);
    }

    // The rule that all share stands in each one's file: networkd knows it for the same.
    private IEnumerable<string> Rules(BootEni eni) => eni.IsPrimary ? [] : _rules.Where(rule => rule.Eni is null || rule.Eni == eni.Mac).Select(rule => RuleOf(rule.Rule));

    private static string RuleOf(Rule rule)
    {
        var entries = new List<(string, string)> { ("Priority", rule.Priority.ToString(CultureInfo.InvariantCulture)) };
        Add("From", rule.From?.ToString());
        Add("To", rule.To?.ToString());
        Add("OutgoingInterface", rule.OutputInterface);
        Add("Table", $"{rule.Table}");
        Add("SuppressPrefixLength", rule.SuppressPrefixLength?.ToString());
        Add("SuppressInterfaceGroup", rule.SuppressGroup?.ToString());
        return Section("RoutingPolicyRule", [.. entries]);

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                entries.Add((key, value));
            }
        }
    }

    private static string Section(string name, params (string Key, string Value)[] entries)
    {
        var text = new StringBuilder($"[{name}]\n");
        foreach (var (key, value) in entries)
        {
            text.Append(key).Append('=').Append(value).Append('\n');
        }

        return text.ToString();
    }
}
