using System.Text;
using EniAgent.Linux.State;

namespace EniAgent.Linux.Files;

/// <summary>
/// A disk that notes what is looked at, so that a later look need not be taken while nothing has happened to any of it. What it goes by is a stamp of each path,
/// taken before the look itself: what happens in between shows in the next stamp.
/// </summary>
/// <param name="disk">The disk, whose paths are the machine's own.</param>
/// <param name="time">The clock that files' times are of.</param>
public sealed class WitnessingDisk(IDisk disk, TimeProvider time) : IDisk
{
    /// <summary>
    /// How old a change must be when a look begins. The kernel's clock for files moves in steps of up to 10 ms: what is changed twice in one of them has the same stamp
    /// before the second time and after it.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    /// <summary>How often one look is believed, whatever the stamps say: there are file systems whose times are not this machine's.</summary>
    public const int MostTimes = 60;

    private readonly List<Witness> _witnesses = [];

    // By path, of what is there itself and of what a link there leads to.
    private readonly Dictionary<string, Witness> _own = new(StringComparer.Ordinal), _followed = new(StringComparer.Ordinal);
    private long _settled;
    private bool _isSure;
    private int _times;

    /// <summary>Begins a look: what was noted before is forgotten.</summary>
    public void Begin()
    {
        _witnesses.Clear();
        _own.Clear();
        _followed.Clear();
        _settled = (time.GetUtcNow() - DateTimeOffset.UnixEpoch - Settling).Ticks * TimeSpan.NanosecondsPerTick;
        (_isSure, _times) = (true, 0);
    }

    /// <summary>Whether another look would see the same as the one that was begun last.</summary>
    public bool IsAsSeen()
    {
        if (!_isSure || _times >= MostTimes)
        {
            return false;
        }

        _times++;
        foreach (var witness in _witnesses)
        {
            if (NativeMethods.Stamp(witness.Path, witness.Follows) is not { } stamp || !stamp.Is(witness.Stamp))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public FileFacts? Look(string path)
    {
        Note(path, follows: false);
        return disk.Look(path);
    }

    /// <inheritdoc/>
    public byte[] Read(string path)
    {
        Note(path, follows: true);
        return disk.Read(path);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        Note(folder, follows: true);
        return disk.List(folder);
    }

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        _isSure = false;
        disk.CreateFolder(path);
    }

    /// <inheritdoc/>
    public void Create(string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable)
    {
        _isSure = false;
        disk.Create(path, content, mode, owner, durable);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        _isSure = false;
        disk.Rename(from, to);
    }

    /// <inheritdoc/>
    public bool Exchange(string one, string other)
    {
        _isSure = false;
        return disk.Exchange(one, other);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        _isSure = false;
        disk.Delete(path);
    }

    /// <inheritdoc/>
    public void SyncFolder(string path) => disk.SyncFolder(path);

    private void Note(string path, bool follows)
    {
        // Where there is no link, both are one.
        if (!_isSure || (follows ? _followed : _own).ContainsKey(path) || (_own.TryGetValue(path, out var own) && !own.Stamp.IsLink))
        {
            return;
        }

        byte[] text = [.. Encoding.UTF8.GetBytes(path), 0];
        if (NativeMethods.Stamp(text, follows) is not { } stamp || (stamp.Exists && stamp.Changed > _settled))
        {
            _isSure = false;
            return;
        }

        var witness = new Witness(text, follows, stamp);
        (follows ? _followed : _own).Add(path, witness);
        _witnesses.Add(witness);
    }

    private sealed class Witness(byte[] path, bool follows, FileStamp stamp)
    {
        public byte[] Path => path;

        public bool Follows => follows;

        public FileStamp Stamp { get; } = stamp;
    }
}
