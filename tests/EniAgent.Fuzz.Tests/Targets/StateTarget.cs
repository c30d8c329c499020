using System.Text;
using EniAgent.Core.Metadata;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Linux.Host;
using EniAgent.Linux.State;
using EniAgent.Metadata;
using EniAgent.Reporting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EniAgent.Fuzz.Tests.Targets;

/// <summary>Any bytes as each of the files in which the agent remembers: what can be read comes back the same once it is written, what cannot is empty, and nothing throws.</summary>
internal sealed class StateTarget : FuzzTarget
{
    private readonly AgentPaths _paths = new(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"eni-agent-fuzz-{Guid.NewGuid():n}"));
    private readonly StateStore _store;

    public StateTarget()
    {
        Directory.CreateDirectory(_paths.RunFolder);
        Directory.CreateDirectory(_paths.StateFolder);
        _store = new StateStore(_paths, NullLogger<StateStore>.Instance, mayWrite: false);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words { get; } =
    [
        "{", "}", "[", "]", ",", ":", "null", "true", "1", "-1", "1e999", "2147483648", "\"\"", "\"version\":1,", "\"version\":2,", "\\ud800", "\\u0000", "\"52:54:00:00:00:01\"", "\"52:54:00:00:00:01 10.0.0.1\"",
        "10.0.0.1/33", "/*", "//", "\ufeff", "\"enis\":null,", "\"addresses\":[]", "\"primaryMac\":", "\"slots\":{}", "{\"a\":", "[[[[[[[[",
    ];

    /// <inheritdoc/>
    public override int Share => 5_000;

    /// <inheritdoc/>
    public override long MostAllocated(int length) => (1 << 20) + (4096L * length);

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        foreach (var path in new[] { _paths.Ledger, _paths.State, _paths.Snapshot, _paths.Status })
        {
            File.WriteAllBytes(path, input);
        }

        var ledger = _store.ReadLedger();
        Assert.Equal(ledger, StateJson.ReadLedger(StateJson.Write(ledger)));
        var state = _store.ReadState();
        Assert.Equal(state, StateJson.ReadState(StateJson.Write(state)));
        if (_store.ReadSnapshot() is { Snapshot: { } snapshot } remembered)
        {
            Assert.Equal((snapshot, remembered.Cache), StateJson.ReadSnapshot(StateJson.Write(snapshot, remembered.Cache)));
            Used(snapshot);
        }

        if (StatusFile.Read(_paths) is { } report)
        {
            Assert.Equal(report.ToJson(), StatusReport.Parse(report.ToJson())?.ToJson());
        }

        if (MetadataCache.TryDeserialize(input, out var cache, out var error))
        {
            Assert.True(MetadataCache.TryDeserialize(Encoding.UTF8.GetBytes(cache.Serialize()), out _, out error), error);
            using var client = new MetadataClient(new() { Endpoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 80) }, TimeProvider.System, seed: 1, NullLogger.Instance, cache with { Endpoint = "127.0.0.1:80" });
            Assert.NotNull(client.Export());
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Directory.Delete(_paths.Root, recursive: true);
        base.Dispose();
    }

    // As the agent begins with it.
    private static void Used(MetadataSnapshot snapshot)
    {
        var tracker = new SnapshotTracker(snapshot, []);
        Assert.NotNull(tracker.Current);
        Assert.NotNull(tracker.Take(snapshot, TimeSpan.Zero));
    }
}
