using System.Globalization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;
using EniAgent.Doctor.Words;
using EniAgent.Persistence.Files;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether one network manager alone has each NIC, and whether an older way to configure ENIs has left something.</summary>
internal sealed class ManagerCheck : ICheck
{
    private const string Two = "two-managers", Auto = "nm-auto-profile", Helper = "vendor-helper";

    private const string Profiles = "/etc/NetworkManager/system-connections", Devices = "/run/NetworkManager/devices", Made = "/run/NetworkManager/system-connections", Networkd = "/run/systemd/netif/links", Tables = "/etc/iproute2/rt_tables";

    public IReadOnlyList<string> Ids => [Two, Auto, Helper];

    public string Topic(Language language) => new FileWords(language).Managers;

    public void Look(Examination facts, Findings found)
    {
        var words = new FileWords(facts.Language);
        foreach (var eni in facts.Managed)
        {
            var device = Text(facts, $"{Devices}/{eni.Link!.Index}");
            LookForTwo(facts, eni, device, words, found);

            // The primary ENI never goes, so that nothing of it can be left over; and what somebody gave it may be what keeps contact.
            if (!eni.IsPrimary)
            {
                LookForProfile(facts, eni, device, words, found);
                LookForHelper(facts, eni, words, found);
            }
        }
    }

    private static void LookForTwo(Examination facts, DesiredEni eni, string device, FileWords words, Findings found)
    {
        var (nic, index) = (eni.Link!.Name, eni.Link.Index);
        var link = Text(facts, $"{Networkd}/{index}");
        var isNetworkd = link.Contains("NETWORK_FILE=", StringComparison.Ordinal) && !link.Contains("ADMIN_STATE=unmanaged", StringComparison.Ordinal);
        var isManager = device.Contains("managed=true", StringComparison.Ordinal);
        if (!isNetworkd || !isManager)
        {
            return;
        }

        var file = Line(link, "NETWORK_FILE=");
        List<string> evidence = [words.TwoManagersWhy, $"{Devices}/{index}: managed=true", $"{Networkd}/{index}: {file}"];
        var keepsNetworkd = facts.Result?.Files?.Choice.Host.NetworkManagerManages != true;
        var (path, lines) = keepsNetworkd
            ? ($"/etc/NetworkManager/conf.d/90-{Hex(eni)}.conf", (string[])["[keyfile]", $"unmanaged-devices+=mac:{eni.Mac}"])
            : ($"/etc/systemd/network/{file[(file.LastIndexOf('/') + 1)..]}.d/90-unmanaged.conf", ["[Link]", "Unmanaged=yes"]);
        if (lines.All(Text(facts, path).Split('\n').Contains))
        {
            found.Note(Two, nic, words.TwoManagers(nic, "NetworkManager", "systemd-networkd"), [.. evidence, words.EndsAtBoot(path)]);
            return;
        }

        // A manager that gives a NIC up at once takes its addresses along: only the next boot does without.
        var write = $"printf '{string.Join("", lines.Select(line => line + "\\n"))}' > {Typed.File(facts, path)}";
        var mayWrite = keepsNetworkd || IsForAlone(Text(facts, file["NETWORK_FILE=".Length..]), nic, eni);
        found.Warn(
            Two,
            nic,
            words.TwoManagers(nic, "NetworkManager", "systemd-networkd"),
            mayWrite ? [.. evidence, words.EndsAtBoot(path)] : evidence,
            !mayWrite ? [$"nmcli device show {Typed.Word(nic)}", $"networkctl status {Typed.Word(nic)}"]
            : keepsNetworkd ? [write]
            : [$"mkdir -p {Typed.File(facts, path[..path.LastIndexOf('/')])}", write]);
    }

    // Whether a .network file is for this NIC and no other: by its name or MAC, spelled out.
    private static bool IsForAlone(string network, string nic, DesiredEni eni)
    {
        var (isMatch, isNamed) = (false, false);
        foreach (var line in network.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('['))
            {
                isMatch = line == "[Match]";
            }
            else if (isMatch && line.Split('=', 2) is ["Name", var name])
            {
                isNamed |= name == nic;
            }
            else if (isMatch && line.Split('=', 2) is ["MACAddress" or "PermanentMACAddress", var mac])
            {
                isNamed |= mac.Equals($"{eni.Mac}", StringComparison.OrdinalIgnoreCase);
            }
        }

