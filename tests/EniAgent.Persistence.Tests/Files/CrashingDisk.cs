using EniAgent.Linux.Files;

namespace EniAgent.Persistence.Tests.Files;

/// <summary>The machine ends, as by a power cut, before a given change.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>A disk whose machine ends just before the change of a given number, or when a file was made and nothing is in it yet.</summary>
internal sealed class CrashingDisk(IDisk disk, int survives) : IDisk
{
    /// <summary>Every change so far.</summary>
    public List<string> Changes { get; } = [];

    public FileFacts? Look(string path) => disk.Look(path);

    public byte[] Read(string path) => disk.Read(path);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public void CreateFolder(string path) => Try("folder " + path, () => disk.CreateFolder(path));

    public void Create(string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable) =>
        Try((durable ? "durable " : "create ") + path, () => disk.Create(path, content, mode, owner, durable), () => disk.Create(path, [], mode, owner, durable));

    public void Rename(string from, string to) => Try("rename " + to, () => disk.Rename(from, to));

    public bool Exchange(string one, string other)
    {
        var isDone = false;
        Try("exchange " + other, () => isDone = disk.Exchange(one, other));
        return isDone;
    }

    public void Delete(string path) => Try("delete " + path, () => disk.Delete(path));

    public void SyncFolder(string path) => Try("sync " + path, () => disk.SyncFolder(path));

    private void Try(string change, Action action, Action? half = null)
    {
        if (Changes.Count >= survives)
        {
            half?.Invoke();
            throw new PowerCutException();
        }

        Changes.Add(change);
        action();
    }
}
