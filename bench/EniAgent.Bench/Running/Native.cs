using System.Runtime.InteropServices;

namespace EniAgent.Bench.Running;

/// <summary>The calls of the C library that start a program and tell what it used; names and numbers are the system's.</summary>
internal static unsafe partial class Native
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_CREAT = 0x40;
    internal const int O_TRUNC = 0x200;
    internal const int WNOHANG = 1;

    /// <summary>getrusage(2): what a process used; counts that Linux does not keep are not named.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Rusage
    {
        internal long UserSeconds, UserMicroseconds, SystemSeconds, SystemMicroseconds;
        internal fixed long Rest[12];
        internal long VoluntarySwitches, InvoluntarySwitches;
    }

    // Larger than posix_spawn_file_actions_t of any C library.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct FileActions;

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_init(FileActions* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn_file_actions_addopen(FileActions* actions, int fd, string path, int flags, uint mode);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_destroy(FileActions* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawnp(out int pid, string file, FileActions* actions, nint attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int wait4(int pid, out int status, int options, out Rusage usage);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint sendto(int socket, byte* data, nuint length, int flags, byte* address, uint addressLength);

    [StructLayout(LayoutKind.Sequential)]
    internal struct Timespec
    {
        internal long Seconds, Nanoseconds;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_getcpuclockid(int pid, out int clock);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_gettime(int clock, out Timespec time);

    /// <summary>Processor time of a process.</summary>
    internal static double ProcessorNanoseconds(int pid) => clock_getcpuclockid(pid, out var clock) == 0 && clock_gettime(clock, out var time) == 0
        ? (1e9 * time.Seconds) + time.Nanoseconds
        : throw new IOException(FormattableString.Invariant($"process {pid} has no clock"));
}
