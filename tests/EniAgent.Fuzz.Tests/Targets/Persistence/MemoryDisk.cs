using EniAgent.Linux.Files;

namespace EniAgent.Fuzz.Tests.Targets.Persistence;

/// <summary>A disk in memory: files by their paths, and the folders that they need.</summary>
internal sealed class MemoryDisk : IDisk
{
    private static readonly FileFacts Folder = new(FileKind.Folder, default, default, 0);

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    // How many files are below each.
    private readonly Dictionary<string, int> _folders = new(StringComparer.Ordinal);

    /// <summary>The files.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>Puts a file there, where no file stands in the place of its folders and no folder in its own; false where it cannot be.</summary>
    public bool TryPut(string path, byte[] content)
    {
        var parts = path.Split('/');
        var isPlain = path.StartsWith('/') && parts.Skip(1).All(part => part.Length > 0 && part is not ("." or "..") && !part.Contains('\0', StringComparison.Ordinal));
        var isFree = isPlain && Enumerable.Range(2, parts.Length - 2).All(count => !Files.ContainsKey(string.Join('/', parts[..count]))) && Look(path)?.Kind != FileKind.Folder;
        if (isFree)
        {
            Put(path, content);
        }

        return isFree;
    }

    /// <inheritdoc/>
    public FileFacts? Look(string path) =>
        Files.TryGetValue(path, out var content) ? new FileFacts(FileKind.Regular, UnixFileMode.UserRead, default, content.Length)
        : _folders.ContainsKey(path) ? Folder : null;

    /// <inheritdoc/>
    public byte[] Read(string path) => Files.TryGetValue(path, out var content) ? content : throw new FileNotFoundException(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => [.. Files.Keys.Where(file => IsBelow(file, folder)).Select(file => file[(folder.Length + 1)..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
    }

    /// <inheritdoc/>
    public void Create(string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable) => Put(path, content);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Put(to, _files[from]);
        Delete(from);
    }

    /// <inheritdoc/>
    public bool Exchange(string one, string other)
    {
        (_files[one], _files[other]) = (_files[other], _files[one]);
        return true;
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (_files.Remove(path))
        {
            Count(path, -1);
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
    }

    private void Put(string path, byte[] content)
    {
        if (_files.TryAdd(path, content))
        {
            Count(path, 1);
        }
        else
        {
            _files[path] = content;
        }
    }

    private void Count(string path, int files)
    {
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            var folder = path[..end];
            var count = _folders.GetValueOrDefault(folder) + files;
            if (count > 0)
            {
                _folders[folder] = count;
            }
            else
            {
                _folders.Remove(folder);
            }
        }
    }

    private static bool IsBelow(string file, string folder) => file.Length > folder.Length && file[folder.Length] == '/' && file.StartsWith(folder, StringComparison.Ordinal);
}
