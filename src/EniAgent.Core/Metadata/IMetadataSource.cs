namespace EniAgent.Core.Metadata;

/// <summary>The port to the instance metadata service.</summary>
public interface IMetadataSource
{
    /// <summary>
    /// Reads a snapshot, fetching only what is new or due since the last one. Never throws for anything the service or the network does;
    /// only cancellation throws.
    /// </summary>
    /// <param name="request">How thorough to be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<MetadataResult> ReadAsync(MetadataRequest request, CancellationToken cancellationToken);

    /// <summary>Relies on nothing that was read so far: the next read to begin asks for every document.</summary>
    void Doubt();

    /// <summary>
    /// Whether the service answers right now, over a connection of its own: what was connected before a change says nothing about the way after it.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>How many requests were sent and how many reads failed since the start.</summary>
    MetadataCounters Counters { get; }
}

/// <summary>How one read of metadata is done.</summary>
/// <param name="Background">
/// Whether documents that rarely change (EIPs, masks, gateways, ids) may be read again, one or a few a read, oldest first;
/// false while a burst waits for a new ENI.
/// </param>
public readonly record struct MetadataRequest(bool Background);

/// <summary>Counters of a metadata source since its start.</summary>
/// <param name="Requests">HTTP requests sent, retries included.</param>
/// <param name="Failures">Reads that ended in a failure.</param>
public readonly record struct MetadataCounters(long Requests, long Failures);
