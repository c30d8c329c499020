using System.Text.Json;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Linux.Host;
using Microsoft.Extensions.Logging;

namespace EniAgent.Linux.State;

/// <summary>Keeps the ledger, the persistent state and the last snapshot in files. A file that cannot be read is set aside with a warning, never fatal.</summary>
public sealed class StateStore(AgentPaths paths, ILogger<StateStore> logger)
{
    /// <summary>What the agent added since boot.</summary>
    public Ledger ReadLedger() => Read(paths.Ledger, StateJson.ReadLedger) ?? Ledger.Empty;

    /// <summary>Writes the ledger.</summary>
    public void Write(Ledger ledger) => AtomicFile.Write(paths.Ledger, StateJson.Write(ledger), AtomicFile.Private, durable: false);

    /// <summary>What is remembered across reboots.</summary>
    public PersistentState ReadState() => Read(paths.State, StateJson.ReadState) ?? PersistentState.Empty;

    /// <summary>Writes what is remembered across reboots.</summary>
    public void Write(PersistentState state) => AtomicFile.Write(paths.State, StateJson.Write(state), AtomicFile.Private, durable: true);

    /// <summary>What was believed last in this boot, and the metadata client's cache.</summary>
    public (MetadataSnapshot? Snapshot, string? Cache) ReadSnapshot() =>
        Read(paths.Snapshot, json => Tuple.Create(StateJson.ReadSnapshot(json))) is { Item1: var found } ? found : (null, null);

    /// <summary>Writes what is believed, and the metadata client's cache.</summary>
    public void Write(MetadataSnapshot snapshot, string? cache) =>
        AtomicFile.Write(paths.Snapshot, StateJson.Write(snapshot, cache), AtomicFile.Private, durable: false);

    /// <summary>Forgets the snapshot and, where it is empty, the ledger.</summary>
    public void Forget()
    {
        File.Delete(paths.Snapshot);
        File.Delete(paths.Ledger);
    }

    private T? Read<T>(string path, Func<string, T> parse)
        where T : class
    {
        try
        {
            return File.Exists(path) ? parse(File.ReadAllText(path)) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            var aside = path + ".bad";
            File.Move(path, aside, overwrite: true);
            StateLog.SetAside(logger, path, aside, e.Message);
            return null;
        }
    }
}

internal static partial class StateLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be used and is set aside as {Aside}: {Problem}")]
    public static partial void SetAside(ILogger logger, string path, string aside, string problem);
}
