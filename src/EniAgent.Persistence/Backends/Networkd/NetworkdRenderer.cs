using EniAgent.Core.Options;
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

    // RouteMetric= and Group= came with it, SuppressPrefixLength= before. An older one passes over what it does not know: the rule that asks main first would then
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
                var version = host.SystemdVersion == 0 ? "of unknown version" : $"{host.SystemdVersion}";
                job.Findings.Add(new Finding(Folder, 0, $"systemd {version} does not know all that is needed, {Oldest} does: ENIs come up only with the agent", IsNote: true));
            }
        }
        else if (state.Enis.Count > 0)
        {
            foreach (var eni in state.Enis)
            {
                job.Add(eni);
            }

            job.AddManager();
        }

        job.LeftAlone.UnionWith(Folders.SelectMany(folder => OwnFiles.ToKeep(state, files, folder)).Except(job.Files.Select(file => file.Path)));
        return new Rendering(job.Files, job.Findings) { LeftAlone = job.LeftAlone };
    }

    /// <summary>Nothing is edited, so there is nothing to take out.</summary>
    public string? Undo(string current, string original, string edited) => null;

    private sealed class Job(BootState state, HostFacts host, IFileTree tree)
    {
        private readonly NetworkSections _sections = new(state, host);

        public List<RenderedFile> Files { get; } = [];

        public List<Finding> Findings { get; } = [];

        public HashSet<string> LeftAlone { get; } = new(StringComparer.Ordinal);

        public void Add(BootEni eni)
        {
            var own = new OwnNetworkFile(eni, tree);
            var definition = own.DefinitionOf(host);
            if (definition is null)
            {
                if (!eni.IsPrimary)
                {
                    Write(eni, own.Path(null), [NetworkSections.Match(eni), .. _sections.Whole(eni)]);
                }
                else if (eni.Addresses.Count > 1 || state.HasRules)
                {
                    Findings.Add(new Finding(Folder, 0, $"no file in use defines {eni.Interface}: what the agent adds to the primary ENI does not come up without the agent"));
                }

                return;
            }

            switch (tree.Read(definition))
            {
                case FileContent.Text { CarriageReturn: > 0 and var line }:
                    LeaveAlone(eni, own, definition, line, "has carriage returns: left as it is");
                    break;
                case FileContent.Text when OptOutIn(definition) is { } place:
                    LeaveAlone(eni, own, definition, place.Line, "says ENI_AGENT=no: left alone", isNote: true, place.Path);
                    break;
                case FileContent.Text { Value: var text }:
                    Add(eni, own, definition, text);
                    break;
                case FileContent.Unusable unusable:
                    LeaveAlone(eni, own, definition, unusable.Line, unusable.Problem + ": left as it is");
                    break;
                default:
                    LeaveAlone(eni, own, definition, 0, "is in use and is not there any more: left as it is");
                    break;
            }
        }

        // Without it networkd takes the agent's own routes and rules away when it starts again.
        public void AddManager()
        {
            var rules = host.SystemdVersion >= 249 ? "ManageForeignRoutingPolicyRules=no\n" : "";
            Files.Add(new RenderedFile(
                $"{ManagerFolder}/60-eni-agent.conf", $"{Marker.ForAll}\n[Network]\nManageForeignRoutes=no\n{rules}", AtomicFile.Public, IsEdit: false, null));
        }

        private void Add(BootEni eni, OwnNetworkFile own, string definition, string text)
        {
            if (!NetworkText.ServesOnly(text, eni) || host.Definitions.Count(other => other.Value == definition) > 1)
            {
                if (own.Path(definition) is not { } path)
                {
                    LeaveAlone(eni, own, definition, 0, $"serves several NICs and comes before any file for {eni.Interface} alone: left as it is");
                }
                else if (!eni.IsPrimary)
                {
                    Write(eni, path, [NetworkSections.Match(eni), .. _sections.Whole(eni)]);
                }
                else if (tree.List($"{Folder}/{Path.GetFileName(definition)}.d").Count > 0)
                {
                    LeaveAlone(eni, own, definition, 0, "serves several NICs and has drop-ins: left as it is");
                }
                else
                {
                    // A drop-in would give the primary ENI's addresses to every NIC: a file for it alone says what the definition says, and what is ours.
                    Write(eni, path, [OwnNetworkFile.CopyOf(definition), NetworkSections.Match(eni), NetworkText.WithoutMatch(text), .. _sections.Added(eni, text)]);
                }

                return;
            }

            var sections = _sections.Added(eni, text).ToList();
            if (sections.Count > 0)
            {
                Write(eni, $"{Folder}/{Path.GetFileName(definition)}.d/60-eni-agent.conf", sections);
            }
        }

        private void Write(BootEni eni, string? path, IEnumerable<string> sections) =>
            Files.Add(new RenderedFile(path!, $"{Marker.For(eni.Mac)}\n{string.Join('\n', sections)}", AtomicFile.Public, IsEdit: false, eni.Mac));

        // In the definition, or in an administrator's drop-in for it.
        private (string Path, int Line)? OptOutIn(string definition)
        {
            var dropIns = $"{Folder}/{Path.GetFileName(definition)}.d";
            foreach (var path in tree.List(dropIns).Select(name => $"{dropIns}/{name}").Prepend(definition))
            {
                if (tree.Read(path) is FileContent.Text { Value: var text } && Marker.OptOutIn(text) is > 0 and var line)
                {
                    return (path, line);
                }
            }

            return null;
        }

        private void LeaveAlone(BootEni eni, OwnNetworkFile own, string definition, int line, string message, bool isNote = false, string? path = null)
        {
            Findings.Add(new Finding(path ?? definition, line, message, isNote));
            LeftAlone.UnionWith([.. own.Existing(), $"{Folder}/{Path.GetFileName(definition)}.d/60-eni-agent.conf"]);
        }
    }
}
