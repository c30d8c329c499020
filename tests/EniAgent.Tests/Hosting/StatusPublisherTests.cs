using EniAgent.Core.Metadata;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;
using EniAgent.Hosting;
using EniAgent.Metadata;
using EniAgent.Monitoring;
using EniAgent.Reconciliation;
using EniAgent.Reporting;
using EniAgent.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Tests.Hosting;

/// <summary>What came to the same is told in the same words, with another time and another count.</summary>
public sealed class StatusPublisherTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Belief _belief = Vpc.Believe(Machine.TwoEnis);
    private readonly MetricsPublisher _metrics;
    private readonly StatusPublisher _publisher;
    private readonly ReconcileResult _result;
    private StatusReport _published = StatusBuilder.Waiting(null);

    public StatusPublisherTests()
    {
        _metrics = new MetricsPublisher(_machine.Paths, new RequestLatency(), socket: "", _time);
        _publisher = new StatusPublisher(_machine.Paths, () => default, _metrics, _time) { Published = report => _published = report };
        var reconciler = _machine.Start();
        reconciler.Converge(_belief);
        _result = reconciler.Converge(_belief);
        Publish(_belief, _result);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _machine.Dispose();
    }

    [Fact]
    public void The_same_result_once_more_makes_no_other_report_of_the_ENIs()
    {
        var before = _published;
        _time.Advance(TimeSpan.FromSeconds(10));

        Publish(_belief, _result with { Done = _result.Done });

        Assert.Same(before.Enis, _published.Enis);
        Assert.Equal((2, _time.GetUtcNow()), (_published.Counters.Syncs, _published.LastSync));
        Assert.Equal(2, StatusFile.Read(_machine.Paths)!.Counters.Syncs);
    }

    [Fact]
    public void Metadata_that_fails_in_between_leaves_no_trace()
    {
        var before = _published;
        Assert.Null(_publisher.Unreadable(Sentence.AsIs("metadata: timed out"), isWaiting: false));
        Assert.Equal("degraded", _published.State);

        Publish(_belief, _result);

        Assert.Same(before.Enis, _published.Enis);
        Assert.Equal((before.State, null), (_published.State, _published.LastError));
    }

    [Fact]
    public void Whatever_is_new_is_told()
    {
        var before = _published.Enis;

        Publish(Vpc.Believe(Machine.TwoEnis) with { HeldEnis = [Vpc.Mac(1)] }, _result);
        Assert.Equal("pending", _published.Enis[1].State);

        Publish(_belief, _result with { Problems = ["No space left on device"] });
        Assert.Equal("No space left on device", _published.LastError);

        Publish(_belief, _result with { Observed = _result.Observed with { Addresses = [] } });
        Assert.Equal("missing", _published.Enis[1].Addresses[0].State);

        Publish(_belief, _result with { Files = new FilesResult(new(null, "none", new(Persistence.Detection.BackendCause.Configured), new()), new([], []), ["full"]) });
        Assert.False(_published.Backend.InSync);

        Publish(_belief, _result);
        Assert.NotSame(before, _published.Enis);
        Assert.True(_published.Backend.InSync);
        Assert.Null(_published.LastError);
    }

    private void Publish(Belief belief, ReconcileResult result) => Assert.Null(_publisher.Converged(belief, result, metadataError: null));
}
