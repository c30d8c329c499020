using System.Net;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using Microsoft.Extensions.Logging.Abstractions;

namespace EniAgent.Metadata.Tests;

/// <summary>A made-up instance, its metadata server, and a client of it.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly Dictionary<string, Reply> _faults = [];

    /// <summary>Creates all three.</summary>
    /// <param name="enis">The instance's ENIs.</param>
    /// <param name="addresses">The addresses of each.</param>
    /// <param name="time">The client's clock.</param>
    /// <param name="timeout">The client's time-out; out of reach unless the test is about it, for the machine may be busy.</param>
    public Bench(int enis = 1, int addresses = 1, TimeProvider? time = null, TimeSpan? timeout = null)
    {
        Time = time ?? TimeProvider.System;
        Instance = new FakeInstance(enis, addresses);
        Server = new ScriptedServer(path => _faults.TryGetValue(path, out var reply) ? reply : Instance.Answer(path));
        Options = new MetadataOptions { Endpoint = Server.Endpoint, Timeout = timeout ?? TimeSpan.FromSeconds(100) };
        Client = Connect();
    }

    public TimeProvider Time { get; }

    public FakeInstance Instance { get; }

    public ScriptedServer Server { get; }

    public MetadataOptions Options { get; }

    public MetadataClient Client { get; private set; }

    /// <summary>Makes one document answer like this instead.</summary>
    public void Break(string path, Reply reply) => _faults[path] = reply;

    public void Mend() => _faults.Clear();

    /// <summary>Replaces the client by a new process's.</summary>
    public MetadataClient Restart(MetadataCache? cache = null)
    {
        Client.Dispose();
        return Client = Connect(cache);
    }

    public async Task<MetadataSnapshot> SnapshotAsync(bool background = false)
    {
        var result = await ReadAsync(background);
        return result is MetadataResult.Snapshot snapshot ? snapshot.Value : throw new InvalidOperationException(result.ToString());
    }

    public async Task<MetadataResult.Failure> FailureAsync() => Assert.IsType<MetadataResult.Failure>(await ReadAsync());

    public async Task<MetadataResult> ReadAsync(bool background = false)
    {
        var result = await Client.ReadAsync(new MetadataRequest(background), CancellationToken.None);
        if (result is MetadataResult.Snapshot snapshot)
        {
            SnapshotInvariants.Check(snapshot.Value);
        }

        return result;
    }

    /// <summary>The paths that a read asked for.</summary>
    public async Task<IReadOnlyList<string>> PathsOfReadAsync(bool background = false)
    {
        Server.Forget();
        await ReadAsync(background);
        return Server.Paths;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    private MetadataClient Connect(MetadataCache? cache = null) => new(Options, Time, seed: 1, NullLogger.Instance, cache);
}
