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
    private const string Changed = "was changed by somebody else in this moment";

    /// <summary>Writes <paramref name="content"/> to <paramref name="path"/>, making the folder where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content, written as UTF-8.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="durable">Whether it must survive a power cut; false for files in /run.</param>
    /// <exception cref="IOException">It cannot be written; the old content stands.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stands.</exception>
    public static void Write(string path, string content, UnixFileMode mode, bool durable) =>
        Write(Disk.Instance, path, Encoding.UTF8.GetBytes(content), mode, owner: null, durable);

    /// <summary>The same for what is written time and again and need not survive a power cut: with as few system calls as there can be.</summary>
    /// <exception cref="IOException">It cannot be written; the old content stands.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old content stands.</exception>
    public static void WriteOften(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var temporary = TemporaryOf(path);
        var isPut = false;
        var file = NativeMethods.Create(temporary, mode);
        if (file is null)
        {
            // There is no folder, or there is a leftover of a crash, or a link that somebody planted: that is never written through.
            Disk.Instance.CreateFolder(Path.GetDirectoryName(path)!);
            Disk.Instance.Delete(temporary);
            file = NativeMethods.Create(temporary, mode) ?? throw new IOException($"{temporary} comes back");
        }

        try
        {
            using (file)
            {
                // The umask takes from the mode with which a file is made, and a shell's may be anything.
                File.SetUnixFileMode(file, mode);
                RandomAccess.Write(file, content, 0);
            }

            NativeMethods.Rename(temporary, path);
            isPut = true;
        }
        finally
        {
            if (!isPut)
            {
                Disk.Instance.Delete(temporary);
            }
        }
    }

    /// <summary>The same on any disk, with an owner.</summary>
    public static void Write(IDisk disk, string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable) =>
        Write(disk, path, content, mode, owner, durable, temporary =>
        {
            disk.Rename(temporary, path);
            return true;
        });

    /// <summary>The same, always durable, in place of <paramref name="before"/> (null for none) alone: what somebody else writes meanwhile, however long it takes, is not written over.</summary>
    /// <exception cref="IOException">It cannot be written, or something else stands there by now.</exception>
    public static void Replace(IDisk disk, string path, byte[]? before, byte[] content, UnixFileMode mode, FileOwner? owner)
    {
        var isExchanged = false;
        Write(disk, path, content, mode, owner, durable: true, temporary =>
        {
            if (!Stands(disk, path, before))
            {
                return false;
            }

            isExchanged = before is not null && disk.Exchange(temporary, path);
            if (!isExchanged)
            {
                disk.Rename(temporary, path);
            }

            return true;
        });
        if (isExchanged)
        {
            Confirm(disk, path, before!, content);
        }
    }

    // Puts the new file there, or says that it must not.
    private static void Write(IDisk disk, string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable, Func<string, bool> put)
    {
        var folder = Path.GetDirectoryName(path)!;
        disk.CreateFolder(folder);
        var temporary = TemporaryOf(path);

        // A leftover of a crash, or a link that somebody planted, is never written through.
        disk.Delete(temporary);
        var isPut = false;
        try
        {
            disk.Create(temporary, content, mode, owner, durable);
            isPut = put(temporary);
        }
        finally
        {
            if (!isPut)
            {
                disk.Delete(temporary);
            }
        }

        if (!isPut)
        {
            throw new IOException(Changed);
        }

        // A rename is durable once the folder is.
        if (durable)
        {
            disk.SyncFolder(folder);
        }
    }

    // To make the new file durable may have taken long; and between any look and any rename this process may be stopped, so that only what a rename has displaced tells for sure.
    // What is displaced and is not what was expected is somebody's work: it goes back, and nothing else becomes of it.
    private static void Confirm(IDisk disk, string path, byte[] before, byte[] content)
    {
        var displaced = TemporaryOf(path);
        if (CanBeSeenToStand(disk, displaced, before))
        {
            disk.Delete(displaced);
            return;
        }

        disk.Exchange(displaced, path);
        if (!CanBeSeenToStand(disk, displaced, content))
        {
            // They have saved once more meanwhile, and that is what they want.
            disk.Exchange(displaced, path);
        }

        disk.Delete(displaced);
        disk.SyncFolder(Path.GetDirectoryName(path)!);
        throw new IOException(Changed);
    }

    private static bool CanBeSeenToStand(IDisk disk, string path, byte[] content)
    {
        try
        {
            return Stands(disk, path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Stands(IDisk disk, string path, byte[]? content) =>
        disk.Look(path) is { } facts ? facts.Kind == FileKind.Regular && content is not null && disk.Read(path).AsSpan().SequenceEqual(content) : content is null;

    private static string TemporaryOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, $"{Before}{Path.GetFileName(path)}{After}");

    /// <summary>The file that a power cut kept from being written, by the path that it left; null for a path that this class does not make.</summary>
    public static string? TargetOf(string temporary) =>
        Path.GetFileName(temporary) is var name && name.Length > Before.Length + After.Length
            && name.StartsWith(Before, StringComparison.Ordinal) && name.EndsWith(After, StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(temporary)!, name[Before.Length..^After.Length])
            : null;
}
