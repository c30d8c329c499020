using System.Globalization;

namespace EniAgent.Bench.Worlds;

/// <summary>A folder that is on no disk; it goes when it is disposed of.</summary>
internal sealed class MemoryFolder : IDisposable
{
    /// <summary>Makes it.</summary>
    public MemoryFolder() => Directory.CreateDirectory(Path);

    /// <summary>Its path.</summary>
    public string Path { get; } = string.Create(CultureInfo.InvariantCulture, $"/dev/shm/eni-bench-{Environment.ProcessId}");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
