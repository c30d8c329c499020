using EniAgent.Linux.State;

namespace EniAgent.Linux.Files;

/// <summary>The machine's own disk.</summary>
public sealed class Disk : IDisk
{
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private Disk()
    {
    }

    /// <summary>The one there is.</summary>
    public static Disk Instance { get; } = new();

    /// <inheritdoc/>
    public FileFacts? Look(string path) => NativeMethods.Look(path);

    /// <inheritdoc/>
    public byte[] Read(string path) => File.ReadAllBytes(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } above)
        {
            CreateFolder(above);
        }

        // The umask takes from the mode here as well.
        Directory.CreateDirectory(path, FolderMode);
        File.SetUnixFileMode(path, FolderMode);
    }

    /// <inheritdoc/>
    public void Create(string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
            BufferSize = 0,
        });
        if (owner is { } wanted && NativeMethods.Look(path) is { } made && made.Owner != wanted)
        {
            NativeMethods.ChangeOwner(file.SafeFileHandle, wanted, path);
        }

        // The umask takes from the mode with which a file is made, and a shell's may be anything.
        File.SetUnixFileMode(file.SafeFileHandle, mode);
        file.Write(content);
        if (durable)
        {
            file.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public bool Exchange(string one, string other) => NativeMethods.Exchange(one, other);

    /// <inheritdoc/>
    public void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // A folder that is not there holds nothing.
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        using var handle = NativeMethods.OpenToRead(path);
        NativeMethods.Sync(handle, path);
    }
}
