using System.Net;
using System.Text;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Linux.State;
using EniAgent.Metadata;
using Microsoft.Extensions.Logging;

namespace EniAgent.Reconciliation;

/// <summary>Reads metadata, turns it into a belief, and remembers both for the next process of this boot.</summary>
internal sealed class MetadataFollower : IDisposable
{
    private readonly ILogger _logger;
    private readonly SnapshotTracker _tracker;
    private readonly StateStore _store;
    private readonly TimeProvider _time;
    private readonly long _start;
    private MetadataClient _client;
    private MetadataOptions _options;
    private MetadataCounters _former;
    private MetadataSnapshot? _saved;
    private IReadOnlyList<IPAddress> _machine = [];

    private MetadataFollower(
        MetadataClient client, MetadataOptions options, SnapshotTracker tracker, StateStore store, TimeProvider time, ILogger logger, RequestLatency latency)
    {
        _client = client;
        Latency = latency;
        _options = options;
        _logger = logger;
        _tracker = tracker;
        _store = store;
        _time = time;
        _start = time.GetTimestamp();
        UsePrimaryAddress();
    }

    /// <summary>What is believed; null before anything was.</summary>
    public Belief? Current => _tracker.Current;

    /// <summary>Time since this follower was opened, on a clock that never jumps.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Requests and failures since this process started.</summary>
    public MetadataCounters Counters =>
        new(_former.Requests + _client.Counters.Requests, _former.Failures + _client.Counters.Failures);

    /// <summary>How long requests took since this process started.</summary>
    public RequestLatency Latency { get; }

    /// <summary>Opens the follower from what an earlier process of this boot left.</summary>
    public static MetadataFollower Open(
        MetadataOptions options, StateStore store, IEnumerable<ListedAddress> listed, TimeProvider time, ILogger logger)
    {
        var (snapshot, cacheText) = store.ReadSnapshot();
        var cache = cacheText is not null && MetadataCache.TryDeserialize(Encoding.UTF8.GetBytes(cacheText), out var found, out _) ? found : null;
        var latency = new RequestLatency();
        var client = new MetadataClient(options, time, Environment.ProcessId, logger, cache, latency);
        return new MetadataFollower(client, options, new SnapshotTracker(snapshot, listed), store, time, logger, latency);
    }

    /// <summary>Goes by other options from now on; no read may be under way.</summary>
    public void Reconfigure(MetadataOptions options)
    {
        if (options == _options)
        {
            return;
        }

        var successor = new MetadataClient(options, _time, Environment.ProcessId, _logger, _client.Export(), Latency);
        _former = Counters;
        _client.Dispose();
        (_client, _options) = (successor, options);
        UsePrimaryAddress();
    }

    /// <summary>Reads metadata; what is believed changes only when that succeeds.</summary>
    /// <returns>Null, or why there is no snapshot.</returns>
    public async Task<MetadataResult.Failure?> ReadAsync(bool background, CancellationToken cancellationToken)
    {
        var result = await _client.ReadAsync(new MetadataRequest(background), cancellationToken).ConfigureAwait(false);
        if (result is MetadataResult.Snapshot { Value: var snapshot })
        {
            Take(snapshot);
            return null;
        }

        return (MetadataResult.Failure)result;
    }

    /// <summary>Takes a snapshot in, as if metadata had just said so.</summary>
    public void Take(MetadataSnapshot snapshot)
    {
        var before = Current;
        if (!ReferenceEquals(_tracker.Take(snapshot, Now), before))
        {
            UsePrimaryAddress();
        }
    }

    /// <summary>Has the next read that begins ask for everything: what was read may be what is wrong.</summary>
    public void Doubt() => _client.Doubt();

    /// <summary>
    /// Names the machine's addresses: what is believed may know none that the fabric still honours, and without a belief the kernel's own choice may be none.
    /// </summary>
    public void AlsoFrom(IEnumerable<IpAddress> addresses)
    {
        _machine = [.. addresses.Select(address => address.ToIPAddress())];
        UsePrimaryAddress();
    }

    /// <summary>Whether the service answers right now, from the primary address as it is believed to be.</summary>
    public Task<bool> ProbeAsync(CancellationToken cancellationToken) => _client.ProbeAsync(cancellationToken);

    /// <summary>Takes a removal for confirmed, as it would be a second later: for showing what would be done.</summary>
    public void AssumeConfirmed() => _tracker.AssumeConfirmed();

    /// <summary>Writes what is believed where it has changed, or always when <paramref name="force"/> is set.</summary>
    public void Save(bool force = false)
    {
        if (Current is { } belief && (force || _saved != belief.Snapshot))
        {
            _store.Write(belief.Snapshot with { Faults = [] }, _client.Export().Serialize());
            _saved = belief.Snapshot;
        }
    }

    public void Dispose() => _client.Dispose();

    // The primary ENI's come first, for where it is they surely lead.
    private void UsePrimaryAddress()
    {
        var believed = Current?.Snapshot.Enis.SelectMany(eni => eni.Addresses, (_, address) => address.Address.ToIPAddress()) ?? [];
        var primary = Current?.Snapshot.Primary?.PrimaryAddress.ToIPAddress();
        (_client.SourceAddress, _client.OtherSources) = (primary, [.. believed.Concat(_machine).Distinct().Where(address => !address.Equals(primary))]);
    }
}
