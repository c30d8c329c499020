using EniAgent.Linux.Host;
using EniAgent.Linux.State;
using EniAgent.Metadata;
using EniAgent.Reporting;

namespace EniAgent.Monitoring;

/// <summary>Writes the metrics to /run/eni-agent/metrics.prom, for node_exporter's textfile collector, and serves them on a socket where one is configured.</summary>
internal sealed class MetricsPublisher(AgentPaths paths, RequestLatency latency, string socket, TimeProvider time) : IDisposable
{
    private readonly MetricsServer _server = new(time);

    /// <summary>What is counted.</summary>
    public Metrics Metrics { get; } = new(latency);

    /// <summary>[Metrics] Socket; another one is served with the next report.</summary>
    public string Socket { get; set; } = socket;

    /// <summary>A good snapshot was read.</summary>
    public void SnapshotRead() => Metrics.LastSnapshot = time.GetUtcNow();

    /// <summary>Writes and serves what there is to say.</summary>
    /// <returns>Why they are not served or not written, the first of both; null when all is as wanted.</returns>
    public string? Publish(StatusReport report)
    {
        var text = Metrics.Write(report, time.GetUtcNow());
        var problem = _server.Serve(Socket.Length == 0 ? "" : paths.Below(Socket), text);
        try
        {
            AtomicFile.WriteOften(paths.Metrics, text, AtomicFile.Public);
            return problem;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return problem ?? e.Message;
        }
    }

    public void Dispose() => _server.Dispose();
}
