using EniAgent.Linux.Files;

namespace EniAgent.Persistence.Tests.Files;

/// <summary>A disk on which somebody else is at work: something happens while a file is written.</summary>
internal sealed class BusyDisk(IDisk disk, Action<string> whileWriting) : IDisk
{
    /// <summary>Happens between the last look and the exchange of two files, which is all that is sure to be one.</summary>
    public Action<string> BeforeExchange { get; init; } = _ => { };

    /// <summary>What the kernel or the file system has not.</summary>
    public bool CanExchange { get; init; } = true;

    public FileFacts? Look(string path) => disk.Look(path);

    public byte[] Read(string path) => disk.Read(path);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public void CreateFolder(string path) => disk.CreateFolder(path);

    public void Create(string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable)
    {
        disk.Create(path, content, mode, owner, durable);
        whileWriting(path);
    }

    public void Rename(string from, string to) => disk.Rename(from, to);

    public bool Exchange(string one, string other)
    {
        BeforeExchange(one);
        return CanExchange && disk.Exchange(one, other);
    }

    public void Delete(string path) => disk.Delete(path);

    public void SyncFolder(string path) => disk.SyncFolder(path);
}
