using System.Text;
using EniAgent.Linux.Files;

namespace EniAgent.Linux.State;

/// <summary>Writes a file so that whoever reads it finds the old content or the new, never a half.</summary>
public static class AtomicFile
{
    /// <summary>rw-------.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>rw-r--r--.</summary>
    public const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // No network manager reads a name with a dot in front.
    private const string Before = ".";
    private const string After = ".new";

    /// <summary>Writes <paramref name="content"/> to <paramref name="path"/>, making the folder where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content, written as UTF-8.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="durable">Whether it must survive a power cut; false for files in /run.</param>
    /// <exception cref="IOException">It cannot be written; the old content stands.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stands.</exception>
    public static void Write(string path, string content, UnixFileMode mode, bool durable) =>
        Write(Disk.Instance, path, Encoding.UTF8.GetBytes(content), mode, owner: null, durable);

    /// <summary>The same on any disk, with an owner. <paramref name="mayReplace"/> is asked at the last moment, for to make a file durable may take long; where the answer is no the old content stands.</summary>
    public static void Write(IDisk disk, string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable, Func<bool>? mayReplace = null)
    {
        var folder = Path.GetDirectoryName(path)!;
        disk.CreateFolder(folder);

        var temporary = Path.Combine(folder, $"{Before}{Path.GetFileName(path)}{After}");

        // A leftover of a crash, or a link that somebody planted, is never written through.
        disk.Delete(temporary);
        try
        {
            disk.Create(temporary, content, mode, owner, durable);
            if (mayReplace?.Invoke() == false)
            {
                throw new IOException("was changed by somebody else in this moment");
            }

            disk.Rename(temporary, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            disk.Delete(temporary);
            throw;
        }

        // A rename is durable once the folder is.
        if (durable)
        {
            disk.SyncFolder(folder);
        }
    }

    /// <summary>The file that a power cut kept from being written, by the path that it left; null for a path that this class does not make.</summary>
    public static string? TargetOf(string temporary) =>
        Path.GetFileName(temporary) is var name && name.Length > Before.Length + After.Length
            && name.StartsWith(Before, StringComparison.Ordinal) && name.EndsWith(After, StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(temporary)!, name[Before.Length..^After.Length])
            : null;
}
