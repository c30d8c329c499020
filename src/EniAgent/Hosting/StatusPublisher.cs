using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;
using EniAgent.Linux.Host;
using EniAgent.Monitoring;
using EniAgent.Reconciliation;
using EniAgent.Reporting;

namespace EniAgent.Hosting;

/// <summary>Keeps the daemon's report – its counters and times outlive one reconciliation – and writes it to the status file, and with it the metrics.</summary>
internal sealed class StatusPublisher(AgentPaths paths, Func<MetadataCounters> counters, MetricsPublisher metrics, TimeProvider time)
{
    private readonly StatusWriter _writer = new(paths);

    // As the last reconciliation left it.
    private StatusReport _report = StatusBuilder.Waiting(null);
    private (Belief Belief, ReconcileResult Result)? _reported;

    /// <summary>What is waited for beside what a report shows by itself.</summary>
    public Func<IReadOnlyList<WaitReport>> Waits { get; set; } = () => [];

    /// <summary>Called with each new report.</summary>
    public Action<StatusReport> Published { get; set; } = _ => { };

    /// <summary>The metrics that are published with each report.</summary>
    public MetricsPublisher Metrics => metrics;

    /// <summary>Metadata has not been read yet, cannot be read now (or the kernel cannot), or can be read again: what was reconciled last is what there is.</summary>
    /// <param name="error">What is wrong; null for nothing that the last reconciliation does not say itself.</param>
    /// <param name="isWaiting">True before there was anything to reconcile.</param>
    /// <returns>Why a file could not be written or the metrics not be served; null when all was.</returns>
    public string? Unreadable(Sentence? error, bool isWaiting) =>
        Publish(isWaiting ? StatusBuilder.Waiting(error)
            : error is null ? _report
            : _report with { State = "degraded", Trouble = error });

    /// <summary>A reconciliation is done.</summary>
    /// <returns>Why a file could not be written or the metrics not be served; null when all was.</returns>
    public string? Converged(Belief belief, ReconcileResult result, Sentence? metadataError)
    {
        var now = time.GetUtcNow();
        metrics.Metrics.Events.Converged(result);

        // What came to the same as before is told in the same words: but for counters and times, a report is made of these two alone.
        var isKnown = _reported is { } reported && ReferenceEquals(reported.Belief, belief) && reported.Result == result;
        _reported = (belief, result);
        _report = (isKnown ? _report : StatusBuilder.Of(belief, result, metadataError: null)) with
        {
            LastSync = now,
            LastChange = result.Done.Count > 0 ? now : _report.LastChange,
            Counters = _report.Counters with
            {
                Syncs = _report.Counters.Syncs + 1,
                Changes = _report.Counters.Changes + result.Done.Count,
                DriftRepairs = _report.Counters.DriftRepairs + (result.IsRepair ? 1 : 0),
            },
        };
        return Unreadable(metadataError, isWaiting: false);
    }

    private string? Publish(StatusReport report)
    {
        var (requests, failures) = counters();
        report = report with
        {
            DaemonPid = Environment.ProcessId,
            WaitingFor = [.. Waits(), .. report.WaitingFor],
            Counters = report.Counters with { MetadataRequests = requests, MetadataFailures = failures },
        };
        Published(report);
        var unwritten = WriteFile(report);
        var unpublished = metrics.Publish(report);
        return unwritten ?? unpublished;
    }

    // Where there is no room for the file the metrics may be served all the same.
    private string? WriteFile(StatusReport report)
    {
        try
        {
            _writer.Write(report);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
