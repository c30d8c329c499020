using System.Text;
using CsCheck;

namespace EniAgent.Metadata.Tests;

/// <summary>Whatever the bytes and however they are cut: one of the documented outcomes, the same one, within bounds.</summary>
public class ResponseReaderFuzzTests
{
    private static readonly string[] Pieces =
    [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 404 Not Found\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 204 x\r\n", "HTTP/1.", "HTTP/1.1 20",
        "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Content-Length: 65537\r\n", "content-length:", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
        "Content-Encoding: gzip\r\n", "Retry-After: 3\r\n", "X: y\r\n", "\r\n", "\n", "\r", "\r\n\r\n", "hello", "5\r\nhello\r\n", "0\r\n\r\n", "0;x=y\r\nT: u\r\n\r\n", "ffff\r\n", "\0", ":", " ",
    ];

    private static readonly Gen<byte[]> Assembled = Gen.OneOf(Pieces).Array[0, 12].Select(static pieces => Encoding.Latin1.GetBytes(string.Concat(pieces)));

    private static readonly Gen<byte[]> Good = Gen.Select(
        Gen.OneOf("HTTP/1.1 100 Continue\r\n\r\n", ""), Gen.OneOf("HTTP/1.1 200 OK\r\n", "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nConnection: close\r\n"),
        Gen.OneOf("Content-Length: 11\r\n\r\nhello world", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nT: u\r\n\r\n", "\r\nhello world"),
        static (interim, head, body) => Encoding.Latin1.GetBytes(interim + head + body));

    private static readonly Gen<byte[]> Mutated = Gen.Select(Good, Gen.Select(Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 2]).Array[0, 3], Mutate);

    private static readonly Gen<byte[]> AnyBytes = Gen.Frequency((3, Assembled), (3, Mutated), (1, Gen.Byte.Array[0, 60]));

    [Fact]
    public void However_the_bytes_are_cut_the_response_is_the_same()
    {
        var outcomes = new System.Collections.Concurrent.ConcurrentDictionary<ResponseState, int>();
        Gen.Select(AnyBytes, Gen.Int[1, 40].Array[1, 8], Gen.Bool).Sample(
            (bytes, cuts, isOrderly) =>
            {
                var whole = Outcome(bytes, [int.MaxValue], isOrderly);
                Assert.Equal(whole, Outcome(bytes, [1], isOrderly));
                Assert.Equal(whole, Outcome(bytes, cuts, isOrderly));
                outcomes.AddOrUpdate(whole.State, 1, static (_, count) => count + 1);
            },
            iter: 20_000);

        // Chance brings every outcome but one: a response that is too long is rare among these, and has tests of its own.
        ResponseState[] common = [ResponseState.Complete, ResponseState.Nothing, ResponseState.HalfWritten, ResponseState.NotHttp];
        Assert.Empty(common.Except(outcomes.Keys));
    }

    [Fact]
    public void A_complete_response_is_complete_at_its_last_byte_and_not_before() =>
        Good.Sample(
            bytes =>
            {
                var response = new ResponseReader();
                Assert.Equal(bytes.Length - 1, response.Feed(bytes.AsSpan(..^1)));
                Assert.Equal(ResponseState.Reading, response.State);
                response.Feed(bytes.AsSpan(^1..));
                response.End(isOrderly: true);
                Assert.Equal((ResponseState.Complete, "hello world"), (response.State, ResponseReaderTests.Body(response)));
            },
            iter: 100);

    [Fact]
    public void Memory_is_bounded_whatever_comes() =>
        Gen.Select(AnyBytes, AnyBytes).Sample(
            (start, repeated) =>
            {
                // The buffer for what comes is not the reader's: it is made beforehand.
                var more = repeated.Length == 0 ? "x"u8.ToArray() : repeated;
                var response = new ResponseReader();
                var before = GC.GetAllocatedBytesForCurrentThread();
                response.Feed(start);
                for (var fed = 0; fed < 4 * ResponseReader.MaxBody && response.State == ResponseState.Reading; fed += more.Length)
                {
                    response.Feed(more);
                }

                // Buffers double: all of them together are less than twice the last.
                var limit = 4 * (ResponseReader.MaxBody + ResponseReader.MaxHead);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, limit);
            },
            iter: 1000);

    private static (ResponseState State, int? Status, string? Body, bool? KeepsAlive, string? RetryAfter) Outcome(byte[] bytes, int[] cuts, bool isOrderly)
    {
        var response = new ResponseReader();
        var rest = bytes.AsSpan();
        for (var i = 0; !rest.IsEmpty && response.State == ResponseState.Reading; i++)
        {
            var piece = rest[..Math.Min(rest.Length, cuts[i % cuts.Length])];
            var taken = response.Feed(piece);
            Assert.InRange(taken, 0, piece.Length);
            Assert.True(taken == piece.Length || response.State != ResponseState.Reading);
            rest = rest[piece.Length..];
        }

        response.End(isOrderly);
        Assert.NotEqual(ResponseState.Reading, response.State);
        Assert.True(response.Body.Length <= ResponseReader.MaxBody);
        Assert.True(response.Head is not null || response.State is not (ResponseState.Complete or ResponseState.TooLong));
        var head = response.Head;
        var body = response.State == ResponseState.Complete ? ResponseReaderTests.Body(response) : null;
        return (response.State, head?.Status, body, head?.KeepsAlive, head?.RetryAfter);
    }

    private static byte[] Mutate(byte[] bytes, (int At, byte Value, int How)[] changes)
    {
        var list = bytes.ToList();
        foreach (var (at, value, how) in changes)
        {
            var index = at % list.Count;
            switch (how)
            {
                case 0:
                    list[index] = value;
                    break;
                case 1:
                    list.Insert(index, value);
                    break;
                default:
                    list.RemoveRange(index, Math.Min(value % 8, list.Count - index - 1));
                    break;
            }
        }

        return [.. list];
    }
}
