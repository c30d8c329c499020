using EniAgent.Metadata;
using EniAgent.Reporting;

namespace EniAgent.Monitoring;

/// <summary>The daemon's metrics: their names, their help, and where each value comes from. Names are a contract with dashboards and alerts (docs/monitoring).</summary>
internal sealed class Metrics(RequestLatency latency)
{
    private const string Latency = "eni_agent_metadata_request_duration_seconds";

    private static readonly string[] States = ["in-sync", "converging", "degraded", "waiting-for-metadata"];
    private static readonly string[] EniStates = ["in-sync", "pending", "failed", "no-link", "excluded"];
    private static readonly string[] AddressStates = ["ok", "adopted", "missing", "conflict"];

    private readonly PrometheusText _text = new();

    /// <summary>What has failed and what was repaired.</summary>
    public EventCounts Events { get; } = new();

    /// <summary>When metadata gave a good snapshot last; null before the first of this process.</summary>
    public DateTimeOffset? LastSnapshot { get; set; }

    /// <summary>All of them, as text.</summary>
    /// <param name="report">What is reported to people at the same time.</param>
    /// <param name="now">When.</param>
    public byte[] Write(StatusReport report, DateTimeOffset now)
    {
        _text.Clear();
        _text.Family("eni_agent_info", "gauge", "The version of the running agent; always 1.");
        _text.Sample("eni_agent_info", "version", report.Version, 1);
        _text.Family("eni_agent_state", "gauge", "1 for the state that the agent is in.");
        foreach (var state in States)
        {
            _text.Sample("eni_agent_state", "state", state, report.State == state ? 1 : 0);
        }

        WriteWhatIsThere(report);
        Counter("eni_agent_syncs_total", "Times that the kernel was compared with what metadata says.", report.Counters.Syncs);
        Counter("eni_agent_changes_total", "Steps that changed the kernel.", report.Counters.Changes);
        Counters("eni_agent_drift_repairs_total", "Steps that put back what somebody else had undone, by kind of object.", EventCounts.RepairKinds, Events.Repairs);
        Counters("eni_agent_failures_total", "Failures by kind: reads of metadata, answers of the kernel, steps, files, and changes that were taken back.", EventCounts.FailureKinds, Events.Failures);
        Counter("eni_agent_metadata_requests_total", "Requests to the metadata service, repeated ones included.", report.Counters.MetadataRequests);
        WriteLatency();
        Time("eni_agent_last_snapshot_timestamp_seconds", "When metadata gave a good snapshot last, in Unix time; 0 before the first.", LastSnapshot);
        if (LastSnapshot is { } last)
        {
            _text.Family("eni_agent_last_snapshot_age_seconds", "gauge", "Seconds since metadata gave a good snapshot last, when these metrics were written.");
            _text.Sample("eni_agent_last_snapshot_age_seconds", Math.Max(0, (now - last).Ticks / TimeSpan.TicksPerMillisecond), decimals: 3);
        }

        Time("eni_agent_last_sync_timestamp_seconds", "When everything was looked at last, in Unix time; 0 before the first time.", report.LastSync);
        Time("eni_agent_last_change_timestamp_seconds", "When something was changed last, in Unix time; 0 before the first time.", report.LastChange);
        Time("eni_agent_written_timestamp_seconds", "When these metrics were written, in Unix time: at least once a poll.", now);
        return _text.ToArray();
    }

    private void WriteWhatIsThere(StatusReport report)
    {
        _text.Family("eni_agent_enis", "gauge", "Attached ENIs by state.");
        foreach (var state in EniStates)
        {
            _text.Sample("eni_agent_enis", "state", state, report.Enis.Count(eni => eni.State == state));
        }

        _text.Family("eni_agent_addresses", "gauge", "Private addresses that metadata lists, by state.");
        foreach (var state in AddressStates)
        {
            _text.Sample("eni_agent_addresses", "state", state, report.Enis.Sum(eni => eni.Addresses.Count(address => address.State == state)));
        }

        _text.Family("eni_agent_files_in_sync", "gauge", "Whether the files from which the next boot brings the network up are what they must be.");
        _text.Sample("eni_agent_files_in_sync", report.Backend.InSync ? 1 : 0);
    }

    private void WriteLatency()
    {
        _text.Family(Latency, "histogram", "How long requests to the metadata service took, answered or not.");
        var count = 0L;
        for (var bucket = 0; bucket <= RequestLatency.BoundsInMilliseconds.Count; bucket++)
        {
            count += latency.CountOf(bucket);
            _text.Bucket(Latency + "_bucket", bucket < RequestLatency.BoundsInMilliseconds.Count ? RequestLatency.BoundsInMilliseconds[bucket] : null, count);
        }

        _text.Sample(Latency + "_sum", latency.Ticks, decimals: 7);
        _text.Sample(Latency + "_count", count);
    }

    private void Counter(string name, string help, long value)
    {
        _text.Family(name, "counter", help);
        _text.Sample(name, value);
    }

    private void Counters(string name, string help, IReadOnlyList<string> kinds, long[] values)
    {
        _text.Family(name, "counter", help);
        for (var kind = 0; kind < values.Length; kind++)
        {
            _text.Sample(name, "kind", kinds[kind], values[kind]);
        }
    }

    private void Time(string name, string help, DateTimeOffset? time)
    {
        _text.Family(name, "gauge", help);
        _text.Sample(name, time?.ToUnixTimeMilliseconds() ?? 0, decimals: 3);
    }
}
