using System.Text.RegularExpressions;
using EniAgent.Core.Options;
using EniAgent.Linux.State;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Ifupdown;

/// <summary>
/// Debian's ifupdown (interfaces(5)): a stanza of its own for each NIC, in a file that /etc/network/interfaces sources. ifupdown applies every stanza of a NIC in
/// turn, so that what somebody else defines stays as it is, and nothing is edited.
/// </summary>
public sealed partial class IfupdownRenderer : IFileRenderer
{
    /// <inheritdoc/>
    public PersistenceBackend Backend => PersistenceBackend.Ifupdown;

    /// <inheritdoc/>
    public IReadOnlyList<string> Folders => [InterfacesFiles.Folder];

    /// <inheritdoc/>
    public IReadOnlyList<BootRule> RulesOf(BootState state) => BootRules.Grouped(state);

    /// <inheritdoc/>
    public Rendering Render(BootState state, HostFacts host, IFileTree files)
    {
        if (state.Enis.Count == 0 && !state.IsUnclear)
        {
            return Rendering.Empty;
        }

        var leftAlone = OwnFiles.ToKeep(state, files, InterfacesFiles.Folder).ToHashSet(StringComparer.Ordinal);
        var interfaces = InterfacesFiles.Read(files);
        if (interfaces.Problem is { } problem)
        {
            return new Rendering([], [problem]) { LeftAlone = OwnFiles.In(files, InterfacesFiles.Folder).ToHashSet(StringComparer.Ordinal) };
        }

        var rendered = new List<RenderedFile>();
        var findings = new List<Finding>();
        foreach (var eni in state.Enis)
        {
            var path = $"{InterfacesFiles.Folder}/eni-agent-{eni.Interface}";
            var definitions = interfaces.DefinitionsOf(eni.Interface);
            if (!PlainName().IsMatch(eni.Interface))
            {
                findings.Add(new Finding(path, 0, FindingWords.NameCannotStand));
            }
            else if (definitions.FirstOrDefault(file => file.OptOut > 0) is { } optedOut)
            {
                findings.Add(new Finding(optedOut.Path, optedOut.OptOut, FindingWords.OptedOut, IsNote: true));
                leftAlone.Add(path);
            }
            else if (eni.IsPrimary && definitions.Count == 0)
            {
                if (eni.Addresses.Count > 1 || state.HasRules)
                {
                    findings.Add(new Finding(InterfacesFiles.Main, 0, FindingWords.PrimaryNeedsAgent(FindingWords.NotDefined(eni.Interface))));
                }
            }
            else if (Stanza.Of(eni, state, interfaces) is { } stanza)
            {
                rendered.Add(new RenderedFile(path, $"{Marker.For(eni.Mac)}\n{stanza}", AtomicFile.Public, IsEdit: false, eni.Mac));
            }
        }

        leftAlone.ExceptWith(rendered.Select(file => file.Path));
        return new Rendering(rendered, findings) { LeftAlone = leftAlone };
    }

    /// <summary>Nothing is edited, so there is nothing to take out.</summary>
    public string? Undo(string current, string original, string edited) => null;

    // source-directory takes no other names.
    [GeneratedRegex("^[A-Za-z0-9_-]+$")]
    private static partial Regex PlainName();
}
