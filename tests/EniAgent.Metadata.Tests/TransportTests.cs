using System.Diagnostics;
using System.Net;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Metadata.Tests;

/// <summary>How requests are sent, bounded and repeated.</summary>
public class TransportTests
{
    [Fact]
    public async Task Requests_are_plain_and_carry_nothing_but_the_host()
    {
        await using var bench = new Bench(1);
        bench.Break("instance-id", Reply.Status(200, "ins-1"u8.ToArray(), "Set-Cookie: a=b\r\n"));

        await bench.SnapshotAsync();
        await bench.SnapshotAsync();

        Assert.All(bench.Server.Requests, request => Assert.Equal([$"Host: {bench.Server.Endpoint}"], request.Headers));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_service_in_trouble_is_asked_three_times(int status)
    {
        await using var bench = new Bench(1, time: new ScaledTime(10));
        bench.Break(FakeInstance.Macs, Reply.Status(status));

        Assert.Equal(3, (await bench.PathsOfReadAsync()).Count);
        Assert.Equal(new MetadataCounters(3, 1), bench.Client.Counters);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(301)]
    public async Task An_answer_is_not_asked_for_again(int status)
    {
        await using var bench = new Bench(1);
        bench.Break(FakeInstance.Macs, Reply.Status(status, headers: "Location: /latest/meta-data/mac\r\n"));

        Assert.Equal([FakeInstance.Macs], await bench.PathsOfReadAsync());
    }

    [Fact]
    public async Task A_passing_trouble_is_not_noticed()
    {
        await using var bench = new Bench(2, time: new ScaledTime(10));
        var script = bench.Server.Script;
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        bench.Server.Script = path => seen.AddOrUpdate(path, 1, (_, n) => n + 1) switch
        {
            1 => Reply.Status(500),
            2 => Reply.Raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
            _ => script(path),
        };

        Assert.Equal(2, (await bench.SnapshotAsync()).Enis.Length);
        Assert.Equal(3 * 15, bench.Client.Counters.Requests);
    }

    [Theory]
    [InlineData("Retry-After: 1", 1, 4)]
    [InlineData("Retry-After: 3600", 5, 60)]
    public async Task The_service_may_say_how_long_to_wait_within_reason(string header, double least, double most)
    {
        var time = new ScaledTime(4);
        await using var bench = new Bench(1, time: time);
        var script = bench.Server.Script;
        var asked = 0;
        bench.Server.Script = path => Interlocked.Increment(ref asked) == 1 ? Reply.Status(503, headers: header + "\r\n") : script(path);
        var start = time.GetTimestamp();

        await bench.SnapshotAsync();

        // A timer may fire a millisecond early, which is four on this clock.
        Assert.InRange(time.GetElapsedTime(start).TotalSeconds, least - 0.1, most);
    }

    [Fact]
    public async Task Connections_that_the_server_has_closed_are_replaced_silently()
    {
        await using var bench = new Bench(2);
        await bench.SnapshotAsync();
        bench.Server.CloseConnections();

        await bench.SnapshotAsync();

        Assert.Equal(15 + 3, bench.Client.Counters.Requests);
    }

    [Fact]
    public async Task Eight_enis_cold_with_slow_answers_succeed()
    {
        await using var bench = new Bench(8, time: new ScaledTime(2), timeout: TimeSpan.FromSeconds(2));
        var script = bench.Server.Script;
        bench.Server.Script = path => script(path) with { Delay = TimeSpan.FromMilliseconds(700) };

        Assert.Equal(8, (await bench.SnapshotAsync()).Enis.Length);
    }

    [Fact]
    public async Task One_document_in_silence_ends_the_whole_read_after_its_own_attempts()
    {
        var time = new ScaledTime(6);
        await using var bench = new Bench(8, time: time, timeout: TimeSpan.FromSeconds(2));
        var script = bench.Server.Script;
        bench.Server.Script = path => path.EndsWith("/local-ipv4s/", StringComparison.Ordinal) ? Reply.Hang() : script(path);
        var start = time.GetTimestamp();

        var failure = await bench.FailureAsync();

        Assert.Equal(MetadataFailureKind.Unreachable, failure.Kind);
        Assert.Contains("local-ipv4s/: no answer within 2 s", failure.Message.English, StringComparison.Ordinal);
        Assert.InRange(time.GetElapsedTime(start).TotalSeconds, 6, 40);
    }

    [Fact]
    public async Task A_read_that_would_never_end_ends()
    {
        var time = new FakeTimeProvider();
        var instance = new FakeInstance(1) { [FakeInstance.Macs] = string.Concat(Enumerable.Range(0, 250).Select(eni => FakeInstance.Mac(eni) + "\n")) };
        var options = new MetadataOptions { Timeout = TimeSpan.FromSeconds(2) };
        using var client = new MetadataClient(new SlowTransport(instance, time), options, time, seed: 1, NullLogger.Instance, cache: null);

        var failure = Assert.IsType<MetadataResult.Failure>(await client.ReadAsync(default, CancellationToken.None));

        Assert.Contains("60 s that all of metadata may take", failure.Message.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_throws_and_the_next_read_works()
    {
        await using var bench = new Bench(2);
        bench.Break("mac", Reply.Hang());
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Client.ReadAsync(default, cancel.Token));

        bench.Mend();
        Assert.Equal(2, (await bench.SnapshotAsync()).Enis.Length);
    }

    [Fact]
    public async Task Reads_wait_for_each_other()
    {
        await using var bench = new Bench(3);

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => bench.ReadAsync()));

        Assert.All(results, result => Assert.Equal(results[0], result));
        Assert.Equal(21 + (4 * 4), bench.Client.Counters.Requests);
    }

