using EniAgent.Core.Addressing;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Networkd;

/// <summary>Reads what matters of a .network file.</summary>
internal static class NetworkText
{
    /// <summary>Whether its [Match] can only be this ENI's NIC: it names one MAC, or one name without a pattern.</summary>
    public static bool ServesOnly(string text, BootEni eni) => Entries(text).Where(entry => entry.Section == "Match").GroupBy(entry => entry.Key, entry => entry.Value)
        .Any(key => key.ToList() is [var only] && key.Key switch
        {
            "MACAddress" or "PermanentMACAddress" => MacAddress.TryParse(only, out var mac) && mac == eni.Mac,
            "Name" => only == eni.Interface,
            _ => false,
        });

    /// <summary>The text without its [Match].</summary>
    public static string WithoutMatch(string text)
    {
        var kept = new List<string>();
        var isMatch = false;
        foreach (var line in text.Split('\n'))
        {
            isMatch = line.TrimStart().StartsWith('[') ? line.Trim() == "[Match]" : isMatch;
            if (!isMatch)
            {
                kept.Add(line);
            }
        }

        return string.Join('\n', kept).TrimEnd('\n') + "\n";
    }

    /// <summary>The addresses that it gives by itself.</summary>
    public static IReadOnlySet<IpAddress> Addresses(string text) => Entries(text)
        .Where(entry => entry is { Section: "Network" or "Address", Key: "Address" })
        .Select(entry => IpAddress.TryParse(entry.Value.Split('/')[0], out var address) ? address : default).ToHashSet();

    private static IEnumerable<(string Section, string Key, string Value)> Entries(string text)
    {
        var section = "";
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line is ['[', .. var name, ']'])
            {
                section = name;
            }
            else if (line.Length > 0 && line[0] is not ('#' or ';') && line.Split('=', 2) is [var key, var value])
            {
                yield return (section, key.Trim(), value.Trim());
            }
        }
    }
}
