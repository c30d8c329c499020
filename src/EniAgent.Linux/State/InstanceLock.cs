using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EniAgent.Linux.State;

/// <summary>The lock that keeps two agents from writing to the kernel at the same time. The kernel releases it when its holder ends, however it ends.</summary>
public sealed class InstanceLock : IDisposable
{
    private readonly FileStream _file;

    private InstanceLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, waiting for at most <paramref name="patience"/>.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="patience">How long to wait; zero to try once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LockHeldException">Somebody else holds it.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static async Task<InstanceLock> TakeAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
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

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The process id in the lock's file; 0 where there is none. It says who held the lock last; <see cref="IsHeld"/> says whether somebody does.</summary>
    public static int HolderOf(string path)
    {
        try
        {
            // A stream opened by its path asks for a shared lock, which the holder's refuses.
            using var handle = new SafeFileHandle(NativeMethods.OpenToRead(path), ownsHandle: true);
            using var file = new FileStream(handle, FileAccess.Read, 1);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadToEnd().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Whether somebody holds the lock; false also where that cannot be told.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e)
        {
            return e is not FileNotFoundException and not DirectoryNotFoundException;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // FileShare.None is an exclusive flock(2).
    private static InstanceLock? TryTake(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException) when (IsHeld(path))
        {
            return null;
        }

        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n")));
        file.Flush();
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