    [Fact]
    public async Task Requests_come_from_the_source_address()
    {
        await using var bench = new Bench(2);
        bench.Client.SourceAddress = IPAddress.Parse("127.0.0.2");
        await bench.SnapshotAsync();
        Assert.All(bench.Server.Requests, request => Assert.Equal("127.0.0.2", request.From.ToString()));

        bench.Client.SourceAddress = IPAddress.Parse("127.0.0.3");
        bench.Server.Forget();
        await bench.SnapshotAsync();
        Assert.All(bench.Server.Requests, request => Assert.Equal("127.0.0.3", request.From.ToString()));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public async Task A_source_address_that_is_not_here_is_done_without(string source)
    {
        await using var bench = new Bench(2);
        bench.Client.SourceAddress = IPAddress.Parse(source);

        await bench.SnapshotAsync();

        Assert.Equal(15, bench.Client.Counters.Requests);
        Assert.All(bench.Server.Requests, request => Assert.Equal("127.0.0.1", request.From.ToString()));
    }

    [Fact]
    public async Task A_source_address_is_tried_again_in_the_next_read()
    {
        await using var bench = new Bench(1);
        var connector = new Connector(bench.Options, TimeProvider.System, NullLogger.Instance);
        Assert.True(connector.UseSource(IPAddress.Parse("192.0.2.1"), []));
        Assert.False(connector.UseSource(IPAddress.Parse("192.0.2.1"), []));
        (await connector.ConnectAsync(CancellationToken.None)).Dispose();
        Assert.True(connector.UseSource(IPAddress.Parse("192.0.2.1"), []));
    }

    [Fact]
    public async Task Other_addresses_are_tried_by_turns_when_there_is_no_way_from_the_source_address_nor_without_one()
    {
        await using var bench = new Bench(1);
        var connector = new Connector(bench.Options with { Endpoint = new IPEndPoint(IPAddress.Parse("127.0.0.1"), bench.Options.Endpoint.Port) }, TimeProvider.System, NullLogger.Instance);
        connector.UseSource(IPAddress.Parse("192.0.2.1"), [IPAddress.Parse("203.0.113.99"), IPAddress.Parse("127.0.0.7")]);

        // Without one there is a way here, so that the turn comes to it first.
        (await connector.ConnectAsync(CancellationToken.None)).Dispose();
        using (var given = new CancellationTokenSource())
        {
            await given.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await connector.ConnectAsync(given.Token));
        }

        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(async () => await connector.ConnectAsync(CancellationToken.None));
        for (var i = 0; i < 2; i++)
        {
            // What works is kept to.
            using var socket = await connector.ConnectAsync(CancellationToken.None);
            Assert.Equal("127.0.0.7", ((IPEndPoint)socket.LocalEndPoint!).Address.ToString());
        }
    }

    [Fact]
    public async Task A_time_out_leads_to_new_connections()
    {
        await using var bench = new Bench(1, time: new ScaledTime(6), timeout: TimeSpan.FromSeconds(2));
        await bench.SnapshotAsync();
        var before = bench.Server.Connections;
        var script = bench.Server.Script;
        var asked = 0;
        bench.Server.Script = path => Interlocked.Increment(ref asked) == 1 ? Reply.Hang() : script(path);

        await bench.SnapshotAsync();

        Assert.True(bench.Server.Connections > before);
    }

    [Fact]
    public async Task An_endless_body_stops_at_the_limit_and_not_at_the_time_out()
    {
        await using var bench = new Bench(1);
        bench.Break(FakeInstance.Macs, Reply.Endless());
        var watch = Stopwatch.StartNew();

        await bench.FailureAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    // Each answer takes a twentieth of what it may.
    private sealed class SlowTransport(FakeInstance instance, FakeTimeProvider time) : ITransport
    {
        public long Requests { get; private set; }

        public void BeginRead(IPAddress? source, IReadOnlyList<IPAddress> others)
        {
        }

        public ValueTask<Answer> AskAsync(string path, CancellationToken cancellationToken)
        {
            Requests++;
            time.Advance(TimeSpan.FromMilliseconds(100));
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(new Answer(instance.Documents.TryGetValue(path, out var text) ? new Document.Present(text) : Document.Absent.Instance));
        }

        public void Dispose()
        {
        }
    }
}
