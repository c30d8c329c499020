using System.Text;
using EniAgent.Core.Kernel;

namespace EniAgent.Core.Planning;

/// <summary>Writes kernel objects and steps in the words of <c>ip</c> and <c>sysctl</c>.</summary>
public static class StepText
{
    /// <summary>The step without its sign, e.g. "address 10.0.3.133/24 dev eth1 metric 31001".</summary>
    /// <param name="step">The step.</param>
    /// <param name="linkName">Tells a link's name from its index.</param>
    public static string Of(Step step, Func<int, string> linkName) => step switch
    {
        SetLinkUp s => $"link {s.Link.Name} {(s.Up ? "up" : "down")}",
        SetLinkGroup s => $"link {s.Link.Name} group {s.From} -> {s.To}",
        SetSysctl s => $"sysctl {s.Key} {s.From} -> {s.To}",
        AddAddress s => "address " + Of(s.Address, linkName),
        DeleteAddress s => "address " + Of(s.Address, linkName),
        AddRoute s => "route " + Of(s.Route, linkName),
        DeleteRoute s => "route " + Of(s.Route, linkName),
        ReplaceRoute s => $"route {Of(s.Old, linkName)} -> {Of(s.New, linkName)}",
        AddRule s => "rule " + Of(s.Rule),
        DeleteRule s => "rule " + Of(s.Rule),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <summary>An address as <c>ip address</c> writes it.</summary>
    public static string Of(LinkAddress address, Func<int, string> linkName) =>
        $"{address.Address} dev {linkName(address.LinkIndex)}"
        + (address.Metric != 0 ? $" metric {address.Metric}" : "")
        + (address.NoPrefixRoute ? " noprefixroute" : "");

    /// <summary>A route as <c>ip route</c> writes it.</summary>
    public static string Of(Route route, Func<int, string> linkName)
    {
        var text = new StringBuilder(route.Destination.IsDefault ? "default" : route.Destination.ToString());
        if (!route.Gateway.IsNone)
        {
            text.Append(" via ").Append(route.Gateway);
        }

        text.Append(" dev ").Append(linkName(route.LinkIndex));
        if (route.Table != Route.MainTable)
        {
            text.Append(" table ").Append(route.Table);
        }

        if (!route.PreferredSource.IsNone)
        {
            text.Append(" src ").Append(route.PreferredSource);
        }

        if (route.Metric != 0)
        {
            text.Append(" metric ").Append(route.Metric);
        }

        return route.OnLink ? text.Append(" onlink").ToString() : text.ToString();
    }

    /// <summary>A rule as <c>ip rule</c> writes it.</summary>
    public static string Of(Rule rule)
    {
        var text = new StringBuilder().Append(rule.Priority).Append(": from ");
        text.Append(rule.From is { } from ? Selector(from) : "all");
        if (rule.To is { } to)
        {
            text.Append(" to ").Append(Selector(to));
        }

        if (rule.OutputInterface is { } name)
        {
            text.Append(" oif ").Append(name);
        }

        if (rule.Goto is { } target)
        {
            text.Append(" goto ").Append(target);
        }
        else if (rule.Table is { } table)
        {
            text.Append(" lookup ").Append(table == Route.MainTable ? "main" : table.ToString());
        }

        if (rule.SuppressPrefixLength is { } length)
        {
            text.Append(" suppress_prefixlength ").Append(length);
        }

        return rule.SuppressGroup is { } group ? text.Append(" suppress_ifgroup ").Append(group).ToString() : text.ToString();
    }

    private static string Selector(Addressing.IpPrefix prefix) =>
        prefix.Length == prefix.Network.Bits ? prefix.Network.ToString() : prefix.ToString();
}
