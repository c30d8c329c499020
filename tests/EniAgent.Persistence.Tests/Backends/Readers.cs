using System.Globalization;
using System.Text.RegularExpressions;
using EniAgent.Core.Kernel;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Tests.Backends;

/// <summary>
/// What a machine's files bring up, read by the managers' documented rules and without any of the writers' code, one line each: "eth1 10.0.2.10/24",
/// "eth1 to 10.0.2.0/24 table 31001", "from 10.0.2.10 priority 31010 table 31001".
/// </summary>
internal static partial class Readers
{
    /// <summary>Reads the files of whichever manager there are.</summary>
    public static IReadOnlySet<string> Read(MemoryTree tree) => tree.Files.SelectMany(file => Read(file.Key, file.Value)).ToHashSet();

    /// <summary>What a state is to bring up, in the same lines; the primary ENI's primary address is its definition's.</summary>
    public static IReadOnlySet<string> Of(BootState state, IReadOnlyList<BootRule> rules)
    {
        var lines = new HashSet<string>();
        foreach (var eni in state.Enis)
        {
            lines.UnionWith(eni.Addresses.Skip(eni.IsPrimary ? 1 : 0).Select(address => $"{eni.Interface} {address}/{eni.Subnet.Length}"));
            lines.UnionWith(eni.Routes.Select(route => RouteOf(eni, route, Route.MainTable)));
            lines.UnionWith(state.HasRules ? eni.TableRoutes.Select(route => RouteOf(eni, route, eni.Table)) : []);
        }

        lines.UnionWith(rules.Select(rule => rule.Rule).Select(rule => Words(
            ("priority", $"{rule.Priority}"), ("from", rule.From?.ToString()), ("to", rule.To?.ToString()), ("oif", rule.OutputInterface), ("table", $"{rule.Table}"),
            ("suppress_prefixlength", rule.SuppressPrefixLength?.ToString()), ("suppress_ifgroup", rule.SuppressGroup?.ToString()))));
        return lines;
    }

    private static string RouteOf(BootEni eni, BootRoute route, uint table) =>
        $"{eni.Interface} " + Words(("to", $"{route.Destination}"), ("via", route.Gateway.IsNone ? null : $"{route.Gateway}"), ("table", $"{table}"));

    private static IEnumerable<string> Read(string path, string text) => path.Split('/')[2] switch
    {
        "sysconfig" => Ifcfg(Path.GetFileName(path), text),
        "NetworkManager" => Keyfile(text),
        "systemd" when path.Contains("/network/", StringComparison.Ordinal) => Networkd(path, text),
        "network" => Ifupdown(text),
        _ => [],
    };

