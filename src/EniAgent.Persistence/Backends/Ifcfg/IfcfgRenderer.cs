using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Linux.State;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Ifcfg;

/// <summary>
/// Classic ifcfg files (initscripts' sysconfig.txt) for network-scripts and for NetworkManager's ifcfg-rh: ifcfg-NAME, route-NAME, and rules in rule-NAME
/// (network-scripts) or ROUTING_RULE_n (NetworkManager, which ignores routes and rules both when there is a rule-NAME).
/// </summary>
public sealed class IfcfgRenderer : IFileRenderer
{
    private const string Folder = "/etc/sysconfig/network-scripts";
    private const string RulePrefix = "ROUTING_RULE_";

    // Our rules' numbers, apart from the administrator's.
    private const int FirstRule = 31000;

    private static readonly Version RulesSince = new(1, 18);

    /// <inheritdoc/>
    public PersistenceBackend Backend => PersistenceBackend.Ifcfg;

    /// <inheritdoc/>
    public IReadOnlyList<string> Folders => [Folder];

    /// <inheritdoc/>
    public IReadOnlyList<BootRule> RulesOf(BootState state) => BootRules.Ungrouped(state);

    /// <inheritdoc/>
    public Rendering Render(BootState state, HostFacts host, IFileTree files)
    {
        var job = new Job(state, host, files);
        foreach (var eni in state.Enis)
        {
            job.Add(eni);
        }

        job.LeftAlone.UnionWith(OwnFiles.ToKeep(state, files, Folder));
        return new Rendering(job.Files, job.Findings) { LeftAlone = job.LeftAlone };
    }

    /// <inheritdoc/>
    public string? Undo(string current, string original, string edited)
    {
        if (OwnBlock.IsIn(current))
        {
            return OwnBlock.TakeOut(current);
        }

        if (ShellAssignments.TryParse(current, out _, out _) is not { } now || ShellAssignments.TryParse(original, out _, out _) is not { } before)
        {
            return null;
        }

        var addresses = before.Lines.Where(l => IfcfgAddresses.Split(l.Key) is not null).Select(l => l.Text);
        var others = now.Lines.Where(l => IfcfgAddresses.Split(l.Key) is null && !IsOurRule(l)).Select(l => l.Text).ToList();
        var at = now.Lines.TakeWhile(l => IfcfgAddresses.Split(l.Key) is null).Count(l => !IsOurRule(l));
        others.InsertRange(at, addresses);
        return now.TextOf(others);
    }

    private static bool IsOurRule(ShellLine line) =>
        line.Key?.StartsWith(RulePrefix, StringComparison.Ordinal) == true && int.TryParse(line.Key.AsSpan(RulePrefix.Length), out var number) && number >= FirstRule;

    private sealed class Job(BootState state, HostFacts host, IFileTree tree)
    {
        private readonly IReadOnlyList<BootRule> _rules = BootRules.Ungrouped(state);

        public List<RenderedFile> Files { get; } = [];

        public List<Finding> Findings { get; } = [];

        public HashSet<string> LeftAlone { get; } = new(StringComparer.Ordinal);

        public void Add(BootEni eni)
        {
            var path = $"{Folder}/ifcfg-{eni.Interface}";
            switch (tree.Read(path))
            {
                case FileContent.Unusable unusable:
                    LeaveAlone(eni, new Finding(path, unusable.Line, FindingWords.LeftAsItIs(unusable.Problem)));
                    return;
                case FileContent.Missing when eni.IsPrimary:
                    if (eni.Addresses.Count > 1 || state.HasRules)
                    {
                        Findings.Add(new Finding(path, 0, FindingWords.PrimaryNeedsAgent(FindingWords.IsMissing)));
                    }

                    return;
                case FileContent.Text { Value: var text } when !Marker.Is(text):
                    if (!TryEdit(eni, path, text))
                    {
                        return;
                    }

                    break;
                default:
                    Files.Add(new RenderedFile(path, Created(eni), AtomicFile.Public, IsEdit: false, eni.Mac));
                    break;
            }

            AddRoutes(eni);
            AddRules(eni);
        }

