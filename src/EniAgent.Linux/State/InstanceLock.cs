using System.Globalization;
using System.Text;

namespace EniAgent.Linux.State;

/// <summary>The lock that keeps two agents from writing to the kernel at the same time. The kernel releases it when its holder ends, however it ends.</summary>
public sealed class InstanceLock : IDisposable
{
    private const int ENOENT = 2, ENOTDIR = 20, ENOSPC = 28, EROFS = 30, EDQUOT = 122;

    private readonly FileStream _file;

    private InstanceLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, waiting for at most <paramref name="patience"/>.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="patience">How long to wait; zero to try once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="waiting">Called once when it has to be waited for, with the holder's process id (0 where it cannot be told).</param>
    /// <exception cref="LockHeldException">Somebody else holds it.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static async Task<InstanceLock> TakeAsync(
        string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken, Action<int>? waiting = null)
    {
        OwnFolder.Make(Path.GetDirectoryName(path)!);
        var started = time.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            if (time.GetElapsedTime(started) >= patience)
            {
                throw new LockHeldException(path, HolderOf(path));
            }

            waiting?.Invoke(HolderOf(path));
            waiting = null;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The process id in the lock's file; 0 where there is none. It says who held the lock last; <see cref="IsHeld"/> says whether somebody does.</summary>
    public static int HolderOf(string path)
    {
        try
        {
            // Every open of .NET's asks for a lock of its own, and would be refused here.
            using var file = NativeMethods.OpenToRead(path);
            using var reader = new StreamReader(new FileStream(file, FileAccess.Read, 1));
            return int.TryParse(reader.ReadToEnd().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Whether somebody holds the lock; null where that cannot be told, as by those who may not open the file. It is held for a moment by looking.
    /// </summary>
    public static bool? IsHeld(string path)
    {
        try
        {
            using var file = NativeMethods.OpenToRead(path);
            return !NativeMethods.TryToShare(file, path);
        }
        catch (IOException e) when (e.HResult is ENOENT or ENOTDIR)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Whether there can be no lock, though nobody holds it: the disk is full or read-only, or the folder is not to be believed.</summary>
    public static bool IsImpossible(IOException exception) => exception is UntrustedFolderException || IsWithoutRoom(exception);

    private static bool IsWithoutRoom(IOException exception) => exception.HResult is ENOSPC or EROFS or EDQUOT;

    // By system calls: .NET would follow a link, and what it leads to would be emptied.
    private static InstanceLock? TryTake(string path)
    {
        if (NativeMethods.OpenAndLock(path, AtomicFile.Private) is not { } handle)
        {
            return null;
        }

        var file = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);

        // Whoever can open the file can hold its lock.
        File.SetUnixFileMode(file.SafeFileHandle, AtomicFile.Private);
        file.SetLength(0);
        try
        {
            file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n")));
        }
        catch (IOException e) when (IsWithoutRoom(e))
        {
            // It is held all the same; only who holds it cannot be told.
        }

        return new InstanceLock(file);
    }
}

/// <summary>Somebody else holds the lock.</summary>
public sealed class LockHeldException(string path, int holder)
    : Exception($"{path} is held by {(holder == 0 ? "another process" : $"process {holder}")}")
{
    /// <summary>The holder's process id; 0 where it cannot be told.</summary>
    public int Holder { get; } = holder;
}
