using System.Text;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Metadata;

namespace EniAgent.Fuzz.Tests.Targets.Metadata;

/// <summary>The bytes of a connection: however they are cut, the response is the same, and a whole one is judged.</summary>
internal sealed class HttpTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Words { get; } =
    [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 404 Not Found\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 204 x\r\n", "HTTP/1.", "Content-Length: 5\r\n",
        "Content-Length: 65537\r\n", "content-length:", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Content-Encoding: gzip\r\n", "Retry-After: 3\r\n", "\r\n", "\n", "\r", "\r\n\r\n",
        "5\r\nhello\r\n", "0\r\n\r\n", "ffff\r\n", "\0", ":", " ",
    ];

    /// <inheritdoc/>
    public override int Share => 30_000;

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        var whole = Read(input, int.MaxValue);
        Same(whole, Read(input, 1));
        Same(whole, Read(input, 1 + (input.Length == 0 ? 0 : input[^1] % 40)));
        Assert.InRange(whole.Body.Length, 0, ResponseReader.MaxBody);
        Assert.NotNull(HttpTransport.Judge("instance-id", whole, DateTimeOffset.UnixEpoch));
        if (whole.State == ResponseState.Complete && whole.Head is { Length: { } length, Status: not (204 or 304) })
        {
            Assert.Equal(length, whole.Body.Length);
        }
    }

    private static ResponseReader Read(byte[] input, int cut)
    {
        var response = new ResponseReader();
        for (var rest = input.AsSpan(); !rest.IsEmpty && response.State == ResponseState.Reading;)
        {
            var piece = rest[..Math.Min(rest.Length, cut)];
            var taken = response.Feed(piece);
            Assert.InRange(taken, 0, piece.Length);
            Assert.True(taken == piece.Length || response.State != ResponseState.Reading);
            rest = rest[piece.Length..];
        }

        response.End(isOrderly: true);
        Assert.NotEqual(ResponseState.Reading, response.State);
        return response;
    }

    private static void Same(ResponseReader expected, ResponseReader actual)
    {
        Assert.Equal(expected.State, actual.State);
        Assert.Equal((expected.Head?.Status, expected.Head?.Length, expected.Head?.KeepsAlive, expected.Head?.RetryAfter), (actual.Head?.Status, actual.Head?.Length, actual.Head?.KeepsAlive, actual.Head?.RetryAfter));
        if (expected.State == ResponseState.Complete)
        {
            Assert.True(expected.Body.SequenceEqual(actual.Body), $"\"{Encoding.Latin1.GetString(expected.Body)}\" and \"{Encoding.Latin1.GetString(actual.Body)}\"");
        }
    }
}
