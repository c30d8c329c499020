using System.Runtime.InteropServices;

namespace EniAgent.Linux.State;

/// <summary>open(2) and fsync(2) of a folder, which .NET's file streams refuse, and open(2) without the lock that they take.</summary>
internal static partial class NativeMethods
{
    private const int O_RDONLY = 0;
    private const int O_CLOEXEC = 0x80000;

    public static int OpenToRead(string path)
    {
        var fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd >= 0 ? fd : throw Failed("open", path);
    }

    public static void Sync(int fd)
    {
        if (fsync(fd) != 0)
        {
            throw Failed("fsync", "folder");
        }
    }

    public static void Close(int fd) => _ = close(fd);

    private static IOException Failed(string operation, string what) =>
        new($"{operation} {what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
