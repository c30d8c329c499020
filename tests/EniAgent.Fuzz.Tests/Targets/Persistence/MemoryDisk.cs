using EniAgent.Linux.Files;

namespace EniAgent.Fuzz.Tests.Targets.Persistence;

/// <summary>A disk in memory: files by their paths, and the folders that they need.</summary>
internal sealed class MemoryDisk : IDisk
{
    private static readonly FileFacts Folder = new(FileKind.Folder, default, default, 0);

    /// <summary>The files.</summary>
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Puts a file there, where no file stands in the place of its folders and no folder in its own; false where it cannot be.</summary>
    public bool TryPut(string path, byte[] content)
    {
        var parts = path.Split('/');
        var isPlain = path.StartsWith('/') && parts.Skip(1).All(part => part.Length > 0 && part is not ("." or "..") && !part.Contains('\0', StringComparison.Ordinal));
        var isFree = isPlain && Enumerable.Range(2, parts.Length - 2).All(count => !Files.ContainsKey(string.Join('/', parts[..count]))) && Look(path)?.Kind != FileKind.Folder;
        if (isFree)
        {
            Files[path] = content;
        }

        return isFree;
    }

    /// <inheritdoc/>
    public FileFacts? Look(string path) =>
        Files.TryGetValue(path, out var content) ? new FileFacts(FileKind.Regular, UnixFileMode.UserRead, default, content.Length)
        : Files.Keys.Any(file => IsBelow(file, path)) ? Folder : null;

    /// <inheritdoc/>
    public byte[] Read(string path) => Files.TryGetValue(path, out var content) ? content : throw new FileNotFoundException(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => [.. Files.Keys.Where(file => IsBelow(file, folder)).Select(file => file[(folder.Length + 1)..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
    }

    /// <inheritdoc/>
    public void Create(string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable) => Files.Add(path, content);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Files[to] = Files[from];
        Files.Remove(from);
    }

    /// <inheritdoc/>
    public bool Exchange(string one, string other)
    {
        (Files[one], Files[other]) = (Files[other], Files[one]);
        return true;
    }

    /// <inheritdoc/>
    public void Delete(string path) => Files.Remove(path);

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
    }

    private static bool IsBelow(string file, string folder) => file.Length > folder.Length && file[folder.Length] == '/' && file.StartsWith(folder, StringComparison.Ordinal);
}
