using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Linux.Kernel;

namespace EniAgent.Doctor;

/// <summary>A packet's way in words, and what decided about it.</summary>
internal static class PathText
{
    /// <summary>Any address of the internet does: nothing is sent there.</summary>
    public static readonly IpAddress Internet = IpAddress.Parse("119.29.29.29");

    public static string Of(Examination facts, NetworkPath path) =>
        path.Failure ?? (path.Gateway.IsNone ? "" : $"via {path.Gateway} ") + $"dev {facts.LinkName(path.LinkIndex)} table {(path.Table == Route.MainTable ? "main" : path.Table.ToString())}";

    /// <summary>The rule that sent the packet to the table that answered; null where it cannot be told.</summary>
    public static Rule? RuleOf(Examination facts, NetworkPath path, IpAddress from, IpAddress to)
    {
        var group = facts.Links.FirstOrDefault(link => link.Index == path.LinkIndex)?.Group;
        foreach (var rule in facts.Result!.Observed.Rules)
        {
            var isSuppressed = (path.Route is { } route && rule.SuppressPrefixLength >= route.Destination.Length) || (rule.SuppressGroup is { } suppressed && suppressed == group);
            if (rule.Table == path.Table && !isSuppressed && RuleText.IsFor(rule, from, to))
            {
                return rule;
            }
        }

        return null;
    }
}
