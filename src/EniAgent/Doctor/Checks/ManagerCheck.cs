using System.Globalization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
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
            LookForTwo(facts, eni.Link.Name, eni.Link.Index, device, words, found);
            if (!eni.IsPrimary)
            {
                LookForProfile(facts, eni, device, words, found);
            }

            LookForHelper(facts, eni, words, found);
        }
    }

    private static void LookForTwo(Examination facts, string nic, int index, string device, FileWords words, Findings found)
    {
        var link = Text(facts, $"{Networkd}/{index}");
        var isNetworkd = link.Contains("NETWORK_FILE=", StringComparison.Ordinal) && !link.Contains("ADMIN_STATE=unmanaged", StringComparison.Ordinal);
        var isManager = device.Contains("managed=true", StringComparison.Ordinal);
        if (isNetworkd && isManager)
        {
            var keepsNetworkd = facts.Result?.Files?.Choice.Host.NetworkManagerManages != true;
            found.Warn(
                Two,
                nic,
                words.TwoManagers(nic, "NetworkManager", "systemd-networkd"),
                [words.TwoManagersWhy, $"{Devices}/{index}: managed=true", $"{Networkd}/{index}: {Line(link, "NETWORK_FILE=")}"],
                [keepsNetworkd ? $"nmcli device set {nic} managed no" : "systemctl disable --now systemd-networkd"]);
        }
    }

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
                string[] remedy = [$"nmcli connection delete {own["uuid=".Length..]}", facts.Converge];
                var mac = $"{eni.Mac}".Replace(":", "", StringComparison.Ordinal);
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
        foreach (var rule in result.Observed.Rules.Where(rule => rule is { HasMore: false, From.Length: 32, To: null, Table: not null } && rule.Priority > ours.Bound && !result.Owned.Owns(rule)))
        {
            if (eni.Metadata!.Addresses.Any(address => IpPrefix.Host(address.Address) == rule.From))
            {
                tables.Add(rule.Table!.Value);
                evidence.Add(words.HelperRule(StepText.Of(rule)));
                remedy.Add($"ip rule del pref {rule.Priority} from {rule.From!.Value.Network} lookup {rule.Table}");
            }
        }

        var number = 0;
        foreach (var line in Text(facts, Tables).Split('\n'))
        {
            number++;
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var id, var name, ..] && name == nic && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var table))
            {
                tables.Add(table);
                evidence.Add($"{Tables}:{number}: {line}");
                remedy.Add($"sed -i '{number}d' {Tables}");
            }
        }

        if (evidence.Count > 0)
        {
            foreach (var table in tables)
            {
                var flush = $"ip route flush table {table}";
                if (table is not (0 or (>= 253 and <= 255)) && facts.Kernel.Routes(table).Count > 0 && !remedy.Contains(flush))
                {
                    remedy.Add(flush);
                }
            }

            found.Warn(Helper, nic, words.Helper(nic), evidence, remedy);
        }
    }

    private static string Text(Examination facts, string path) => facts.Files.Read(path) is FileContent.Text { Value: var text } ? text : "";

    private static string Line(string text, string start) => text.Split('\n').FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) ?? "";
}
