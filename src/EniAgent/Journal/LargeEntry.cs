using System.Text;
using Tmds.Linux;

namespace EniAgent.Journal;

/// <summary>A file that holds one entry, for journald to read once it has the descriptor.</summary>
internal static unsafe class LargeEntry
{
    private static int _counter;

    /// <summary>A descriptor of a file with the entry in it that nobody can change or find by a name; negative when there is no room for one.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="sealing">False to do without memfd_create(2).</param>
    public static int Open(ReadOnlySpan<byte> entry, bool sealing)
    {
        var file = sealing ? Memory() : -1;
        var isSealed = file >= 0;
        if (file < 0)
        {
            file = Unlinked();
        }

        if (file >= 0 && !(Fill(file, entry) && (!isSealed || Seal(file))))
        {
            _ = LibC.close(file);
            return -1;
        }

        return file;
    }

    private static int Memory()
    {
        fixed (byte* name = "eni-agent-journal\0"u8)
        {
            return LibC.memfd_create(name, LibC.MFD_CLOEXEC | LibC.MFD_ALLOW_SEALING);
        }
    }

    /// <summary>journald takes a file that is not sealed from /dev/shm, once its name is gone.</summary>
    private static int Unlinked()
    {
        fixed (byte* name = Encoding.UTF8.GetBytes($"/dev/shm/eni-agent-{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}\0"))
        {
            var file = LibC.open(name, LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL | LibC.O_CLOEXEC | LibC.O_NOFOLLOW, 0x180 /* 0600 */);
            if (file >= 0)
            {
                _ = LibC.unlink(name);
            }

            return file;
        }
    }

    private static bool Fill(int file, ReadOnlySpan<byte> entry)
    {
        while (!entry.IsEmpty)
        {
            fixed (byte* data = entry)
            {
                var written = (int)LibC.write(file, data, entry.Length);
                if (written < 0 && LibC.errno != LibC.EINTR)
                {
                    return false;
                }

                entry = entry[Math.Max(written, 0)..];
            }
        }

        return true;
    }

    private static bool Seal(int file) =>
        LibC.fcntl(file, LibC.F_ADD_SEALS, LibC.F_SEAL_SEAL | LibC.F_SEAL_SHRINK | LibC.F_SEAL_GROW | LibC.F_SEAL_WRITE) == 0;
}
