using System.Net;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Metadata.Tests;

/// <summary>A read in which nothing is new comes to the same object as the one before, by which all that follows knows that nothing is new.</summary>
public sealed class SameSnapshotTests
{
    private readonly FakeTimeProvider _time = new();

    public static TheoryData<string> Changes => ["address", "eip", "eni", "order", "gateway", "vpc"];

    [Fact]
    public async Task Polls_in_which_nothing_is_new_give_the_same_snapshot_though_documents_are_read_again_in_the_background()
    {
        await using var bench = new Bench(3, addresses: 3, time: _time);
        bench.Instance.SetEips(1, (FakeInstance.Address(1, 1), "43.1.1.1"));
        var first = await PollAsync(bench, 2);
        bench.Server.Forget();

        for (var poll = 0; poll < 200; poll++)
        {
            Assert.Same(first, await PollAsync(bench));
        }

        Assert.InRange(bench.Server.Paths.Count, (4 * 200) + 100, 6 * 200);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whatever_changes_shows_and_then_is_what_nothing_new_is_compared_with(string change)
    {
        await using var bench = new Bench(2, addresses: 2, time: _time);
        var before = await PollAsync(bench, 2);
        switch (change)
        {
            case "address":
                bench.Instance.SetAddresses(1, FakeInstance.Address(1, 0), "10.0.1.99");
                break;
            case "eip":
                bench.Instance.SetEips(1, (FakeInstance.Address(1, 1), "43.1.1.1"));
                break;
            case "eni":
                bench.Instance.Attach(2);
                break;
            case "order":
                bench.Instance[FakeInstance.List(1)] = $"{FakeInstance.Address(1, 1)}/\n{FakeInstance.Address(1, 0)}/\n";
                break;
            case "gateway":
                bench.Instance[$"{FakeInstance.List(1)}{FakeInstance.Primary(1)}/gateway"] = "10.0.1.254";
                break;
            default:
                bench.Instance[FakeInstance.Folder(0) + "vpc-id"] = "vpc-2";
                break;
        }

        var after = await PollAsync(bench, change is "gateway" or "vpc" ? 250 : 7);

        // The primary address comes first whatever the order of the list.
        Assert.Equal(change == "order", before.Equals(after));
        Assert.Same(after, await PollAsync(bench));
        Assert.Equal(after, await Fresh(bench));
    }

    [Fact]
    public async Task A_fault_is_read_from_scratch_each_time_and_its_end_shows_at_once()
    {
        await using var bench = new Bench(2, time: _time);
        await PollAsync(bench, 2);
        bench.Break(FakeInstance.List(1), Reply.Text("<html>"));
        Assert.Single((await PollAsync(bench)).Faults);
        Assert.Single((await PollAsync(bench)).Faults);
        bench.Mend();

        var mended = await PollAsync(bench);

        Assert.Empty(mended.Faults);
        Assert.Same(mended, await PollAsync(bench));
    }

    [Fact]
    public async Task A_list_that_is_not_answered_fails_the_read_and_changes_nothing()
    {
        await using var bench = new Bench(2);
        await bench.SnapshotAsync(background: true);
        var before = await bench.SnapshotAsync();
        bench.Break(FakeInstance.List(1), Reply.Status(403));
        Assert.Equal(FakeInstance.Mac(1), Assert.Single((await bench.SnapshotAsync()).Faults).Mac.ToString(), ignoreCase: true);
        bench.Break(FakeInstance.Macs, Reply.Status(403));
        await bench.FailureAsync();
        bench.Mend();

        Assert.Equal(before, await bench.SnapshotAsync());
    }

    [Fact]
    public async Task What_is_in_doubt_is_asked_for_and_may_come_to_the_same()
    {
        await using var bench = new Bench(2, time: _time);
        var before = await PollAsync(bench, 2);
        bench.Client.Doubt();

        Assert.True((await bench.PathsOfReadAsync()).Count > 10);
        Assert.Same(before, await PollAsync(bench));
    }

    [Fact]
    public async Task A_read_in_which_nothing_is_new_parses_and_makes_next_to_nothing()
    {
        using var transport = new Answers(new FakeInstance(8, addresses: 30));
        using var client = new MetadataClient(transport, new MetadataOptions(), _time, seed: 1, NullLogger.Instance, cache: null);
        await ReadAsync(client);
        await ReadAsync(client);

        var (quiet, _) = await ReadAsync(client);
        client.Doubt();
        var (thorough, _) = await ReadAsync(client);

        Assert.InRange(quiet, 0, 50_000);
        Assert.InRange(thorough, 8 * quiet, 5_000_000);
    }

    // Nothing in it waits, so that all of it is done by this thread.
    private static async Task<(long Allocated, MetadataSnapshot Snapshot)> ReadAsync(MetadataClient client)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = client.ReadAsync(new MetadataRequest(Background: true), CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(read.IsCompleted);
        return (allocated, Assert.IsType<MetadataResult.Snapshot>(await read).Value);
    }

    private static async Task<MetadataSnapshot> Fresh(Bench bench)
    {
        var cache = bench.Client.Export();
        bench.Restart(cache);
        return await bench.SnapshotAsync();
    }

    private async Task<MetadataSnapshot> PollAsync(Bench bench, int times = 1)
    {
        for (var time = 1; ; time++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            var snapshot = await bench.SnapshotAsync(background: true);
            if (time == times)
            {
                return snapshot;
            }
        }
    }

    /// <summary>A service that answers at once.</summary>
    private sealed class Answers(FakeInstance instance) : ITransport
    {
        public long Requests { get; private set; }

        public void BeginRead(IPAddress? source, IReadOnlyList<IPAddress> others)
        {
        }

        public ValueTask<Answer> AskAsync(string path, CancellationToken cancellationToken)
        {
            Requests++;
            return new(new Answer(instance.Documents.TryGetValue(path, out var text) ? new Document.Present(text.Trim()) : Document.Absent.Instance));
        }

        public void Dispose()
        {
        }
    }
}
