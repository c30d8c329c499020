using System.Globalization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Wording;
using EniAgent.Persistence.Files;

namespace EniAgent.Persistence.Backends.Ifcfg;

/// <summary>One address of an ifcfg file: IPADDRn with PREFIXn or NETMASKn, and GATEWAYn.</summary>
/// <param name="Suffix">"", "0", "1", …</param>
/// <param name="Address">The address.</param>
/// <param name="Length">Its prefix length; null where the file does not say.</param>
internal sealed record IfcfgAddress(string Suffix, IpAddress Address, int? Length);

/// <summary>Reads and edits the addresses of an ifcfg file in either spelling of the vendor's guide; every other line stays as it is, byte for byte.</summary>
internal static class IfcfgAddresses
{
    private static readonly string[] Kinds = ["IPADDR", "PREFIX", "NETMASK", "GATEWAY", "BROADCAST", "NETWORK"];

    /// <summary>The kind and the suffix of a key that belongs to an address; null for any other key.</summary>
    public static (string Kind, string Suffix)? Split(string? key)
    {
        if (key is null)
        {
            return null;
        }

        var kind = Kinds.FirstOrDefault(kind => key.StartsWith(kind, StringComparison.Ordinal));
        return kind is not null && key.AsSpan(kind.Length) is var rest && rest.Length <= 3 && !rest.ContainsAnyExceptInRange('0', '9')
            ? (kind, rest.ToString())
            : null;
    }

