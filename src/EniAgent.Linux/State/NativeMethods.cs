using System.Runtime.InteropServices;
using EniAgent.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace EniAgent.Linux.State;

/// <summary>open(2) without .NET's flock(2), that lock itself, fsync(2) of a folder, which .NET's file streams refuse, and what a file is and whose, which .NET does not tell.</summary>
internal static partial class NativeMethods
{
    private const int O_RDONLY = 0;
    private const int O_RDWR = 2;
    private const int O_WRONLY = 1;
    private const int O_CREAT = 0x40;
    private const int O_EXCL = 0x80;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int W_OK = 2;
    private const int LOCK_SH = 1;
    private const int LOCK_EX = 2;
    private const int LOCK_NB = 4;
    private const int EACCES = 13, EWOULDBLOCK = 11;
    private const int AtFdcwd = -100, AtSymlinkNofollow = 0x100, StatxBasicStats = 0x7ff;
    private const int Enoent = 2, Enotdir = 20;

    // asm-generic/fcntl.h; arm64 has numbers of its own for these.
    private static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>The user that this process acts as (geteuid(2)).</summary>
    public static uint User => geteuid();

    /// <summary>Whether this process may write to a path, or make files in it where it is a folder.</summary>
    public static bool MayWrite(string path) => access(path, W_OK) == 0;

    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenToRead(string path)
    {
        var fd = open(path, O_RDONLY | O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Failed("open", path);
    }

    /// <summary>Makes a file and opens it to write; null where something is there, or where its folder is not.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static SafeFileHandle? Create(string path, UnixFileMode mode)
    {
        const int Eexist = 17;
        var fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (int)mode);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true)
            : Marshal.GetLastPInvokeError() is Eexist or Enoent ? null
            : throw Failed("open", path);
    }

    /// <exception cref="IOException">It cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be renamed.</exception>
    public static void Rename(string from, string to)
    {
        if (rename(from, to) != 0)
        {
            throw Failed("rename", to);
        }
    }

    /// <summary>Opens a file to read and write, making it where there is none, and locks it; null where somebody else has. A link is not followed.</summary>
    /// <exception cref="IOException">It cannot be opened; <see cref="Exception.HResult"/> is the error number.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static SafeFileHandle? OpenAndLock(string path, UnixFileMode mode)
    {
        var fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, (int)mode);
        if (fd < 0)
        {
            throw Failed("open", path);
        }

        var file = new SafeFileHandle(fd, ownsHandle: true);
        if (flock(file, LOCK_EX | LOCK_NB) == 0)
        {
            return file;
        }

        var failure = Marshal.GetLastPInvokeError() == EWOULDBLOCK ? null : Failed("flock", path);
        file.Dispose();
        return failure is null ? null : throw failure;
    }

    /// <summary>Locks an open file together with others who only look; false where somebody has it alone.</summary>
    /// <exception cref="IOException">It cannot be locked.</exception>
    public static bool TryToShare(SafeFileHandle file, string path) =>
        flock(file, LOCK_SH | LOCK_NB) == 0 || (Marshal.GetLastPInvokeError() == EWOULDBLOCK ? false : throw Failed("flock", path));

    /// <exception cref="IOException">What was written may not outlive a power cut.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (fsync(file) != 0)
        {
            throw Failed("fsync", path);
        }
    }

    /// <summary>What is at a path, a link not followed; null for nothing.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static unsafe FileFacts? Look(string path)
    {
        Statx facts = default;
        if (statx(AtFdcwd, path, AtSymlinkNofollow, StatxBasicStats, &facts) != 0)
        {
            return Marshal.GetLastPInvokeError() is Enoent or Enotdir ? null : throw Failed("statx", path);
        }

        var kind = (facts.Mode & 0xf000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0xa000 => FileKind.Link,
            0xc000 => FileKind.Socket,
            _ => FileKind.Special,
        };
        return new FileFacts(kind, (UnixFileMode)(facts.Mode & 0xfff), new FileOwner(facts.User, facts.Group), (long)facts.Size);
    }

    /// <summary>What tells that nothing has happened to a path; null where that cannot be told.</summary>
    /// <param name="path">The path, with a zero at its end.</param>
    /// <param name="follow">Whether a link is followed.</param>
    public static unsafe FileStamp? Stamp(ReadOnlySpan<byte> path, bool follow)
    {
        Statx facts = default;
        fixed (byte* text = path)
        {
            if (statx(AtFdcwd, text, follow ? 0 : AtSymlinkNofollow, StatxBasicStats, &facts) != 0)
            {
                return Marshal.GetLastPInvokeError() is Enoent or Enotdir ? default(FileStamp) : null;
            }
        }

        return new FileStamp
        {
            Device = facts.Device,
            Inode = facts.Inode,
            Size = facts.Size,
            Modified = facts.Modified.Nanoseconds,
            Changed = facts.Changed.Nanoseconds,
            User = facts.User,
            Group = facts.Group,
            Mode = facts.Mode,
        };
    }

    /// <exception cref="IOException">It cannot be given away.</exception>
    public static void ChangeOwner(SafeFileHandle file, FileOwner owner, string path)
    {
        if (fchown(file, owner.User, owner.Group) != 0)
        {
            throw Failed("fchown", path);
        }
    }

    /// <summary>Lets two files have each other's names, at once; false on kernels before 3.15 and file systems that cannot.</summary>
    /// <exception cref="IOException">One of them is not there, or they cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be renamed.</exception>
    public static bool Exchange(string one, string other)
    {
        const int RenameExchange = 2, Enosys = 38, Einval = 22;
        return renameat2(AtFdcwd, one, AtFdcwd, other, RenameExchange) == 0
            || (Marshal.GetLastPInvokeError() is Enosys or Einval ? false : throw Failed("renameat2", other));
    }

    private static Exception Failed(string operation, string what)
    {
        var (error, message) = (Marshal.GetLastPInvokeError(), $"{operation} {what}: {Marshal.GetLastPInvokeErrorMessage()}");
        return error == EACCES ? new UnauthorizedAccessException(message) : new IOException(message, error);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle fd, int operation);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle fd);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int folder, string path, int flags, uint mask, Statx* facts);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int statx(int folder, byte* path, int flags, uint mask, Statx* facts);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string oldPath, string newPath);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(SafeFileHandle fd, uint user, uint group);

    // struct statx of linux/stat.h: the one form that is the same on every architecture; the C library makes it from fstatat(2) on kernels before 4.11.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public StatxTimestamp Changed;

        [FieldOffset(112)]
        public StatxTimestamp Modified;

        // Major and minor number.
        [FieldOffset(136)]
        public ulong Device;
    }

    private struct StatxTimestamp
    {
#pragma warning disable CS0649 // The kernel assigns them.
        private readonly long _seconds;
        private readonly uint _fraction;
#pragma warning restore CS0649

        public readonly long Nanoseconds => (_seconds * TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerSecond) + _fraction;
    }
}
