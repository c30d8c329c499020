using EniAgent.Core.Addressing;
using EniAgent.Core.Wording;
using EniAgent.Persistence.Files;

namespace EniAgent.Persistence.Backends.Ifupdown;

/// <summary>/etc/network/interfaces and the files that it sources, those of ours left out: which NICs they define, and how.</summary>
internal sealed class InterfacesFiles
{
    public const string Main = "/etc/network/interfaces";
    public const string Folder = "/etc/network/interfaces.d";

    private readonly List<InterfacesFile> _files = [];

    private InterfacesFiles()
    {
    }

    /// <summary>Why nothing can be written; null where something can.</summary>
    public Finding? Problem { get; private set; }

    /// <summary>Reads them.</summary>
    public static InterfacesFiles Read(IFileTree tree)
    {
        var all = new InterfacesFiles();
        if (!all.Add(tree, Main))
        {
            return all;
        }

        if (!all._files[0].Words.Any(IsSource))
        {
            all.Problem = new Finding(Main, 0, FindingWords.AllNeedsAgent(FindingWords.NotSourced(Folder)));
            return all;
        }

        foreach (var path in tree.List(Folder).Select(name => $"{Folder}/{name}"))
        {
            if (tree.Read(path) is FileContent.Text { Value: var text } && !Marker.Is(text) && !all.Add(tree, path))
            {
                break;
            }
        }

        return all;
    }

    /// <summary>The files in which a NIC is defined.</summary>
    public IReadOnlyList<InterfacesFile> DefinitionsOf(string name) => [.. _files.Where(file => file.Words.Any(words => words is ["iface", var n, ..] && n == name))];

    /// <summary>How a NIC's files bring it up, as "auto" or "allow-hotplug"; null where none says.</summary>
    public string? ClassOf(string name) =>
        _files.SelectMany(file => file.Words).FirstOrDefault(words => words is ["auto" or "allow-auto" or "allow-hotplug", ..] && words.Contains(name))?[0];

    /// <summary>Whether a NIC's address stands in its stanzas.</summary>
    public bool Gives(string name, IpAddress address)
    {
        var isIts = false;
        foreach (var words in _files.SelectMany(file => file.Words))
        {
            isIts = words is ["iface", ..] ? words.ElementAtOrDefault(1) == name : isIts && words is not (["auto", ..] or ["mapping", ..] or ["source", ..]);
            if (isIts && words is ["address", var value, ..] && value.Split('/')[0] == address.ToString())
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSource(string[] words) =>
        words is ["source", Folder + "/*" or "interfaces.d/*" or Folder + "/*.*", ..]
            or ["source-directory", Folder or "interfaces.d", ..];

    private bool Add(IFileTree tree, string path)
    {
        Problem = tree.Read(path) switch
        {
            FileContent.Text { CarriageReturn: > 0 and var line } =>
                new Finding(path, line, FindingWords.NothingWritten(FindingWords.EndsWithCarriageReturn(Sentence.AsIs("ifupdown")))),
            FileContent.Text { Value: var text } => Take(path, text),
            FileContent.Unusable unusable => new Finding(path, unusable.Line, FindingWords.NothingWritten(unusable.Problem)),
            _ => new Finding(path, 0, FindingWords.AllNeedsAgent(FindingWords.IsMissing)),
        };
        return Problem is null;
    }

    private Finding? Take(string path, string text)
    {
        _files.Add(new InterfacesFile(path, text));
        return null;
    }
}

/// <summary>One file of interfaces(5).</summary>
/// <param name="Path">Its path.</param>
/// <param name="Text">Its text.</param>
internal sealed record InterfacesFile(string Path, string Text)
{
    /// <summary>The line of the comment that keeps the agent's hands off, from 1; 0 where there is none.</summary>
    public int OptOut => Marker.OptOutIn(Text);

    /// <summary>The words of each line that is no comment; a backslash at the end goes on with the next line.</summary>
    public IReadOnlyList<string[]> Words { get; } = [.. Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        .Where(line => !line.TrimStart().StartsWith('#')).Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0)];
}
