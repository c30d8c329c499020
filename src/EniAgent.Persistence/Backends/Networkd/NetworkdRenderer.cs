using EniAgent.Core.Options;
using EniAgent.Core.Wording;
using EniAgent.Linux.State;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Networkd;

/// <summary>
/// systemd-networkd (systemd.network(5)). networkd takes the first file that matches a NIC and no other: a NIC that has a definition gets a drop-in for it, and
/// only a NIC that nobody defines gets a file of ours. Nothing is edited.
/// </summary>
public sealed class NetworkdRenderer : IFileRenderer
{
    internal const string Folder = "/etc/systemd/network";
    private const string ManagerFolder = "/etc/systemd/networkd.conf.d";

    // Group= came with it, AddPrefixRoute= and SuppressPrefixLength= before. An older one passes over what it does not know: the rule that asks main first would then
    // ask it for everything, and what a secondary ENI's address sends would leave through the primary one.
    private const int Oldest = 246;

    /// <inheritdoc/>
    public PersistenceBackend Backend => PersistenceBackend.Networkd;

    /// <inheritdoc/>
    public IReadOnlyList<string> Folders => [Folder, ManagerFolder];

    /// <summary>In either flavour: which one depends on the version.</summary>
    public IReadOnlyList<BootRule> RulesOf(BootState state) => [.. BootRules.Grouped(state), .. BootRules.Ungrouped(state)];

    /// <inheritdoc/>
    public Rendering Render(BootState state, HostFacts host, IFileTree files)
    {
        var job = new Job(state, host, files);
        if (host.SystemdVersion < Oldest)
        {
            if (state.Enis.Any(eni => !eni.IsPrimary || eni.Addresses.Count > 1))
            {
                job.Findings.Add(new Finding(Folder, 0, FindingWords.SystemdTooOld(host.SystemdVersion, Oldest), IsNote: true));
            }
        }
        else if (state.Enis.Count > 0)
        {
            job.AddAll();
        }

        job.LeftAlone.UnionWith(Folders.SelectMany(folder => OwnFiles.ToKeep(state, files, folder)).Except(job.Files.Select(file => file.Path)));
        return new Rendering(job.Files, job.Findings) { LeftAlone = job.LeftAlone };
    }

    /// <summary>Nothing is edited, so there is nothing to take out.</summary>
    public string? Undo(string current, string original, string edited) => null;

    private sealed class Job(BootState state, HostFacts host, IFileTree tree)
    {
        public List<RenderedFile> Files { get; } = [];

        public List<Finding> Findings { get; } = [];

        public HashSet<string> LeftAlone { get; } = new(StringComparer.Ordinal);

        public void AddAll()
        {
            var places = state.Enis.Select(eni => (Eni: eni, Place: PlaceOf(eni))).ToList();

            // The rule that leaves out the group is only right where every ENI is in it.
            var sections = new NetworkSections(state, host, mayGroup: places.All(of => of.Place is { HasOwnGroup: false }));
            foreach (var (eni, place) in places)
            {
                var text = place?.Write(sections).ToList() ?? [];
                if (text.Count > 0)
                {
                    Files.Add(new RenderedFile(place!.Path, $"{Marker.For(eni.Mac)}\n{string.Join('\n', text)}", AtomicFile.Public, IsEdit: false, eni.Mac));
                }
            }

            // Without it networkd takes the agent's own routes and rules away when it starts again.
            var rules = host.SystemdVersion >= 249 ? "ManageForeignRoutingPolicyRules=no\n" : "";
            Files.Add(new RenderedFile(
                $"{ManagerFolder}/60-eni-agent.conf", $"{Marker.ForAll}\n[Network]\nManageForeignRoutes=no\n{rules}", AtomicFile.Public, IsEdit: false, null));
        }

