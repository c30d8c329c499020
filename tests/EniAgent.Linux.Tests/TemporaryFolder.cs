namespace EniAgent.Linux.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("eni-agent-test-").FullName;

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>What is in it, by name.</summary>
    public IEnumerable<string> Names => Directory.EnumerateFileSystemEntries(Path).Select(path => System.IO.Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
