using System.Globalization;
using System.Text;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Ifupdown;

/// <summary>
/// An ENI's stanza: commands of ip(8), in the order of a plan – group, link, table, rules, then addresses, for an address's route in main must not exist a moment
/// before the rules that correct it. ifup gives a NIC up, stanzas that follow included, at the first command that fails: none of ours ever does, for the primary
/// NIC's own stanza may be the one that follows. And each asks first whether the NIC is the right one, for names change between boots, and images are cloned.
/// </summary>
internal static class Stanza
{
    /// <summary>Writes it; null where there is nothing to say.</summary>
    public static string? Of(BootEni eni, BootState state, InterfacesFiles interfaces)
    {
        var addresses = eni.Addresses.Skip(eni.IsPrimary ? 1 : 0).Where(address => !interfaces.Gives(eni.Interface, address)).ToList();
        var commands = new List<(string Up, string? Down)>();
        if (state.HasRules)
        {
            commands.Add(($"ip link set dev {eni.Interface} group {state.Network.LinkGroup}", null));
        }

        commands.Add(($"ip link set dev {eni.Interface} up", null));
        if (state.HasRules)
        {
            commands.AddRange(eni.TableRoutes.Select(route => ($"ip route replace {IpArguments.Of(route, eni)} table {eni.Table}", (string?)null)));
            commands.AddRange(RulesOf(eni, state).Select(rule => ($"{{ ip rule del {IpArguments.Of(rule.Rule)} 2>/dev/null; ip rule add {IpArguments.Of(rule.Rule)}; }}", DownOf(rule))));
        }

        commands.AddRange(addresses.Select(address => (AddOf($"ip address add {address}/{eni.Subnet.Length} brd + dev {eni.Interface}", eni),
            (string?)$"ip address del {address}/{eni.Subnet.Length} dev {eni.Interface}")));
        commands.AddRange(eni.Routes.Select(route => ($"ip route replace {IpArguments.Of(route, eni)}", (string?)null)));
        if (commands.Count == 1)
        {
            return null;
        }

        var text = new StringBuilder();
        if (interfaces.DefinitionsOf(eni.Interface).Count == 0)
        {
            // As the NIC that is there in any case: what it waits for, this one's boot waits for as well; a NIC that is not there keeps nobody waiting.
            text.Append("allow-hotplug ").Append(eni.Interface).Append('\n');
        }

        text.Append("iface ").Append(eni.Interface).Append(" inet manual\n");
        foreach (var (up, _) in commands)
        {
            text.Append(CultureInfo.InvariantCulture, $"    up grep -qi {eni.Mac} /sys/class/net/{eni.Interface}/address && {up} || true\n");
        }

        foreach (var down in Enumerable.Reverse(commands).Select(command => command.Down).OfType<string>())
        {
            text.Append("    down ").Append(down).Append(" || true\n");
        }

        return text.ToString();
    }

    // An iproute2 or a kernel before 4.18 knows no metric of an address.
    private static string AddOf(string add, BootEni eni) =>
        !eni.SubnetInMain ? add + " noprefixroute" : eni.PrefixMetric > 0 ? $"{{ {add} metric {eni.PrefixMetric} || {add}; }}" : add;

    private static IEnumerable<BootRule> RulesOf(BootEni eni, BootState state) =>
        eni.IsPrimary ? [] : BootRules.Grouped(state).Where(rule => rule.Eni is null || rule.Eni == eni.Mac);

    // The rule that all share goes with none of them.
    private static string? DownOf(BootRule rule) => rule.Eni is null ? null : $"ip rule del {IpArguments.Of(rule.Rule)}";
}