        return isNamed;
    }

    private static string Hex(DesiredEni eni) => $"{eni.Mac}".Replace(":", "", StringComparison.Ordinal);

    // Made by itself, for want of another, and kept in /run.
    private static void LookForProfile(Examination facts, DesiredEni eni, string device, FileWords words, Findings found)
    {
        var nic = eni.Link!.Name;
        if (Line(device, "connection-uuid=") is not { Length: > 0 } uuid)
        {
            return;
        }

        foreach (var name in facts.Files.List(Made))
        {
            if (!name.StartsWith("netplan-", StringComparison.Ordinal) && Line(Text(facts, $"{Made}/{name}"), "uuid=") is { Length: > 0 } own && uuid.EndsWith(own, StringComparison.Ordinal))
            {
                // One line, for the first half takes the NIC's addresses.
                string[] remedy = [$"nmcli connection delete {Typed.Word(own["uuid=".Length..])}; {facts.Converge}"];
                var mac = Hex(eni);
                if (facts.Files.List(Profiles).FirstOrDefault(profile => profile.Contains(mac, StringComparison.Ordinal)) is { } ours)
                {
                    // The next boot takes ours, and makes none.
                    found.Note(Auto, nic, words.AutoProfile(nic), [$"{Made}/{name}", words.NextBoot($"{Profiles}/{ours}")], remedy);
                }
                else
                {
                    found.Suspect(facts.SeesAll, Auto, nic, words.AutoProfile(nic), [$"{Made}/{name}"], remedy);
                }
            }
        }
    }

    // A table named after the interface, and rules by which each address asks a table, at the priorities that the kernel gives by itself.
    private static void LookForHelper(Examination facts, DesiredEni eni, FileWords words, Findings found)
    {
        var (result, nic, evidence, remedy) = (facts.Result!, eni.Link!.Name, new List<string>(), new List<string>());
        var ours = RulePriorities.From(facts.Options.Network);
        var tables = new List<uint>();
        var taken = new List<Rule>();
        foreach (var rule in result.Observed.Rules.Where(rule => rule is { HasMore: false, From.Length: 32, To: null, Table: not null } && rule.Priority > ours.Bound && !result.Owned.Owns(rule)))
        {
            if (eni.Metadata!.Addresses.Any(address => IpPrefix.Host(address.Address) == rule.From) && !IsOwn(facts, rule.Table!.Value))
            {
                taken.Add(rule);
                tables.Add(rule.Table!.Value);
                evidence.Add(words.HelperRule(StepText.Of(rule)));
                remedy.Add($"ip rule del pref {rule.Priority} from {rule.From!.Value.Network} lookup {rule.Table}");
            }
        }

        var number = 0;
        foreach (var line in Text(facts, Tables).Split('\n'))
        {
            number++;
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var id, var name, ..] && name == nic && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var table) && !IsOwn(facts, table))
            {
                tables.Add(table);
                evidence.Add($"{Tables}:{number}: {line}");
                remedy.Add($"sed -i '{number}s/^/#/' {Typed.File(facts, Tables)}");
            }
        }

        if (evidence.Count > 0)
        {
            foreach (var table in tables)
            {
                var flush = $"ip route flush table {table}";
                var routes = facts.Kernel.Routes(table);
                var isInUse = result.Observed.Rules.Any(rule => rule.Table == table && !taken.Contains(rule)) || routes.Any(route => route.LinkIndex != eni.Link.Index);
                if (table is not (0 or (>= 253 and <= 255)) && routes.Count > 0 && !isInUse && !remedy.Contains(flush))
                {
                    remedy.Add(flush);
                }
            }

            // Where the agent's rules are not there yet, these are what answers.
            var isReady = !result.Planning.Plan.Steps.Any(step => step is AddRule or AddRoute or ReplaceRoute);
            found.Warn(Helper, nic, words.Helper(nic), evidence, isReady ? remedy : [facts.Converge, .. remedy]);
        }
    }

    private static bool IsOwn(Examination facts, uint table) => table >= facts.Options.Network.TableBase && table - facts.Options.Network.TableBase < OwnedObjects.TableCount;

    private static string Text(Examination facts, string path) => facts.Files.Read(path) is FileContent.Text { Value: var text } ? text : "";

    private static string Line(string text, string start) => text.Split('\n').FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) ?? "";
}