    /// <summary>The addresses of a file, in their order; null with the line of what is wrong.</summary>
    public static IReadOnlyList<IfcfgAddress>? Read(ShellAssignments file, out int line, out Sentence? problem)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < file.Lines.Count; i++)
        {
            var entry = file.Lines[i];
            if (Split(entry.Key) is not { } key)
            {
                continue;
            }

            line = i + 1;
            if (!seen.TryAdd(entry.Key!, entry.Value))
            {
                problem = FindingWords.StandsTwice(entry.Key);
                return null;
            }

            var isWrong = key.Kind switch
            {
                "IPADDR" => !IpAddress.TryParse(entry.Value, out _),
                "PREFIX" => !TryPrefix(entry.Value, out _),
                "NETMASK" => !TryMask(entry.Value, out _),
                _ => false,
            };
            if (isWrong)
            {
                problem = FindingWords.NotUnderstood(entry.Key, entry.Value);
                return null;
            }
        }

        (line, problem) = (0, null);
        return [.. seen.Keys.Where(key => Split(key)!.Value.Kind == "IPADDR").Select(key => Split(key)!.Value.Suffix)
            .OrderBy(Number)
            .Select(suffix => new IfcfgAddress(
                suffix,
                IpAddress.Parse(seen["IPADDR" + suffix]),
                seen.TryGetValue("PREFIX" + suffix, out var prefix) && TryPrefix(prefix, out var length) ? length
                    : seen.TryGetValue("NETMASK" + suffix, out var mask) && TryMask(mask, out var ofMask) ? ofMask : null))];
    }

    /// <summary>The lines of a file with other addresses.</summary>
    /// <param name="file">The file.</param>
    /// <param name="old">Its addresses.</param>
    /// <param name="wanted">The addresses as they must be: those that stay in the file's order, new ones where they belong.</param>
    /// <param name="gateway">The gateway that stands beside the first address, where the file names one; none leaves it.</param>
    public static IReadOnlyList<string> Edit(
        ShellAssignments file, IReadOnlyList<IfcfgAddress> old, IReadOnlyList<InterfaceAddress> wanted, IpAddress gateway)
    {
        var style = Style.Of(file, old);
        var suffixes = Style.Suffixes(old, wanted.Count);

        // An address that stays takes its lines along to its new number; the first one's place is the primary address's.
        var target = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < old.Count; i++)
        {
            var place = wanted.Select((a, at) => (a, at)).Where(w => w.a.Address == old[i].Address).Select(w => w.at).DefaultIfEmpty(-1).First();

            // One that stands there twice stays once.
            target[old[i].Suffix] = target.ContainsValue(place) ? -1 : place;
        }

        if (old.Count > 0 && target[old[0].Suffix] < 0 && wanted.Count > 0 && !target.ContainsValue(0))
        {
            target[old[0].Suffix] = 0;
        }

        var blocks = wanted.Select(_ => new List<string>()).ToList();
        var lines = new List<string>();
        var insertAt = -1;
        var isNumbered = wanted.Count > 0 && suffixes[0].Length > 0;
        var gateways = file.Lines.Select(line => Split(line.Key)).OfType<(string Kind, string Suffix)>().Where(key => key.Kind == "GATEWAY" && target.ContainsKey(key.Suffix))
            .Select(PlaceOf).Where(place => place >= 0).Select(place => suffixes[place]).ToList();
        foreach (var line in file.Lines)
        {
            if (Split(line.Key) is not { } key)
            {
                lines.Add(line.Text);
                continue;
            }

            if (!target.ContainsKey(key.Suffix))
            {
                // What speaks of no address would speak of the one that gets its number; of a gateway's only where another one gets it.
                if (!(key.Kind == "GATEWAY" ? gateways : suffixes).Contains(key.Suffix))
                {
                    lines.Add(line.Text);
                }

                continue;
            }

            var place = PlaceOf(key);
            if (place < 0)
            {
                insertAt = insertAt < 0 ? lines.Count : insertAt;
                continue;
            }

            var text = key.Kind switch
            {
                "IPADDR" => line.With("IPADDR" + suffixes[place], wanted[place].Address.ToString()),
                "PREFIX" => line.With("PREFIX" + suffixes[place], wanted[place].PrefixLength.ToString(CultureInfo.InvariantCulture)),
                "NETMASK" => line.With("NETMASK" + suffixes[place], MaskOf(wanted[place].PrefixLength)),

                // Classic network-scripts know no numbered gateway: the unnumbered one stays, and the guide's numbered one comes beside it.
                "GATEWAY" when key.Suffix.Length == 0 && isNumbered => GatewayOf(line, "GATEWAY", gateway) + "\n" + GatewayOf(line, "GATEWAY" + suffixes[place], gateway),
                "GATEWAY" => GatewayOf(line, "GATEWAY" + (place == 0 && key.Suffix.Length == 0 ? "" : suffixes[place]), place == 0 ? gateway : default),
                _ => null,
            };
            if (place == 0)
            {
                lines.AddRange(text?.Split('\n') ?? []);
                insertAt = lines.Count;
            }
            else if (text is not null)
            {
                blocks[place].Add(text);
            }
        }

        for (var i = 0; i < wanted.Count; i++)
        {
            if (blocks[i].Count == 0 && !(i == 0 && target.ContainsValue(0)))
            {
                blocks[i].Add("IPADDR" + suffixes[i] + "=" + ShellLine.Quoted(wanted[i].Address.ToString(), style.Quote));
                blocks[i].Add(style.UsesMask
                    ? "NETMASK" + suffixes[i] + "=" + ShellLine.Quoted(MaskOf(wanted[i].PrefixLength), style.Quote)
                    : "PREFIX" + suffixes[i] + "=" + ShellLine.Quoted(wanted[i].PrefixLength.ToString(CultureInfo.InvariantCulture), style.Quote));
            }
        }

        lines.InsertRange(insertAt < 0 ? lines.Count : insertAt, blocks.SelectMany(block => block));
        return lines;

        // The first address's gateway is the NIC's: it stays when that address moves back or goes, and is the only one in that place.
        int PlaceOf((string Kind, string Suffix) key) => key.Kind != "GATEWAY" || wanted.Count == 0 ? target[key.Suffix]
            : key.Suffix == old[0].Suffix ? 0
            : target[key.Suffix] == 0 && file.ValueOf("GATEWAY" + old[0].Suffix) is not null ? -1 : target[key.Suffix];
    }

    /// <summary>The network mask of a prefix length, e.g. 255.255.255.0.</summary>
    public static string MaskOf(int length)
    {
        var mask = length == 0 ? 0 : uint.MaxValue << (32 - length);
        return string.Create(CultureInfo.InvariantCulture, $"{mask >> 24}.{(mask >> 16) & 255}.{(mask >> 8) & 255}.{mask & 255}");
    }

    private static int Number(string suffix) => suffix.Length == 0 ? -1 : int.Parse(suffix, CultureInfo.InvariantCulture);

    private static string GatewayOf(ShellLine line, string key, IpAddress gateway) => line.With(key, gateway.IsNone ? line.Value : gateway.ToString());

    private static bool TryPrefix(string text, out int length) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= 32;

    private static bool TryMask(string text, out int length)
    {
        length = 0;
        while (length <= 32 && MaskOf(length) != text)
        {
            length++;
        }

        return length <= 32;
    }

    // How this file writes addresses.
    private sealed record Style(char Quote, bool UsesMask)
    {
        public static Style Of(ShellAssignments file, IReadOnlyList<IfcfgAddress> old)
        {
            var first = file.Lines.FirstOrDefault(l => old.Count > 0 && l.Key == "IPADDR" + old[0].Suffix) ?? file.Lines.FirstOrDefault(l => l.Key == "DEVICE");
            return new Style(first?.Quote ?? default, file.Lines.Any(l => Split(l.Key) is { Kind: "NETMASK" }) && !file.Lines.Any(l => Split(l.Key) is { Kind: "PREFIX" }));
        }

        // From 0; or from none (IPADDR, IPADDR1, …) and from any other number where the file counts so. One address alone keeps its own name.
        public static IReadOnlyList<string> Suffixes(IReadOnlyList<IfcfgAddress> old, int count)
        {
            var first = old.Count == 0 ? "0" : old[0].Suffix;
            var fromNone = first.Length == 0 && (old.Count > 1 || count <= 1);
            var start = fromNone ? 0 : first.Length == 0 ? 0 : Number(first);
            return [.. Enumerable.Range(0, count).Select(i => fromNone && i == 0 ? "" : (start + i).ToString(CultureInfo.InvariantCulture))];
        }
    }
}
