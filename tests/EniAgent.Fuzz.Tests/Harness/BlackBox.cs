using System.IO.MemoryMappedFiles;

namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>A file with the input in hand, which outlives a process that a parser brings down (an overflowing stack cannot be caught).</summary>
internal sealed class BlackBox : IDisposable
{
    private const int Capacity = 1 << 20;

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public BlackBox(string target, int worker)
    {
        _path = Path.Combine(Directory.CreateDirectory(RepositoryFolder.PathOf("artifacts/fuzz")).FullName, $"{target}.{Environment.ProcessId}.{worker}.last");
        _file = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, null, Capacity);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Notes the input: its length in four bytes, and then its bytes.</summary>
    public void Note(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, Math.Min(input.Length, Capacity - sizeof(int)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }
}
