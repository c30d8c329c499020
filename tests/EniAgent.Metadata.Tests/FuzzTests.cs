using System.Text;
using CsCheck;
using EniAgent.Core.Metadata;

namespace EniAgent.Metadata.Tests;

/// <summary>Whatever the service says, a read ends, and ends with a valid snapshot or a failure.</summary>
public class FuzzTests
{
    private static readonly string[] Values =
    [
        "", "\n", "/", "..", "10.0.0.10", "10.0.1.10/\n10.0.1.11/", "10.0.0.10\n10.0.0.11", "10.0.0.1", "10.0.1.1", "255.255.0.0", "255.255.255.0",
        "255.0.255.0", "0.0.0.0", "255.255.255.255", "127.0.0.1", "169.254.0.1", "224.0.0.1", "fe80::1", "52:54:00:00:00:00", "52:54:00:00:00:01/\n52:54:00:00:00:00",
        "52:54:00:00:00:01", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "<html>", "subnet-1", "43.1.1.1", "43.1.1.1\n43.1.1.2", "NAT", "\u00e9", "a b", "999.1.1.1",
    ];

    private static readonly Gen<Reply> AnyReply = Gen.Frequency(
        (8, Gen.OneOf(Values).Select(Reply.Text)),
        (3, Gen.Byte.Array[0, 40].Select(Reply.Bytes)),
        (2, Gen.OneOf(404, 403, 302, 204).Select(status => Reply.Status(status))),
        (1, Gen.String.Select(text => Reply.Bytes(Encoding.UTF8.GetBytes(text)))));

    private static readonly Gen<(int Document, Reply Reply)[]> Mutations = Gen.Select(Gen.Int[0, 1000], AnyReply).Array[1, 4];

    [Fact]
    public async Task Mutated_documents_never_give_an_invalid_snapshot()
    {
        await using var bench = new Bench(3, addresses: 3);
        bench.Instance.SetEips(0, (FakeInstance.Address(0, 1), "43.1.1.1"));
        bench.Instance.SetEips(2, (FakeInstance.Address(2, 0), "43.1.1.2"), (FakeInstance.Address(2, 2), "43.1.1.3"));
        var paths = bench.Instance.Documents.Keys.Order(StringComparer.Ordinal).ToArray();
        var good = await bench.SnapshotAsync();
        var (snapshots, failures) = (0, 0);

        await Mutations.SampleAsync(
            async mutations =>
            {
                foreach (var (document, reply) in mutations)
                {
                    bench.Break(paths[document % paths.Length], reply);
                }

                bench.Restart((snapshots + failures) % 2 == 0 ? null : bench.Client.Export());
                _ = await bench.ReadAsync(background: true) is MetadataResult.Snapshot ? snapshots++ : failures++;
                await bench.ReadAsync(background: true);
                bench.Mend();
                var mended = await bench.ReadAsync();
                Assert.True(mended is MetadataResult.Snapshot { Value: var snapshot }, mended.ToString());
                bench.Restart();
                Assert.Equal(good, await bench.SnapshotAsync());
            },
            iter: 100, threads: 1);

        Assert.True(snapshots > 3 && failures > 3, $"{snapshots} snapshots, {failures} failures");
    }

    [Fact]
    public async Task Any_bytes_instead_of_http_give_a_failure()
    {
        await using var bench = new Bench(1, time: new ScaledTime(100));
        var head = Gen.OneOf("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 99999 X\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");

        await Gen.Select(head, Gen.Byte.Array[0, 60]).SampleAsync(
            async (start, bytes) =>
            {
                bench.Break(FakeInstance.Macs, Reply.Raw(start + Encoding.Latin1.GetString(bytes)));
                Assert.IsType<MetadataResult.Failure>(await bench.ReadAsync());
            },
            iter: 100, threads: 1);
    }
}
