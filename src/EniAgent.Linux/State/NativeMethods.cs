using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EniAgent.Linux.State;

/// <summary>open(2) without .NET's flock(2), and fsync(2) of a folder, which .NET's file streams refuse.</summary>
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

    private static IOException Failed(string operation, string what) =>
        new($"{operation} {what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle fd);
}
