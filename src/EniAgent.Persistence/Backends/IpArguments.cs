using System.Text;
using EniAgent.Core.Kernel;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends;

/// <summary>Routes and rules as arguments of ip(8), for the files that hold such.</summary>
internal static class IpArguments
{
    /// <summary>What stands behind <c>ip route add</c>, without the table.</summary>
    public static string Of(BootRoute route, BootEni eni)
    {
        var destination = route.Destination.IsDefault ? "default" : route.Destination.ToString();
        return route.Gateway.IsNone
            ? $"{destination} dev {eni.Interface} scope link"
            : $"{destination} via {route.Gateway} dev {eni.Interface}{(eni.NeedsOnLink(route.Gateway) ? " onlink" : "")}";
    }

    /// <summary>What stands behind <c>ip rule add</c>.</summary>
    public static string Of(Rule rule)
    {
        var text = new StringBuilder($"priority {rule.Priority}");
        _ = rule.From is { } from ? text.Append(" from ").Append(from) : text.Append(" from all");
        _ = rule.To is { } to ? text.Append(" to ").Append(to) : text;
        _ = rule.OutputInterface is { } name ? text.Append(" oif ").Append(name) : text;
        text.Append(" table ").Append(rule.Table == Route.MainTable ? "main" : rule.Table.ToString());
        _ = rule.SuppressPrefixLength is { } length ? text.Append(" suppress_prefixlength ").Append(length) : text;
        _ = rule.SuppressGroup is { } group ? text.Append(" suppress_ifgroup ").Append(group) : text;
        return text.ToString();
    }
}
