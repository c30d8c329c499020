using System.Globalization;
using EniAgent.Core.Kernel;

namespace EniAgent.Linux.Kernel;

/// <summary>Reads and writes /proc/sys/net/ipv4/conf of the current network namespace.</summary>
internal static class Sysctls
{
    private const string Folder = "/proc/sys/net/ipv4/conf";

    /// <summary>The value; null where the setting is not there (the interface has just gone).</summary>
    public static int? Read(SysctlKey key)
    {
        Span<byte> buffer = stackalloc byte[16];
        try
        {
            using var file = File.OpenHandle(PathOf(key));
            var length = RandomAccess.Read(file, buffer, 0);
            return int.TryParse(buffer[..length].TrimEnd((byte)'\n'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes the value; null when done, else why not.</summary>
    public static StepFailure? Write(SysctlKey key, int value)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(key), FileMode.Open, FileAccess.Write);
            Span<byte> buffer = stackalloc byte[16];
            value.TryFormat(buffer, out var length, default, CultureInfo.InvariantCulture);
            RandomAccess.Write(file, buffer[..length], 0);
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            return new StepFailure(FailureKind.Denied, e.Message);
        }
        catch (IOException e)
        {
            return new StepFailure(FailureKind.Transient, e.Message);
        }
    }

    private static string PathOf(SysctlKey key)
    {
        // The kernel admits no such name; a path is made of nothing else.
        if (key.Interface is "" or "." or ".." || key.Interface.Contains('/', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{key.Interface}' is not an interface name", nameof(key));
        }

        return $"{Folder}/{key.Interface}/{key.Name}";
    }
}
