using System.Runtime.InteropServices;
using EniAgent.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace EniAgent.Linux.State;

/// <summary>open(2) without .NET's flock(2), fsync(2) of a folder, which .NET's file streams refuse, and what a file is and whose, which .NET does not tell.</summary>
internal static partial class NativeMethods
{
    private const int O_RDONLY = 0;
    private const int O_CLOEXEC = 0x80000;

    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenToRead(string path)
    {
        var fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Failed("open", path);
    }

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
        const int AtFdcwd = -100, AtSymlinkNofollow = 0x100, StatxBasicStats = 0x7ff;
        const int Enoent = 2, Enotdir = 20;
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
            _ => FileKind.Special,
        };
        return new FileFacts(kind, (UnixFileMode)(facts.Mode & 0xfff), new FileOwner(facts.User, facts.Group), (long)facts.Size);
    }

    /// <exception cref="IOException">It cannot be given away.</exception>
    public static void ChangeOwner(SafeFileHandle file, FileOwner owner, string path)
    {
        if (fchown(file, owner.User, owner.Group) != 0)
        {
            throw Failed("fchown", path);
        }
    }

    private static IOException Failed(string operation, string what) =>
        new($"{operation} {what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle fd);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int folder, string path, int flags, uint mask, Statx* facts);

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

        [FieldOffset(40)]
        public ulong Size;
    }
}
