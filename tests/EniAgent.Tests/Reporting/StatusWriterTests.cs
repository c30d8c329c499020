using EniAgent.Core.Metadata;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;
using EniAgent.Reporting;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Reporting;

/// <summary>What is written in pieces is what would be written at once.</summary>
public sealed class StatusWriterTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly StatusWriter _writer;

    public StatusWriterTests() => _writer = new StatusWriter(_machine.Paths);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void The_file_is_the_report_whatever_was_written_before()
    {
        var one = Report(Vpc.Snapshot(Vpc.Primary()));
        var two = Report(Machine.TwoEnis);
        var evil = two with { LastError = "a\n  \"enis\": []\n", Backend = two.Backend with { Notes = ["\n  \"enis\": [", "é😀<&'\""] } };
        Writes(StatusBuilder.Waiting(null));
        Writes(one);
        Writes(one with { LastSync = DateTimeOffset.UnixEpoch, Counters = new CountersReport { Syncs = 7 }, DaemonPid = 4711, InstanceId = null });
        Writes(two);
        Writes(evil);
        Writes(two with { State = "degraded", WaitingFor = [new WaitReport(WaitFor.Nic, "x")] });
        Writes(two with { Enis = [.. two.Enis.Select(eni => eni with { Error = "\n  \"enis\": []" })] });
        Writes(StatusBuilder.Waiting(Sentence.AsIs("unreachable")));
        Writes(two);
    }

    [Fact]
    public void What_is_said_of_the_same_ENIs_once_more_makes_next_to_nothing()
    {
        var report = Report(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, [.. Enumerable.Range(2, 200).Select(i => $"10.0.1.{i}")])));
        var first = Allocated(() => _writer.Write(report));
        _writer.Write(report);

        var again = Allocated(() => _writer.Write(report with { LastSync = DateTimeOffset.UnixEpoch }));

        Assert.InRange(first, 50_000, 10_000_000);
        Assert.InRange(again, 0, 10_000);
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private StatusReport Report(MetadataSnapshot snapshot)
    {
        var belief = Vpc.Believe(snapshot);
        return StatusBuilder.Of(belief, _machine.Start().Converge(belief), null);
    }

    private void Writes(StatusReport report)
    {
        _writer.Write(report);
        Assert.Equal(report.ToJson() + "\n", File.ReadAllText(_machine.Paths.Status));
    }
}
