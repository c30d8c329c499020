using System.Globalization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>Anybody's rules in the words of <c>ip rule</c>, also what Core's model does not hold of them.</summary>
public static class RuleText
{
    private const string OwnPackets = "lo";

    /// <summary>The rule without its priority, e.g. "not from all fwmark 0xca6c lookup 51820".</summary>
    public static string Of(Rule rule)
    {
        var text = StepText.Of(rule);
        var words = text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (rule is not { HasMore: true, Native: RuleMessage native })
        {
            return words;
        }

        var lookup = words.IndexOf(" lookup ", StringComparison.Ordinal);
        var (selectors, action) = lookup < 0 ? (words, ActionOf(native)) : (words[..lookup], words[lookup..]);
        return (native.IsInverted ? "not " : "") + selectors
            + (native.InputInterface is { } input ? $" iif {input}" : "")
            + (native.FwMark is { } mark ? string.Create(CultureInfo.InvariantCulture, $" fwmark 0x{mark:x}{(native.FwMask is { } mask and not uint.MaxValue ? $"/0x{mask:x}" : "")}") : "")
            + (native.Tos != 0 ? $" tos 0x{native.Tos:x2}" : "")
            + (native.UserIds is { } users ? $" uidrange {users.First}-{users.Last}" : "")
            + (native.IpProtocol is { } protocol ? $" ipproto {protocol}" : "")
            + (native.SourcePorts is { } source ? $" sport {source.First}-{source.Last}" : "")
            + (native.DestinationPorts is { } destination ? $" dport {destination.First}-{destination.Last}" : "")
            + (native.L3MasterDevice ? " l3mdev" : "")
            + action;
    }

    /// <summary>The mark that the rule is for; null where it is for packets without one, or for any.</summary>
    public static uint? MarkOf(Rule rule) => rule.Native is RuleMessage { IsInverted: false, FwMark: { } mark } ? mark : null;

    /// <summary>Whether the rule excepts packets with a mark, as a VPN's does that takes all others.</summary>
    public static bool TakesAllWithoutMark(Rule rule) => rule is { From: null, To: null, Native: RuleMessage { IsInverted: true, FwMark: not null } };

    /// <summary>Whether the rule is meant for a packet of this machine's own that has no mark and comes from no particular user, socket or port.</summary>
    public static bool IsFor(Rule rule, IpAddress from, IpAddress to)
    {
        var matches = (rule.From is not { } source || source.Contains(from)) && (rule.To is not { } destination || destination.Contains(to)) && rule.OutputInterface is null;
        if (rule.Native is not RuleMessage native)
        {
            return matches && !rule.HasMore;
        }

        matches &= native.InputInterface is null or OwnPackets && (native.FwMark is not { } mark || (mark & (native.FwMask ?? uint.MaxValue)) == 0)
            && native.Tos == 0 && native.UserIds is null && native.IpProtocol is null && native.SourcePorts is null && native.DestinationPorts is null
            && !native.L3MasterDevice && native.TunnelId is null;
        return matches != native.IsInverted;
    }

    private static string ActionOf(RuleMessage rule) => rule.Action switch { 6 => " blackhole", 7 => " unreachable", 8 => " prohibit", _ => "" };
}
