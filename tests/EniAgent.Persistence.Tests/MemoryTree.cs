using System.Text;
using EniAgent.Core.Wording;
using EniAgent.Persistence.Files;

namespace EniAgent.Persistence.Tests;

/// <summary>Files in memory: a path and its text.</summary>
internal sealed class MemoryTree : IFileTree
{
    public SortedDictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Folders that are there though nothing is in them.</summary>
    public HashSet<string> EmptyFolders { get; } = new(StringComparer.Ordinal);

    /// <summary>Paths that cannot be read as text.</summary>
    public Dictionary<string, FileContent.Unusable> Unusable { get; } = new(StringComparer.Ordinal);

    public static MemoryTree Of(params (string Path, string Text)[] files)
    {
        var tree = new MemoryTree();
        foreach (var (path, text) in files)
        {
            tree.Files[path] = text;
        }

        return tree;
    }

    /// <summary>The files of a folder on disk.</summary>
    public static MemoryTree Load(string folder)
    {
        var tree = new MemoryTree();
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                tree.Files["/" + Path.GetRelativePath(folder, file)] = File.ReadAllText(file, new UTF8Encoding(false, true));
            }
        }

        return tree;
    }

    public IReadOnlyList<string> List(string folder) =>
        [.. Files.Keys.Concat(Unusable.Keys).Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(path => path[(folder.Length + 1)..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal)];

    public bool HasFolder(string folder) => EmptyFolders.Contains(folder) || List(folder).Count > 0;

    public FileContent Read(string path) =>
        Unusable.TryGetValue(path, out var unusable) ? unusable
        : Files.TryGetValue(path, out var text) ? new FileContent.Text(text)
        : HasFolder(path) ? new FileContent.Unusable(0, Sentence.AsIs("is a folder"))
        : new FileContent.Missing();
}