    private static IEnumerable<string> Ifcfg(string name, string text)
    {
        var (kind, nic) = (name.Split('-')[0], name.Split('-')[1]);
        var lines = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        if (kind != "ifcfg")
        {
            return lines.Select(line => kind == "rule" ? IpRule(line) : IpRoute(line));
        }

        var values = lines.Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim('"', '\''), StringComparer.Ordinal);
        return values.Where(value => value.Key.StartsWith("IPADDR", StringComparison.Ordinal)).Select(value =>
                $"{nic} {value.Value}/{values.GetValueOrDefault("PREFIX" + value.Key[6..]) ?? $"{values["NETMASK" + value.Key[6..]].Split('.').Sum(part => byte.PopCount(byte.Parse(part, CultureInfo.InvariantCulture)))}"}")
            .Concat(values.Where(value => value.Key.StartsWith("ROUTING_RULE_", StringComparison.Ordinal)).Select(value => IpRule(value.Value)));
    }

    private static IEnumerable<string> Keyfile(string text)
    {
        var sections = Sections(text);
        var nic = Nic(Value("ethernet", "mac-address"));
        var ipv4 = sections.Where(section => section.Name == "ipv4").SelectMany(section => section.Entries).ToList();
        foreach (var (key, value) in ipv4)
        {
            if (AddressKey().IsMatch(key))
            {
                yield return $"{nic} {value.Split(',')[0]}";
            }
            else if (RouteKey().IsMatch(key))
            {
                var parts = value.Split(',');
                var options = ipv4.Single(entry => entry.Key == key + "_options").Value.Split(',').Select(option => option.Split('=')).ToDictionary(option => option[0], option => option[1]);
                yield return $"{nic} " + Words(("to", parts[0]), ("via", parts[1] == "0.0.0.0" ? null : parts[1]), ("table", options.GetValueOrDefault("table", "254")));
            }
            else if (key.StartsWith("routing-rule", StringComparison.Ordinal))
            {
                yield return IpRule(value);
            }
        }

        string? Value(string name, string key) => sections.Where(section => section.Name == name).SelectMany(section => section.Entries).FirstOrDefault(entry => entry.Key == key).Value;
    }

    private static IEnumerable<string> Networkd(string path, string text)
    {
        // A drop-in is for the primary NIC's definition.
        var sections = Sections(text);
        var nic = path.EndsWith(".conf", StringComparison.Ordinal) ? "eth0"
            : Nic(sections.SelectMany(section => section.Entries).FirstOrDefault(entry => entry.Key == "MACAddress").Value);
        foreach (var (name, entries) in sections)
        {
            var values = entries.DistinctBy(entry => entry.Key).ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
            switch (name)
            {
                case "Network" or "Address" when values.TryGetValue("Address", out var address):
                    yield return $"{nic} {address}";
                    break;
                // One with a metric is what the address brings by itself elsewhere.
                case "Route" when !values.ContainsKey("Metric"):
                    yield return $"{nic} " + Words(("to", values.GetValueOrDefault("Destination", "0.0.0.0/0")), ("via", values.GetValueOrDefault("Gateway")), ("table", values.GetValueOrDefault("Table", "254")));
                    break;
                case "RoutingPolicyRule":
                    yield return Words(
                        ("priority", values["Priority"]), ("from", values.GetValueOrDefault("From")), ("to", values.GetValueOrDefault("To")), ("oif", values.GetValueOrDefault("OutgoingInterface")),
                        ("table", values["Table"]), ("suppress_prefixlength", values.GetValueOrDefault("SuppressPrefixLength")), ("suppress_ifgroup", values.GetValueOrDefault("SuppressInterfaceGroup")));
                    break;
            }
        }
    }

    private static IEnumerable<string> Ifupdown(string text)
    {
        var nic = "";
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            var words = line.Split(' ');
            nic = words[0] == "iface" ? words[1] : nic;
            if (words[0] == "address")
            {
                yield return $"{nic} {words[1]}";
            }
            else if (words[0] == "up")
            {
                foreach (Match command in IpCommand().Matches(line))
                {
                    var arguments = command.Groups[2].Value;
                    yield return command.Groups[1].Value switch
                    {
                        "address add" => $"{arguments.Split("dev ")[1].Split(' ')[0]} {arguments.Split(' ')[0]}",
                        "route replace" => IpRoute(arguments),
                        _ => IpRule(arguments),
                    };
                }
            }
        }
    }

    // Arguments of ip route.
    private static string IpRoute(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return $"{After(words, "dev")} " + Words(("to", words[0] == "default" ? "0.0.0.0/0" : words[0]), ("via", After(words, "via")), ("table", After(words, "table") ?? "254"));
    }

    // Arguments of ip rule.
    private static string IpRule(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Words([.. new[] { "priority", "from", "to", "oif", "table", "suppress_prefixlength", "suppress_ifgroup" }.Select(word => (word, After(words, word)))]);
    }

    private static string? After(string[] words, string word) => Array.IndexOf(words, word) is >= 0 and var at ? words[at + 1] : null;

    private static string Words(params (string Word, string? Value)[] words) => string.Join(' ', words
        .Select(word => (word.Word, Value: word is ("from", "all" or "0.0.0.0/0") ? null : word.Value == "main" ? "254" : word.Value?.Replace("/32", "", StringComparison.Ordinal)))
        .Where(word => word.Value is not null).Select(word => $"{word.Word} {word.Value}"));

    // eth3 has 52:54:00:00:00:03; a profile without a MAC is the primary NIC's.
    private static string Nic(string? mac) => mac is null ? "eth0" : $"eth{int.Parse(mac.Split(':')[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}";

    private static List<(string Name, List<(string Key, string Value)> Entries)> Sections(string text)
    {
        var sections = new List<(string Name, List<(string Key, string Value)> Entries)>();
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[')
            {
                sections.Add((line[1..^1], []));
            }
            else
            {
                sections[^1].Entries.Add((line.Split('=')[0], line.Split('=', 2)[1]));
            }
        }

        return sections;
    }

    [GeneratedRegex("^address[0-9]+$")]
    private static partial Regex AddressKey();

    [GeneratedRegex("^route[0-9]+$")]
    private static partial Regex RouteKey();

    [GeneratedRegex("ip (address add|route replace|rule add) ([^;|}]*[^;|} ])")]
    private static partial Regex IpCommand();
}
