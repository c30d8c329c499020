using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;
using EniAgent.Linux.Files;
using EniAgent.Linux.Host;
using Microsoft.Extensions.Logging;

namespace EniAgent.Linux.State;

/// <summary>Keeps the ledger, the persistent state, the last snapshot and a transaction under way in files. A file that cannot be read is set aside with a warning, never fatal.</summary>
/// <param name="paths">Where the files are.</param>
/// <param name="logger">For warnings.</param>
/// <param name="mayWrite">False for who only looks: then a file that cannot be used stays where it is.</param>
public sealed class StateStore(AgentPaths paths, ILogger<StateStore> logger, bool mayWrite = true)
{
    private readonly List<string> _denied = [];

    /// <summary>The files that were asked for and may not be read.</summary>
    public IReadOnlyList<string> Denied => _denied;

    /// <summary>What the agent added since boot.</summary>
    public Ledger ReadLedger() => Read(paths.Ledger, StateJson.ReadLedger) ?? Ledger.Empty;

    /// <summary>Writes the ledger.</summary>
    public void Write(Ledger ledger) => Write(paths.Ledger, StateJson.Write(ledger), durable: false);

    /// <summary>What is remembered across reboots.</summary>
    public PersistentState ReadState() => Read(paths.State, StateJson.ReadState) ?? PersistentState.Empty;

    /// <summary>Writes what is remembered across reboots.</summary>
    public void Write(PersistentState state) => Write(paths.State, StateJson.Write(state), durable: true);

    /// <summary>What was believed last in this boot, and the metadata client's cache.</summary>
    public (MetadataSnapshot? Snapshot, string? Cache) ReadSnapshot() =>
        Read(paths.Snapshot, json => Tuple.Create(StateJson.ReadSnapshot(json))) is { Item1: var found } ? found : (null, null);

    /// <summary>Writes what is believed, and the metadata client's cache.</summary>
    public void Write(MetadataSnapshot snapshot, string? cache) =>
        Write(paths.Snapshot, StateJson.Write(snapshot, cache), durable: false);

    /// <summary>The changes in whose middle an earlier process of this boot ended; null where none did.</summary>
    public Transaction? ReadTransaction() => Read(paths.Transaction, TransactionJson.Read);

    /// <summary>Notes changes that are about to be made.</summary>
    public void Write(Transaction transaction) => Write(paths.Transaction, TransactionJson.Write(transaction), durable: false);

    /// <summary>Forgets the changes: they have come to an end.</summary>
    public void EndTransaction() => Disk.Instance.Delete(paths.Transaction);

    /// <summary>Forgets what is true for this boot only.</summary>
    public void Forget()
    {
        Disk.Instance.Delete(paths.Snapshot);
        Disk.Instance.Delete(paths.Ledger);
        Disk.Instance.Delete(paths.Transaction);
    }

    /// <summary>Forgets what is remembered across reboots as well.</summary>
    public void ForgetInstance()
    {
        Forget();
        Disk.Instance.Delete(paths.State);
    }

    private static void Write(string path, string json, bool durable)
    {
        OwnFolder.Make(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, json, AtomicFile.Private, durable);
    }

    private T? Read<T>(string path, Func<string, T> parse)
        where T : class
    {
        if (OwnFolder.ProblemOf(Path.GetDirectoryName(path)!) is { } stranger)
        {
            StateLog.Unreadable(logger, path, stranger.English);
            return null;
        }

        string json;
        try
        {
            json = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (!mayWrite)
        {
            // Who only looks needs no root, and says what was not seen.
            _denied.Add(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StateLog.Unreadable(logger, path, e.Message);
            return null;
        }

        try
        {
            return parse(json);
        }
        catch (Exception e)
        {
            // Whatever is in it: a file is input.
            SetAside(path, e.Message);
            return null;
        }
    }

    private void SetAside(string path, string problem)
    {
        if (!mayWrite)
        {
            StateLog.Unreadable(logger, path, problem);
            return;
        }

        var aside = path + ".bad";
        try
        {
            File.Move(path, aside, overwrite: true);
            StateLog.SetAside(logger, path, aside, problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StateLog.Unreadable(logger, path, problem);
        }
    }
}

internal static partial class StateLog
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "StateSetAside", Message = "{Path} cannot be used and is set aside as {Aside}: {Problem}")]
    public static partial void SetAside(ILogger logger, string path, string aside, string problem);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StateUnreadable", Message = "{Path} cannot be read and counts as empty: {Problem}")]
    public static partial void Unreadable(ILogger logger, string path, string problem);
}
