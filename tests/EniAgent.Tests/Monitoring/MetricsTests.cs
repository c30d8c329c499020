using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Metadata;
using EniAgent.Monitoring;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Detection;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;
using EniAgent.Reporting;
using EniAgent.Tests.Fakes;
using EniAgent.Tests.Reporting;

namespace EniAgent.Tests.Monitoring;

public sealed partial class MetricsTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private readonly Machine _machine = new();
    private readonly RequestLatency _latency = new();
    private readonly Metrics _metrics;

    public MetricsTests() => _metrics = new Metrics(_latency);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void All_metrics_of_a_machine_with_a_past()
    {
        var result = _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));
        _metrics.Events.Converged(result with { IsRepair = true });
        _metrics.Events.MetadataFailed(MetadataFailureKind.Malformed);
        _metrics.Events.KernelFailed();
        _metrics.LastSnapshot = At - TimeSpan.FromSeconds(2.5);
        _latency.Add(TimeSpan.FromMilliseconds(0.7));
        _latency.Add(TimeSpan.FromSeconds(2));
        var report = StatusBuilder.Of(Vpc.Believe(Machine.TwoEnis), result, null) with
        {
            Version = "1.0.0",
            LastSync = At,
            LastChange = At,
            Counters = new CountersReport { Syncs = 3, Changes = 16, DriftRepairs = 1, MetadataRequests = 42, MetadataFailures = 1 },
        };

        Golden.Matches("metrics.prom", Encoding.UTF8.GetString(_metrics.Write(report, At)));
    }

    [Fact]
    public void Before_metadata_has_answered_there_is_no_age_and_no_time()
    {
        var text = Text(StatusBuilder.Waiting(null));

        Assert.Contains("eni_agent_last_snapshot_timestamp_seconds 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("eni_agent_last_snapshot_age_seconds", text, StringComparison.Ordinal);
        Assert.Contains("eni_agent_state{state=\"waiting-for-metadata\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("eni_agent_enis{state=\"in-sync\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Buckets_are_cumulative_and_end_with_the_count() => Gen.Double[0, 10_000].Array[0, 50].Sample(times =>
    {
        var latency = new RequestLatency();
        foreach (var time in times)
        {
            latency.Add(TimeSpan.FromMilliseconds(time));
        }

        var text = Encoding.UTF8.GetString(new Metrics(latency).Write(StatusBuilder.Waiting(null), At));
        var buckets = Buckets().Matches(text).Select(bucket => (Le: bucket.Groups[1].Value, Count: int.Parse(bucket.Groups[2].Value, CultureInfo.InvariantCulture))).ToList();

        Assert.Equal(RequestLatency.BoundsInMilliseconds.Count + 1, buckets.Count);
        Assert.All(buckets[..^1], bucket => Assert.Equal(times.Count(time => time <= double.Parse(bucket.Le, CultureInfo.InvariantCulture) * 1000), bucket.Count));
        Assert.Equal(("+Inf", times.Length), buckets[^1]);
        Assert.Contains($"_count {times.Length}\n", text, StringComparison.Ordinal);
    });

    [Fact]
    public void Every_kind_of_step_that_is_put_back_is_counted_by_its_kind()
    {
        var result = _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));
        _metrics.Events.Converged(result);
        Assert.Equal(0, _metrics.Events.Repairs.Sum());

        _metrics.Events.Converged(result with { IsRepair = true });

        Assert.Equal(result.Done.Count, _metrics.Events.Repairs.Sum());
        Assert.Equal(result.Done.Count(step => step is AddRoute), _metrics.Events.Repairs[3]);
    }

    [Fact]
    public void Steps_that_fail_are_counted_but_for_those_left_out()
    {
        _machine.Stack.Fails = step => step is AddRule && step.Eni == Vpc.Mac(1) ? new StepFailure(FailureKind.Denied, "EPERM") : null;
        var result = _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));
        _metrics.Events.Converged(result);

        Assert.Contains(result.Failed, outcome => outcome.Failure!.Kind == FailureKind.Skipped);
        Assert.Contains($"eni_agent_failures_total{{kind=\"step\"}} {result.Failed.Count(outcome => outcome.Failure!.Kind != FailureKind.Skipped)}\n", Text(StatusBuilder.Waiting(null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_was_tried_with_a_file_and_failed_is_counted_as_a_file()
    {
        var choice = new BackendChoice(null, "none", new BackendReason(BackendCause.NoneFound), new HostFacts());
        var files = new FilesResult(choice, FilePlan.Empty, ["/etc is read-only"]);
        var result = _machine.Start().Plan(Vpc.Believe(Machine.TwoEnis));

        _metrics.Events.Converged(result with { Files = files with { IsFormer = true } });
        _metrics.Events.Converged(result with { IsRolledBack = true, Problems = ["contact was lost"], Files = files with { IsFormer = true } });
        Assert.Equal((0, 1), (Failures("file"), Failures("rollback")));

        _metrics.Events.Converged(result with { Problems = ["no space for ledger.json"], Files = files });
        Assert.Equal((2, 1), (Failures("file"), Failures("rollback")));

        long Failures(string kind) => _metrics.Events.Failures[EventCounts.FailureKinds.ToList().IndexOf(kind)];
    }

    [Fact]
    public void Every_kind_of_failure_of_metadata_has_its_name()
    {
        foreach (var kind in Enum.GetValues<MetadataFailureKind>())
        {
            var expected = "metadata_" + Words().Replace(kind.ToString(), "_$0").ToLowerInvariant();
            Assert.Equal(expected, EventCounts.FailureKinds[(int)kind]);
        }
    }

    private string Text(StatusReport report) => Encoding.UTF8.GetString(_metrics.Write(report, At));

    [GeneratedRegex("_bucket\\{le=\"([^\"]+)\"\\} (\\d+)")]
    private static partial Regex Buckets();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Words();
}