        // Where an ENI's file is to be; null, with a finding, where none can be.
        private Place? PlaceOf(BootEni eni)
        {
            var own = new OwnNetworkFile(eni, tree);
            if (own.DefinitionOf(host) is not { } definition)
            {
                if (!eni.IsPrimary)
                {
                    return Place.OfItsOwn(eni, own.Path(null)!);
                }

                if (eni.Addresses.Count > 1 || state.HasRules)
                {
                    Findings.Add(new Finding(Folder, 0, FindingWords.PrimaryNeedsAgent(FindingWords.NoFileInUse(eni.Interface))));
                }

                return null;
            }

            return tree.Read(definition) switch
            {
                FileContent.Text { CarriageReturn: > 0 and var line } => LeaveAlone(own, definition, line, FindingWords.LeftAsItIs(FindingWords.HasCarriageReturns)),
                FileContent.Text when OptOutIn(definition) is { } place => LeaveAlone(own, definition, place.Line, FindingWords.OptedOut, isNote: true, place.Path),
                FileContent.Text { Value: var text } => PlaceOf(eni, own, definition, text),
                FileContent.Unusable unusable => LeaveAlone(own, definition, unusable.Line, FindingWords.LeftAsItIs(unusable.Problem)),
                _ => LeaveAlone(own, definition, 0, FindingWords.LeftAsItIs(FindingWords.IsGone)),
            };
        }

        private Place? PlaceOf(BootEni eni, OwnNetworkFile own, string definition, string text)
        {
            if (NetworkText.ServesOnly(text, eni) && host.Definitions.Count(other => other.Value == definition) <= 1)
            {
                return new Place($"{DropInsOf(definition)}/60-eni-agent.conf", sections => sections.Added(eni, text), NetworkText.HasGroup(text));
            }

            if (own.Path(definition) is not { } path)
            {
                return LeaveAlone(own, definition, 0, FindingWords.LeftAsItIs(FindingWords.ServesSeveral(eni.Interface)));
            }

            if (!eni.IsPrimary)
            {
                return Place.OfItsOwn(eni, path);
            }

            // A drop-in would give the primary ENI's addresses to every NIC: a file for it alone says what the definition says, and what is ours.
            return tree.List(DropInsOf(definition)).Count > 0
                ? LeaveAlone(own, definition, 0, FindingWords.LeftAsItIs(FindingWords.HasDropIns))
                : new Place(
                    path,
                    sections => [OwnNetworkFile.CopyOf(definition), sections.Match(eni), NetworkText.WithoutMatch(text), .. sections.Added(eni, text)],
                    NetworkText.HasGroup(text));
        }

        // In the definition, or in an administrator's drop-in for it.
        private (string Path, int Line)? OptOutIn(string definition)
        {
            var dropIns = DropInsOf(definition);
            foreach (var path in tree.List(dropIns).Select(name => $"{dropIns}/{name}").Prepend(definition))
            {
                if (tree.Read(path) is FileContent.Text { Value: var text } && Marker.OptOutIn(text) is > 0 and var line)
                {
                    return (path, line);
                }
            }

            return null;
        }

        private Place? LeaveAlone(OwnNetworkFile own, string definition, int line, Sentence message, bool isNote = false, string? path = null)
        {
            Findings.Add(new Finding(path ?? definition, line, message, isNote));
            LeftAlone.UnionWith([.. own.Existing(), $"{DropInsOf(definition)}/60-eni-agent.conf"]);
            return null;
        }

        private static string DropInsOf(string definition) => $"{Folder}/{Path.GetFileName(definition)}.d";
    }

    // Where a file of ours is, what stands in it, and whether the definition has put the NIC into a link group of its own.
    private sealed record Place(string Path, Func<NetworkSections, IEnumerable<string>> Write, bool HasOwnGroup)
    {
        public static Place OfItsOwn(BootEni eni, string path) => new(path, sections => [sections.Match(eni), .. sections.Whole(eni)], HasOwnGroup: false);
    }
}
