using EniAgent.Linux.Files;
using EniAgent.Linux.Host;
using EniAgent.Persistence.Files;

namespace EniAgent.Persistence.Tests;

/// <summary>A root in a folder of its own, with files of a tree in it; deleted when disposed of.</summary>
internal sealed class TemporaryRoot : IDisposable
{
    public TemporaryRoot(MemoryTree files)
    {
        foreach (var (path, text) in files.Files)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path + path)!);
            File.WriteAllText(Path + path, text);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("eni-agent-files-").FullName;

    /// <summary>Every file there is now, with its text.</summary>
    public IReadOnlyDictionary<string, string> Files => MemoryTree.Load(Path).Files;

    public FileKeeper Keeper(IDisk? disk = null) => new(disk ?? Disk.Instance, new AgentPaths(Path));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
