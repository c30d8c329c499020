namespace EniAgent.Linux.Files;

/// <summary>
/// What tells that nothing has happened to a path: whoever writes to what is there, or puts something else there, changes one of these, and be it only the time of
/// the change, which nobody can set. The default is that nothing is there.
/// </summary>
internal readonly struct FileStamp
{
    private const int KindMask = 0xf000, Link = 0xa000;

    /// <summary>The file system.</summary>
    public ulong Device { get; init; }

    /// <summary>The file on it; 0 where there is none.</summary>
    public ulong Inode { get; init; }

    /// <summary>Its size in bytes.</summary>
    public ulong Size { get; init; }

    /// <summary>When its content was last changed, or said to be, in nanoseconds since 1970.</summary>
    public long Modified { get; init; }

    /// <summary>When anything of it was last changed, in nanoseconds since 1970.</summary>
    public long Changed { get; init; }

    /// <summary>Whose it is.</summary>
    public uint User { get; init; }

    /// <summary>And which group's.</summary>
    public uint Group { get; init; }

    /// <summary>What it is, and its permissions.</summary>
    public int Mode { get; init; }

    /// <summary>Whether anything is there.</summary>
    public bool Exists => Inode != 0;

    /// <summary>Whether it is of a symbolic link itself.</summary>
    public bool IsLink => (Mode & KindMask) == Link;

    /// <summary>Whether nothing has happened from one to the other.</summary>
    public bool Is(in FileStamp other) =>
        Device == other.Device && Inode == other.Inode && Size == other.Size && Modified == other.Modified && Changed == other.Changed
        && User == other.User && Group == other.Group && Mode == other.Mode;
}