        private void LeaveAlone(BootEni eni, Finding finding)
        {
            Findings.Add(finding);
            foreach (var kind in new[] { "ifcfg", "route", "rule", "route6", "rule6" })
            {
                LeftAlone.Add($"{Folder}/{kind}-{eni.Interface}");
            }
        }

        private string Created(BootEni eni)
        {
            var lines = new List<string>
            {
                Marker.For(eni.Mac),
                $"DEVICE={eni.Interface}",
                $"HWADDR={eni.Mac}",
                "TYPE=Ethernet",
                "ONBOOT=yes",
                "BOOTPROTO=none",
                "DEFROUTE=no",
                "NOZEROCONF=yes",
                "PEERDNS=no",
                "ARPCHECK=no",
            };
            lines.AddRange(eni.Addresses.SelectMany((address, i) => new[] { $"IPADDR{i}={address}", $"PREFIX{i}={eni.Subnet.Length}" }));
            lines.AddRange(RoutingRules(eni));
            return string.Join('\n', lines) + "\n";
        }

        private bool TryEdit(BootEni eni, string path, string text)
        {
            if (ShellAssignments.TryParse(text, out var line, out var problem) is not { } file
                || IfcfgAddresses.Read(file, out line, out problem) is not { } old)
            {
                LeaveAlone(eni, new Finding(path, line, FindingWords.LeftAsItIs(problem!)));
                return false;
            }

            if (file.ValueOf("ENI_AGENT") is "no")
            {
                LeaveAlone(eni, new Finding(path, 0, FindingWords.OptedOut, IsNote: true));
                return false;
            }

            if (!eni.IsPrimary && file.Lines.Any(l => IfcfgAddresses.Split(l.Key) is { Kind: "GATEWAY" }) && file.ValueOf("DEFROUTE") != "no")
            {
                Findings.Add(new Finding(path, 0, FindingWords.SecondGateway));
            }

            var wanted = Wanted(eni, file, old);
            var isChanged = !wanted.SequenceEqual(old.Select(a => new InterfaceAddress(a.Address, a.Length ?? eni.Subnet.Length)));
            IEnumerable<string> lines = isChanged
                ? IfcfgAddresses.Edit(file, old, wanted, GatewayFor(eni, old, wanted))
                : file.Lines.Select(l => l.Text);
            var ours = file.Lines.Where(IsOurRule).Select(l => l.Text).ToHashSet(StringComparer.Ordinal);
            var content = file.TextOf([.. lines.Where(l => !ours.Contains(l)), .. RoutingRules(eni)]);
            Files.Add(new RenderedFile(path, content, AtomicFile.Public, IsEdit: true, eni.Mac));
            return true;
        }

        // Metadata's addresses, and the administrator's own behind them; under DHCP without the one that DHCP brings.
        private List<InterfaceAddress> Wanted(BootEni eni, ShellAssignments file, IReadOnlyList<IfcfgAddress> old)
        {
            var isDynamic = file.ValueOf("BOOTPROTO")?.ToLowerInvariant() is "dhcp" or "bootp";
            var listed = isDynamic ? eni.Addresses.Skip(1).ToList() : [.. eni.Addresses];
            var mine = old.Where((a, i) => listed.Contains(a.Address) || IsAdministrators(eni, a, i, isDynamic)).Select(a => a.Address);

            // What stands in the file keeps its order, but the primary address is the first.
            var order = listed.Take(isDynamic ? 0 : 1).Concat(mine).Concat(listed).Distinct();
            var lengths = old.DistinctBy(a => a.Address).ToDictionary(a => a.Address, a => a.Length);
            return [.. order.Select(a => new InterfaceAddress(
                a, listed.Contains(a) || !lengths.TryGetValue(a, out var length) ? eni.Subnet.Length : length ?? eni.Subnet.Length))];
        }

        // The first address of the primary ENI's static file is its primary address, whatever it is: a clone's is the former machine's.
        private bool IsAdministrators(BootEni eni, IfcfgAddress address, int position, bool isDynamic) =>
            !state.Former.Contains(new ListedAddress(eni.Mac, address.Address))
            && state.Former.All(f => f.Address != address.Address)
            && (isDynamic || position > 0 || !eni.IsPrimary);

