using EniAgent.Core.Addressing;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends;

/// <summary>The files that the agent has created in a folder.</summary>
public static class OwnFiles
{
    /// <summary>The name of a file for one ENI, without its extension, e.g. "eni-agent-525400bfb351": its MAC, for names of NICs may change.</summary>
    public static string NameFor(MacAddress mac) => $"eni-agent-{mac.ToString().Replace(":", "", StringComparison.Ordinal)}";

    /// <summary>Whether a file's name is one that only the agent gives.</summary>
    public static bool IsName(string path) => Path.GetFileName(path).Contains("eni-agent", StringComparison.Ordinal);

    /// <summary>Those in a folder, and in its folders of drop-ins, that must stay: of an ENI that is not understood now nothing may be taken away.</summary>
    public static IEnumerable<string> ToKeep(BootState state, IFileTree files, string folder) =>
        In(files, folder).Where(path => files.Read(path) is FileContent.Text { Value: var text } && Marker.Is(text) && MustStay(state, text));

    /// <summary>Every path in a folder, and in its folders of drop-ins.</summary>
    public static IEnumerable<string> In(IFileTree files, string folder) =>
        files.List(folder).Select(name => $"{folder}/{name}").SelectMany(path =>
            path.EndsWith(".d", StringComparison.Ordinal) ? files.List(path).Select(name => $"{path}/{name}") : [path]);

    private static bool MustStay(BootState state, string text) => Marker.MacOf(text) is { } mac
        ? state.Untouched.Contains(mac) || (state.HoldRemovals && state.Enis.All(eni => eni.Mac != mac))
        : state.IsUnclear;
}
