using System.Text;

namespace EniAgent.Linux.State;

/// <summary>Writes a file so that whoever reads it finds the old content or the new, never a half.</summary>
public static class AtomicFile
{
    /// <summary>rw-------.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>rw-r--r--.</summary>
    public const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes <paramref name="content"/> to <paramref name="path"/>, making the folder where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content, written as UTF-8.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="durable">Whether it must survive a power cut; false for files in /run.</param>
    /// <exception cref="IOException">It cannot be written; the old content stands.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stands.</exception>
    public static void Write(string path, string content, UnixFileMode mode, bool durable)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder, FolderMode);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.new");

        // A leftover of a crash, or a link that somebody planted, is never written through.
        File.Delete(temporary);
        try
        {
            WriteNew(temporary, content, mode, durable);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        if (durable)
        {
            SyncFolder(folder);
        }
    }

    private static void WriteNew(string path, string content, UnixFileMode mode, bool durable)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
            BufferSize = 0,
        });

        // The umask takes from the mode with which a file is made, and a shell's may be anything.
        File.SetUnixFileMode(file.SafeFileHandle, mode);
        file.Write(Encoding.UTF8.GetBytes(content));
        if (durable)
        {
            file.Flush(flushToDisk: true);
        }
    }

    // A rename is durable once the folder is.
    private static void SyncFolder(string folder)
    {
        using var handle = NativeMethods.OpenToRead(folder);
        NativeMethods.Sync(handle, folder);
    }
}
