using System.Text.RegularExpressions;

namespace EniAgent.Fuzz.Tests.Targets.Persistence;

/// <summary>Which lines of somebody else's file are not the agent's to change, told without its own code.</summary>
internal static partial class TheirLines
{
    /// <summary>Those of a file, in order.</summary>
    public static IReadOnlyList<string> Of(string path, string text)
    {
        var name = Path.GetFileName(path);
        return path.StartsWith("/etc/sysconfig/", StringComparison.Ordinal)
            ? name.StartsWith("ifcfg-", StringComparison.Ordinal) ? [.. Lines(text).Where(line => !Address().IsMatch(line))] : OutsideOfOurs(text)
            : OutsideOfIpv4(text);
    }

    /// <summary>Whether all lines of one file stand in another in the same order.</summary>
    public static bool Stay(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var found = 0;
        foreach (var line in after)
        {
            found += found < before.Count && before[found] == line ? 1 : 0;
        }

        return found == before.Count;
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');

    private static List<string> OutsideOfOurs(string text)
    {
        var lines = new List<string>();
        var isOurs = false;
        foreach (var line in Lines(text))
        {
            isOurs |= line == "# eni-agent: what follows is kept by it";
            if (!isOurs)
            {
                lines.Add(line);
            }

            isOurs &= line != "# eni-agent: end";
        }

        return lines;
    }

    private static List<string> OutsideOfIpv4(string text)
    {
        var lines = new List<string>();
        var isIpv4 = false;
        foreach (var line in Lines(text))
        {
            var trimmed = line.Trim();
            isIpv4 = trimmed.StartsWith('[') && trimmed.EndsWith(']') ? trimmed == "[ipv4]" : isIpv4;
            if (!isIpv4 || !Ipv4().IsMatch(line))
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    [GeneratedRegex("^[ \t]*((IPADDR|PREFIX|NETMASK|GATEWAY|BROADCAST|NETWORK)[0-9]*|ROUTING_RULE_[0-9]+)=")]
    private static partial Regex Address();

    [GeneratedRegex("^\\s*(address|route|routing-rule|gateway)(es|s)?[0-9]*(_options)?\\s*=")]
    private static partial Regex Ipv4();
}
