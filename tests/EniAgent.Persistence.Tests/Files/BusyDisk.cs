using EniAgent.Linux.Files;

namespace EniAgent.Persistence.Tests.Files;

/// <summary>A disk on which somebody else is at work: something happens while a file is written.</summary>
internal sealed class BusyDisk(IDisk disk, Action<string> whileWriting) : IDisk
{
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

    public void Delete(string path) => disk.Delete(path);

    public void SyncFolder(string path) => disk.SyncFolder(path);
}