        private static IpAddress GatewayFor(BootEni eni, IReadOnlyList<IfcfgAddress> old, List<InterfaceAddress> wanted) =>
            eni.IsPrimary && old.Count > 0 && wanted.Count > 0 && old[0].Address != wanted[0].Address ? eni.Gateway : default;

        private IEnumerable<Rule> RulesOf(BootEni eni)
        {
            var bearer = state.Secondaries.FirstOrDefault()?.Mac;
            return _rules.Where(rule => (rule.Eni ?? bearer) == eni.Mac).Select(rule => rule.Rule);
        }

        private IEnumerable<string> RoutingRules(BootEni eni) =>
            !host.NetworkManagerManages || host.NetworkManagerVersion < RulesSince
                ? []
                : RulesOf(eni).Select((rule, i) => $"{RulePrefix}{FirstRule + i}=\"{IpArguments.Of(rule)}\"");

        private void AddRules(BootEni eni)
        {
            var rules = RulesOf(eni).ToList();
            if (rules.Count == 0)
            {
                return;
            }

            var path = $"{Folder}/rule-{eni.Interface}";
            if (host.NetworkManagerManages)
            {
                if (host.NetworkManagerVersion < RulesSince)
                {
                    Findings.Add(new Finding(path, 0, FindingWords.RulesIgnored(host.NetworkManagerVersion)));
                }
                else if (tree.Read(path) is not FileContent.Missing && !(tree.Read(path) is FileContent.Text { Value: var t } && Marker.Is(t)))
                {
                    Findings.Add(new Finding(path, 0, FindingWords.ReadsNoMore));
                }

                return;
            }

            AddLines(eni, "rule", rules.Select(rule => ((rule.From ?? rule.To)?.Family, IpArguments.Of(rule))));
        }

        private void AddRoutes(BootEni eni)
        {
            var main = eni.Routes.Select(route => (route, ""));
            var own = state.HasRules ? eni.TableRoutes.Select(route => (route, $" table {eni.Table}")) : [];
            AddLines(eni, "route", main.Concat(own).Select(of => ((AddressFamily?)of.route.Destination.Family, IpArguments.Of(of.route, eni) + of.Item2)));
        }

        // IPv6 has files of its own. What names no address (a rule by device) is IPv4's, as ip(8) takes it.
        private void AddLines(BootEni eni, string kind, IEnumerable<(AddressFamily? Family, string Line)> lines)
        {
            foreach (var family in lines.GroupBy(line => line.Family ?? AddressFamily.IPv4, line => line.Line))
            {
                AddLines(eni, $"{Folder}/{kind}{(family.Key == AddressFamily.IPv6 ? "6" : "")}-{eni.Interface}", [.. family]);
            }
        }

        // Lines that are arguments of ip: a file of ours, or a part of its own in a file that was there before.
        private void AddLines(BootEni eni, string path, IReadOnlyList<string> lines)
        {
            var content = tree.Read(path);
            switch (content)
            {
                case FileContent.Unusable unusable:
                    Findings.Add(new Finding(path, unusable.Line, FindingWords.LeftAsItIs(unusable.Problem)));
                    LeftAlone.Add(path);
                    break;
                case FileContent.Text { Value: var text } when !Marker.Is(text):
                    var theirs = OwnBlock.TakeOut(text);
                    var row = Array.FindIndex(theirs.Split('\n'), l => l.Contains('=', StringComparison.Ordinal) && !l.TrimStart().StartsWith('#'));
                    if (row >= 0 || text.Contains('\r', StringComparison.Ordinal))
                    {
                        Findings.Add(new Finding(path, row + 1, FindingWords.LeftAsItIs(FindingWords.OtherForm)));
                        LeftAlone.Add(path);
                        break;
                    }

                    Files.Add(new RenderedFile(path, OwnBlock.Put(text, lines), AtomicFile.Public, IsEdit: true, eni.Mac));
                    break;
                default:
                    Files.Add(new RenderedFile(path, $"{Marker.For(eni.Mac)}\n{string.Join('\n', lines)}\n", AtomicFile.Public, IsEdit: false, eni.Mac));
                    break;
            }
        }
    }
}
