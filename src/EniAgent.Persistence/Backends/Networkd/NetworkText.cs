using EniAgent.Core.Addressing;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Networkd;

/// <summary>Reads what matters of a .network file.</summary>
internal static class NetworkText
{
    /// <summary>Whether its [Match] can only be this ENI's NIC: it names one MAC, or one name without a pattern.</summary>
    public static bool ServesOnly(string text, BootEni eni) => IniText.Lines(text).Where(line => line is { Section: "Match", Key: not null }).GroupBy(line => line.Key, line => line.Value)
        .Any(key => key.ToList() is [var only] && key.Key switch
        {
            "MACAddress" or "PermanentMACAddress" => MacAddress.TryParse(only, out var mac) && mac == eni.Mac,
            "Name" => only == eni.Interface,
            _ => false,
        });

    /// <summary>The text without its [Match].</summary>
    public static string WithoutMatch(string text) =>
        string.Join('\n', IniText.Lines(text).Where(line => line.Section != "Match").Select(line => line.Text)).TrimEnd('\n') + "\n";

    /// <summary>The addresses that it gives by itself.</summary>
    public static IReadOnlySet<IpAddress> Addresses(string text) => IniText.Lines(text)
        .Where(line => line is { Section: "Network" or "Address", Key: "Address" })
        .Select(line => IpAddress.TryParse(line.Value.Split('/')[0], out var address) ? address : default).ToHashSet();

    /// <summary>Whether it puts the NIC into a link group.</summary>
    public static bool HasGroup(string text) => IniText.Lines(text).ValueOf("Link", "Group") is not null;
}
