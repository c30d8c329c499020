using System.Diagnostics;
using EniAgent.Core.Metadata;

namespace EniAgent.Metadata.Tests;

/// <summary>A service that does not answer properly gives a failure that says so, never a snapshot with less in it; and it may recover at any time.</summary>
public class BadListingTests
{
    private static readonly Dictionary<string, (Reply Reply, MetadataFailureKind Kind, string Says)> Bad = new()
    {
        ["not there"] = (Reply.Status(404), MetadataFailureKind.Denied, "missing"),
        ["forbidden"] = (Reply.Status(403), MetadataFailureKind.Denied, "403"),
        ["server error"] = (Reply.Status(500), MetadataFailureKind.ServerError, "500"),
        ["too many requests"] = (Reply.Status(429), MetadataFailureKind.ServerError, "429"),
        ["redirect"] = (Reply.Status(302, headers: "Location: http://127.0.0.1:1/\r\n"), MetadataFailureKind.Malformed, "302"),
        ["captive portal"] = (Reply.Text("<!DOCTYPE html><html>Sign in</html>"), MetadataFailureKind.Malformed, "HTML"),
        ["invalid UTF-8"] = (Reply.Bytes([0x35, 0xff, 0xfe]), MetadataFailureKind.Malformed, "UTF-8"),
        ["overlong UTF-8"] = (Reply.Bytes([0xc0, 0xaf]), MetadataFailureKind.Malformed, "UTF-8"),
        ["endless body"] = (Reply.Endless(), MetadataFailureKind.Malformed, "64 KiB"),
        ["endless trickle"] = (Reply.Endless(chunk: 1, pauseMilliseconds: 10), MetadataFailureKind.Unreachable, "no answer within 2 s"),
        ["one byte too long"] = (Reply.Bytes(new byte[65537]), MetadataFailureKind.Malformed, "64 KiB"),
        ["half-written"] = (Reply.Raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n52:54:00:"), MetadataFailureKind.Malformed, "half-written"),
        ["half a chunk"] = (Reply.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n52:54:00:"), MetadataFailureKind.Malformed, "half-written"),
        ["a broken chunk"] = (Reply.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n52:54:00:"), MetadataFailureKind.Malformed, "half-written"),
        ["not HTTP"] = (Reply.Raw("SSH-2.0-OpenSSH_9.2\r\n\r\n"), MetadataFailureKind.Malformed, "not HTTP"),
        ["closed without a word"] = (Reply.Raw(""), MetadataFailureKind.Unreachable, "ended without an answer"),
        ["silence"] = (Reply.Hang(), MetadataFailureKind.Unreachable, "no answer within 2 s"),
        ["no ENI"] = (Reply.Text(""), MetadataFailureKind.Untrusted, "empty"),
        ["no ENI but newlines"] = (Reply.Text("\n\r\n"), MetadataFailureKind.Untrusted, "empty"),
        ["no ENI but slashes"] = (Reply.Text("/\n/\n"), MetadataFailureKind.Malformed, "not a list of MACs"),
        ["without the primary ENI"] = (Reply.Text(FakeInstance.Mac(1) + "/\n"), MetadataFailureKind.Untrusted, "does not list the primary ENI 52:54:00:00:00:00"),
        ["not a MAC"] = (Reply.Text("52:54:00:00:00:00/\neth0/\n"), MetadataFailureKind.Malformed, "eth0"),
        ["a zero MAC"] = (Reply.Text("52:54:00:00:00:00/\n00:00:00:00:00:00/\n"), MetadataFailureKind.Malformed, "00:00:00:00:00:00"),
        ["a multicast MAC"] = (Reply.Text("01:00:5e:00:00:01/\n"), MetadataFailureKind.Malformed, "01:00:5e"),
        ["names full of slashes"] = (Reply.Text("../../../etc//\n52:54:00:00:00:00/../x/\n"), MetadataFailureKind.Malformed, "../"),
        ["a query for a name"] = (Reply.Text("52:54:00:00:00:00?x=1\n"), MetadataFailureKind.Malformed, "?x=1"),
        ["control characters"] = (Reply.Text("52:54:00:00:00:\u0000\u001b[31m\n"), MetadataFailureKind.Malformed, "not a list"),
    };

    public static TheoryData<string> Names => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_list_of_enis_is_a_failure_and_recovery_needs_no_restart(string name)
    {
        var (reply, kind, says) = Bad[name];
        await using var bench = BenchFor(says);
        var good = await bench.SnapshotAsync();
        bench.Break(FakeInstance.Macs, reply);
        bench.Server.Forget();
        var watch = Stopwatch.StartNew();

        var failure = await bench.FailureAsync();

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(says, failure.Message.English, StringComparison.Ordinal);
        Assert.Contains(FakeInstance.Macs, failure.Message.English, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Message.English, char.IsControl);
        Assert.All(bench.Server.Paths, path => Assert.True(bench.Instance.Documents.ContainsKey(path), path));
        Assert.Equal(1, bench.Client.Counters.Failures);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(9), $"took {watch.Elapsed}");

        bench.Mend();
        Assert.Equal(good, await bench.SnapshotAsync());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_cold_read_fails_likewise(string name)
    {
        var (reply, kind, says) = Bad[name];
        await using var bench = BenchFor(says);
        bench.Break(FakeInstance.Macs, reply);

        Assert.Equal(kind, (await bench.FailureAsync()).Kind);

        bench.Mend();
        Assert.Equal(2, (await bench.SnapshotAsync()).Enis.Length);
    }

    [Fact]
    public async Task A_service_that_is_down_is_unreachable()
    {
        var bench = new Bench(1, time: new ScaledTime(10));
        await bench.Server.DisposeAsync();

        var failure = await bench.FailureAsync();

        Assert.Equal(MetadataFailureKind.Unreachable, failure.Kind);
        Assert.Contains("ConnectionRefused", failure.Message.English, StringComparison.Ordinal);
        Assert.Equal(3, bench.Client.Counters.Requests);
        bench.Client.Dispose();
    }

    [Theory]
    [InlineData("mac", 404, "", MetadataFailureKind.Denied)]
    [InlineData("mac", 200, "", MetadataFailureKind.Malformed)]
    [InlineData("mac", 200, "eth0", MetadataFailureKind.Malformed)]
    [InlineData("mac", 500, "", MetadataFailureKind.ServerError)]
    [InlineData("mac", 200, "52:54:00:ff:ff:ff", MetadataFailureKind.Untrusted)]
    [InlineData("instance-id", 404, "", MetadataFailureKind.Denied)]
    [InlineData("instance-id", 200, "a b", MetadataFailureKind.Malformed)]
    [InlineData("instance-id", 200, "<html>", MetadataFailureKind.Malformed)]
    public async Task Without_the_instances_own_documents_there_is_no_snapshot(string path, int status, string text, MetadataFailureKind kind)
    {
        await using var bench = new Bench(2, time: new ScaledTime(10));
        bench.Break(path, Reply.Status(status, System.Text.Encoding.UTF8.GetBytes(text)));

        var failure = await bench.FailureAsync();

        Assert.Equal(kind, failure.Kind);
        bench.Mend();
        Assert.Equal(2, (await bench.SnapshotAsync()).Enis.Length);
    }

    [Fact]
    public async Task Several_bad_documents_at_once_are_forgotten_at_once()
    {
        await using var bench = new Bench(1);
        bench.Break("mac", Reply.Text("eth0"));
        bench.Break("instance-id", Reply.Text("a b"));
        await bench.FailureAsync();

        bench.Mend();
        await bench.SnapshotAsync();
    }

    [Fact]
    public async Task A_service_that_was_away_has_not_made_the_known_documents_doubtful()
    {
        await using var bench = new Bench(4, time: new ScaledTime(10));
        var good = await bench.SnapshotAsync();
        bench.Break(FakeInstance.List(2), Reply.Status(500));
        await bench.FailureAsync();
        bench.Mend();
        bench.Server.Forget();

        Assert.Equal(good, await bench.SnapshotAsync());
        Assert.Equal(1 + 4, bench.Server.Paths.Count);
    }

    [Fact]
    public async Task Lists_are_read_whatever_their_line_ends_slashes_and_repetitions()
    {
        await using var bench = new Bench(2);
        var plain = await bench.SnapshotAsync();
        bench.Instance[FakeInstance.Macs] = $"\r\n {FakeInstance.Mac(0)}/\r\n{FakeInstance.Mac(1)}\r\n{FakeInstance.Mac(0)}";
        bench.Instance[FakeInstance.List(1)] = $"{FakeInstance.Primary(1)}\n\n{FakeInstance.Primary(1)}/";

        Assert.Equal(plain, await bench.SnapshotAsync());
    }

    [Fact]
    public async Task A_mac_listed_twice_in_different_case_is_one_eni_with_its_first_spelling_in_urls()
    {
        await using var bench = new Bench(1);
        bench.Instance.Attach(0xab);
        var mac = FakeInstance.Mac(0xab);
        bench.Instance[FakeInstance.Macs] += mac.ToLowerInvariant() + "/\n";

        var snapshot = await bench.SnapshotAsync();

        Assert.Equal([FakeInstance.Mac(0), mac.ToLowerInvariant()], snapshot.Enis.Select(eni => eni.Mac.ToString()));
        Assert.DoesNotContain(bench.Server.Paths, path => path.Contains("ab", StringComparison.Ordinal));
    }

    private static Bench BenchFor(string says) => says.EndsWith("2 s", StringComparison.Ordinal)
        ? new Bench(2, time: new ScaledTime(6), timeout: TimeSpan.FromSeconds(2))
        : new Bench(2, time: new ScaledTime(10));
}
