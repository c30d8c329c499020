using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Metadata.Tests;

/// <summary>What one process knows serves the next one of the same boot, and a damaged memory does no harm.</summary>
public class MetadataCacheTests
{
    private const string Path = "network/interfaces/macs/52:54:00:00:00:00/subnet-id";

    [Fact]
    public async Task It_survives_being_written_and_read()
    {
        await using var bench = new Bench(2, addresses: 2);
        bench.Instance.SetEips(1, (FakeInstance.Address(1, 1), "43.1.1.1"));
        var cold = await bench.SnapshotAsync();

        Assert.True(MetadataCache.TryDeserialize(Encoding.UTF8.GetBytes(bench.Client.Export().Serialize()), out var cache, out _));
        bench.Restart(cache);
        bench.Server.Forget();

        Assert.Equal(cold, await bench.SnapshotAsync());
        Assert.Equal(3, bench.Server.Paths.Count);
    }

    [Fact]
    public async Task Changes_made_while_no_process_ran_are_seen()
    {
        await using var bench = new Bench(2);
        await bench.SnapshotAsync();
        var cache = bench.Client.Export();
        bench.Instance.Detach(1);
        bench.Instance.Attach(2);
        bench.Instance.SetAddresses(0, "10.8.0.5");
        bench.Instance[FakeInstance.Folder(0) + "primary-local-ipv4"] = "10.8.0.5";
        bench.Restart(cache);
        var warm = await bench.SnapshotAsync();
        bench.Restart();

        Assert.Equal(await bench.SnapshotAsync(), warm);
    }

    [Fact]
    public async Task Another_endpoints_memory_is_not_used()
    {
        await using var bench = new Bench(1);
        await bench.SnapshotAsync();
        bench.Restart(bench.Client.Export() with { Endpoint = "169.254.0.23:80" });

        Assert.Equal(9, (await bench.PathsOfReadAsync()).Count);
    }

    [Fact]
    public async Task An_eni_at_fault_is_not_remembered()
    {
        await using var bench = new Bench(2);
        bench.Instance.SetAddresses(1, "10.0.1.10", "10.0.99.1");
        await bench.SnapshotAsync();

        Assert.DoesNotContain(bench.Client.Export().Documents.Keys, path => path.StartsWith(FakeInstance.Folder(1), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_time_in_the_future_counts_as_now()
    {
        var time = new FakeTimeProvider();
        await using var bench = new Bench(1, time: time);
        await bench.SnapshotAsync();
        var cache = bench.Client.Export();
        bench.Restart(cache with { Documents = cache.Documents.ToDictionary(entry => entry.Key, entry => entry.Value with { CheckedAt = DateTimeOffset.MaxValue }) });

        Assert.All(bench.Client.Export().Documents.Values, document => Assert.Equal(time.GetUtcNow(), document.CheckedAt));
    }

    [Fact]
    public async Task A_jump_of_the_clock_changes_no_ages()
    {
        var time = new JumpingTime();
        await using var bench = new Bench(1, time: time);
        await bench.SnapshotAsync();
        time.Jump = TimeSpan.FromDays(-100);

        Assert.All(bench.Client.Export().Documents.Values, document =>
            Assert.InRange(time.GetUtcNow() - document.CheckedAt, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("network/interfaces/macs/52:54:00:00:00:00/../../x/public-ipv4s")]
    [InlineData("network/interfaces/macs/x?y/public-ipv4s")]
    [InlineData("network/interfaces/macs/52:54:00:00:00:00/local-ipv4s/10.0.0.1%20/gateway")]
    [InlineData("network/interfaces/macs/52:54:00:00:00:00/public-ipv4s/")]
    [InlineData("network/interfaces/macs/52:54:00:00:00:00/local-ipv4s/10.0.0.1/gateway/x")]
    [InlineData("local-ipv4")]
    [InlineData("")]
    public async Task No_path_that_the_client_does_not_ask_for_itself_comes_from_a_memory(string path)
    {
        Assert.False(DocumentPath.IsKnown(path));
        await using var bench = new Bench(1);
        bench.Restart(new MetadataCache(1, bench.Server.Endpoint.ToString(), new Dictionary<string, CachedDocument> { [path] = new("x", default) }));

        Assert.Equal(9, (await bench.PathsOfReadAsync(background: true)).Count);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("null", "empty")]
    [InlineData("[]", "JSON")]
    [InlineData("{", "")]
    [InlineData("""{"version":2,"endpoint":"e","documents":{}}""", "version 2")]
    [InlineData("""{"version":0,"endpoint":"e","documents":{}}""", "version 0")]
    [InlineData("""{"version":1,"documents":{}}""", "endpoint")]
    [InlineData("""{"version":1,"endpoint":null,"documents":{}}""", "endpoint")]
    [InlineData("""{"version":1,"endpoint":"e","documents":{"mac":null}}""", "null")]
    [InlineData("""{"version":1,"endpoint":"e","documents":{"mac":{"text":"\ud800","checkedAt":"2026-01-01T00:00:00Z"}}}""", "")]
    [InlineData("""{"version":1,"endpoint":"e","documents":{"mac":{"text":"x"}}}""", "checkedAt")]
    public void Damage_is_an_error_with_a_reason(string text, string says)
    {
        Assert.False(MetadataCache.TryDeserialize(Encoding.UTF8.GetBytes(text), out var cache, out var error));
        Assert.Null(cache);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_at_all_are_read_or_refused()
    {
        var good = Encoding.UTF8.GetBytes(new MetadataCache(1, "e", new Dictionary<string, CachedDocument>
        {
            [Path] = new("subnet-1", DateTimeOffset.UnixEpoch),
            ["mac"] = new(null, DateTimeOffset.UnixEpoch),
        }).Serialize());
        var mutated = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Select((at, value, length) =>
        {
            var bytes = good.ToArray();
            bytes[at] = value;
            return bytes[..length];
        });
        var anywhere = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Select((at, value) =>
        {
            var bytes = good.ToArray();
            bytes[at] = value;
            return bytes;
        });

        Gen.OneOf(Gen.Byte.Array, mutated, anywhere).Sample(bytes =>
            Assert.Equal(MetadataCache.TryDeserialize(bytes, out var cache, out var error), cache is not null && error is null), iter: 20000);
    }

    /// <summary>A wall clock that somebody sets.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;
    }
}
