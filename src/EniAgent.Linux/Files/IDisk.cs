namespace EniAgent.Linux.Files;

/// <summary>What the agent does to files, one system call or so each: the seam at which a crash between any two of them can be tried.</summary>
public interface IDisk
{
    /// <summary>What is at a path, a link not followed; null for nothing.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    FileFacts? Look(string path);

    /// <summary>Reads a regular file.</summary>
    byte[] Read(string path);

    /// <summary>The names in a folder, sorted by their characters; empty where there is none.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Makes a folder and those above it, rwxr-xr-x; one that is there stays as it is.</summary>
    void CreateFolder(string path);

    /// <summary>Makes a file that must not be there yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mode">Its permissions, whatever the umask.</param>
    /// <param name="owner">Its owner and group; null for this process's own.</param>
    /// <param name="durable">Whether its content must be on the disk when this returns.</param>
    void Create(string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable);

    /// <summary>Renames a file over another one or none (rename(2)).</summary>
    void Rename(string from, string to);

    /// <summary>Lets two files have each other's names (renameat2(2)), at once; false where kernel or file system cannot.</summary>
    bool Exchange(string one, string other);

    /// <summary>Deletes a file; none is no failure.</summary>
    void Delete(string path);

    /// <summary>Puts a folder's names on the disk (fsync(2)).</summary>
    void SyncFolder(string path);
}

/// <summary>What is at a path.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Length">Its size in bytes.</param>
public readonly record struct FileFacts(FileKind Kind, UnixFileMode Mode, FileOwner Owner, long Length);

/// <summary>An owner and a group, by number.</summary>
/// <param name="User">The user's id.</param>
/// <param name="Group">The group's id.</param>
public readonly record struct FileOwner(uint User, uint Group);

/// <summary>What a path can be.</summary>
public enum FileKind
{
    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A unix socket.</summary>
    Socket,

    /// <summary>A pipe, a device.</summary>
    Special,
}
