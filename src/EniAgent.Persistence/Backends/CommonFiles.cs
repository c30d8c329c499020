using EniAgent.Core.Options;
using EniAgent.Linux.State;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends;

/// <summary>What every back end has beside it: settings of sysctl.d(5), and names for people in iproute2's rt_tables.d and rt_protos.d.</summary>
public sealed class CommonFiles : IFileRenderer
{
    private const string Settings = "/etc/sysctl.d";
    private const string Names = "/etc/iproute2";

    /// <inheritdoc/>
    public PersistenceBackend Backend => PersistenceBackend.None;

    /// <inheritdoc/>
    public IReadOnlyList<string> Folders => [Settings, Names];

    /// <inheritdoc/>
    public IReadOnlyList<BootRule> RulesOf(BootState state) => [];

    /// <inheritdoc/>
    public Rendering Render(BootState state, HostFacts host, IFileTree files)
    {
        var rendered = new List<RenderedFile>();

        // With slashes, for a name may have a dot in it.
        Add($"{Settings}/90-eni-agent.conf", SettingsOf(state, files.Read($"{Settings}/90-eni-agent.conf")));
        if (state.HasRules)
        {
            Name("rt_tables", state.Enis.Select(eni => $"{eni.Table} eni-{eni.Interface}"));
            Name("rt_protos", [$"{state.Network.RouteProtocol} eni-agent"]);
        }

        return new Rendering(rendered, []);

        // An iproute2 that does not read the folders reads the plain files.
        void Name(string file, IEnumerable<string> lines)
        {
            if (host.IprouteReadsFolders)
            {
                Add($"{Names}/{file}.d/eni-agent.conf", lines);
            }
            else if (files.Read($"{Names}/{file}") is FileContent.Text { Value: var text })
            {
                rendered.Add(new RenderedFile($"{Names}/{file}", OwnBlock.Put(text, [.. lines]), AtomicFile.Public, IsEdit: true, null));
            }
        }

        void Add(string path, IEnumerable<string> lines)
        {
            var content = lines.Order(StringComparer.Ordinal).ToList();
            var old = files.Read(path);
            if (old is FileContent.Text { Value: var text } && Marker.Is(text) && state.IsUnclear)
            {
                // Of an ENI of which too little is known now nothing is taken away.
                content.AddRange(text.Split('\n')[1..^1].Except(content).ToList());
                content.Sort(StringComparer.Ordinal);
            }

            if (content.Count > 0 && old is FileContent.Missing or FileContent.Text)
            {
                rendered.Add(new RenderedFile(path, $"{Marker.ForAll}\n{string.Join('\n', content)}\n", AtomicFile.Public, IsEdit: false, null));
            }
        }
    }

    private static IEnumerable<string> SettingsOf(BootState state, FileContent old)
    {
        var lines = old is FileContent.Text { Value: var text } && Marker.Is(text) ? text.Split('\n') : [];
        foreach (var eni in state.Enis)
        {
            // What is in force and stands in the file stays in it.
            var kept = state.HasRules ? eni.InForce.Where(s => lines.Contains(LineOf(eni, s))) : [];
            foreach (var setting in eni.Settings.Concat(kept).DistinctBy(s => s.Name))
            {
                yield return LineOf(eni, setting);
            }
        }
    }

    private static string LineOf(BootEni eni, (string Name, int Value) setting) => $"net/ipv4/conf/{eni.Interface}/{setting.Name} = {setting.Value}";

    /// <inheritdoc/>
    public string? Undo(string current, string original, string edited) => OwnBlock.TakeOut(current);
}
