using System.Net;

namespace EniAgent.Simulator.Metadata;

/// <summary>One request that the service received.</summary>
/// <param name="Time">When its header was complete.</param>
/// <param name="Path">What it asked for.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Connection">Which connection it came on; connections are numbered from 1.</param>
public sealed record MetadataRequest(DateTimeOffset Time, string Path, IPAddress Source, int Connection);
