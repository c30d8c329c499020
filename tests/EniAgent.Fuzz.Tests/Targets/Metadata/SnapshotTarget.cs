using CsCheck;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Metadata;
using EniAgent.Metadata.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace EniAgent.Fuzz.Tests.Targets.Metadata;

/// <summary>
/// A client reads a service's documents; those behind a part of the name "then" replace them for a second read. Whatever they are, each read ends with a valid snapshot or a
/// failure, what is known survives a restart, and once the service is right again so is the client.
/// </summary>
internal sealed class SnapshotTarget : FuzzTarget
{
    private const string Then = "then";
    private static readonly MetadataRequest Thorough = new(Background: true);
    private static readonly Bundle Good = Bundle.Parse(File.ReadAllBytes(Corpus.Files("metadata-snapshot").Single(file => file.EndsWith("/two-enis", StringComparison.Ordinal))));

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words { get; } =
    [
        "", "\n", "/", "..", "10.0.0.10", "10.0.1.10/\n10.0.1.11/", "10.0.0.1", "10.0.1.1", "255.255.0.0", "255.255.255.0", "255.0.255.0", "0.0.0.0", "255.255.255.255", "127.0.0.1", "169.254.0.1",
        "224.0.0.1", "fe80::1", "52:54:00:00:00:00", "52:54:00:00:00:01/\n52:54:00:00:00:00", "52:54:00:00:00:0A", "52:54:00:00:00:0a", "ff:ff:ff:ff:ff:ff", "<html>", "43.1.1.1", "43.1.1.1\n43.1.1.2",
        "NAT", "\u00e9", "a b", "999.1.1.1", "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\n\r\n", "HTTP/1.1 302 Found\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "HTTP/1.1 429 x\r\n\r\n",
    ];

    /// <inheritdoc/>
    public override int Share => 1_500;

    /// <inheritdoc/>
    public override Gen<byte[]> Inputs(IReadOnlyList<byte[]> seeds) =>
        new BundleMutations(seeds, Words, new Dictionary<string, IReadOnlyList<byte[]>> { [Then] = [[]] });

    /// <inheritdoc/>
    public override long MostAllocated(int length) => (4 << 20) + (4096L * length);

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        var parts = Bundle.Parse(input).Parts;
        var first = parts.TakeWhile(part => part.Name != Then).ToList();
        var time = new ImpatientTime();
        var service = new BundleTransport();
        using var client = Connect(service, time, null);
        service.Serve(first);
        Read(client, time);
        Read(client, time);

        service.Serve(first.Concat(parts.SkipWhile(part => part.Name != Then).Skip(1)));
        Read(client, time);

        Assert.True(MetadataCache.TryDeserialize(System.Text.Encoding.UTF8.GetBytes(client.Export().Serialize()), out var cache, out var error), error);
        using var next = Connect(service, time, cache);
        Read(next, time);

        // At most one of the first two reads finds something remembered that is in the way.
        service.Serve(Good.Parts);
        Assert.True(Enumerable.Range(0, 3).Any(_ => Read(next, time) is MetadataResult.Snapshot), "the service is right, and the client is not");
    }

    private static MetadataClient Connect(BundleTransport service, ImpatientTime time, MetadataCache? cache) => new(service, new MetadataOptions(), time, seed: 1, NullLogger.Instance, cache);

    private static MetadataResult Read(MetadataClient client, ImpatientTime time)
    {
        time.Advance(TimeSpan.FromMinutes(10));
        var reading = client.ReadAsync(Thorough, CancellationToken.None);
        Assert.True(reading.IsCompleted, "a read that waits for nothing has not ended");
        var result = reading.GetAwaiter().GetResult();
        if (result is MetadataResult.Snapshot { Value: var snapshot })
        {
            SnapshotInvariants.Check(snapshot);
        }
        else
        {
            var failure = Assert.IsType<MetadataResult.Failure>(result);
            Assert.DoesNotContain(failure.Message.English, char.IsControl);
            Assert.InRange(failure.Message.English.Length, 1, 1000);
        }

        return result;
    }
}
