using System.Text;

namespace EniAgent.Metadata.Tests;

/// <summary>What is a response, where it ends, and what is none (RFC 9112).</summary>
public class ResponseReaderTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    [Fact]
    public void A_length_says_where_the_body_ends()
    {
        var response = Read(Ok + "Content-Length: 5\r\n\r\nhello");

        Assert.Equal(ResponseState.Complete, response.State);
        Assert.Equal(200, response.Head!.Status);
        Assert.Equal("hello", Body(response));
        Assert.True(response.Head.KeepsAlive);
    }

    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("A\r\n0123456789\r\n1\r\na\r\n0000\r\n\r\n", "0123456789a")]
    [InlineData("a;name=value;other=\"a;b\"\r\n0123456789\r\n0;last\r\nTrailer: x\r\nContent-Length: 7\r\n\r\n", "0123456789")]
    [InlineData("2 \t;x\r\nab\r\n0 \r\n\r\n", "ab")]
    public void Chunks_are_put_together_and_their_extensions_and_trailers_passed_over(string chunks, string body)
    {
        var response = Read(Ok + "transfer-encoding: Chunked\r\n\r\n" + chunks);

        Assert.Equal((ResponseState.Complete, body), (response.State, Body(response)));
        Assert.True(response.Head!.KeepsAlive);
    }

    [Fact]
    public void Without_a_length_the_end_of_the_connection_is_the_end_of_the_body()
    {
        var response = Feed(Ok + "\r\nhello");
        Assert.Equal(ResponseState.Reading, response.State);
        response.End(isOrderly: true);
        Assert.Equal((ResponseState.Complete, "hello"), (response.State, Body(response)));

        var broken = Feed(Ok + "\r\nhello");
        broken.End(isOrderly: false);
        Assert.Equal(ResponseState.HalfWritten, broken.State);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1", "HTTP/1.1")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\r\n", "\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "0\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\nx", "x")]
    public void What_follows_a_response_is_left_over(string bytes, string left)
    {
        var response = new ResponseReader();
        var taken = response.Feed(Encoding.Latin1.GetBytes(bytes));

        Assert.Equal((ResponseState.Complete, left), (response.State, bytes[taken..]));
    }

    [Fact]
    public void Interim_responses_are_passed_over()
    {
        var response = Read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nConnection: close\r\n\r\n" + Ok + "Content-Length: 2\r\n\r\nok");

        Assert.Equal((ResponseState.Complete, 200, "ok"), (response.State, response.Head!.Status, Body(response)));
        Assert.True(response.Head.KeepsAlive);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive", true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: closed", true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close", false)]
    [InlineData("HTTP/1.1 200 OK\r\nconnection: x ,\tCLOSE\t, y", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: close\r\nConnection: y", false)]
    [InlineData("HTTP/1.0 200 OK", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive", false)]
    public void The_service_says_whether_the_connection_stays(string head, bool stays) =>
        Assert.Equal(stays, Read(head + "\r\nContent-Length: 0\r\n\r\n").Head!.KeepsAlive);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 \r\n")]
    [InlineData("HTTP/1.1 200\r\n")]
    [InlineData("HTTP/1.1 200 \u00fc\tx\r\n")]
    [InlineData("HTTP/1.1 200 OK\n")]
    public void A_status_line_may_look_like_this(string line) => Assert.Equal(ResponseState.Complete, Read(line + "Content-Length: 0\r\n\r\n").State);

    [Theory]
    [InlineData("HTTP/2.0 200 OK\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n")]
    [InlineData("HTTP/1 200 OK\r\n")]
    [InlineData("http/1.1 200 OK\r\n")]
    [InlineData("ICY 200 OK\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n")]
    [InlineData("HTTP/1.1 200OK\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n")]
    [InlineData("HTTP/1.1 200 O\0K\r\n")]
    [InlineData("HTTP/1.1 200 O\rK\r\n")]
    [InlineData(" HTTP/1.1 200 OK\r\n")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("<html>")]
    public void Anything_else_is_not_http(string line) => Assert.Equal(ResponseState.NotHttp, Read(line + "\r\n\r\n").State);

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5")]
    [InlineData("Content-Length: 5, 5")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: +5")]
    [InlineData("Content-Length: 0x5")]
    [InlineData("Content-Length: 5 5")]
    [InlineData("Content-Length:")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5")]
    [InlineData("Transfer-Encoding: gzip, chunked")]
    [InlineData("Transfer-Encoding: identity")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")]
    [InlineData("No colon")]
    [InlineData(": no name")]
    [InlineData("Content-Length : 5")]
    [InlineData("X: a\r\n folded: b")]
    [InlineData("X: a\0b")]
    [InlineData("X: a\rb")]
    public void A_head_that_is_malformed_or_contradicts_itself_is_not_http(string fields) =>
        Assert.Equal(ResponseState.NotHttp, Read(Ok + fields + "\r\n\r\nhello").State);

    [Fact]
    public void Http_1_0_knows_no_chunks() =>
        Assert.Equal(ResponseState.NotHttp, Read("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").State);

    [Theory]
    [InlineData("H")]
    [InlineData("HTTP/1.")]
    [InlineData("HTTP/1.1 200 OK")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhell")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5x\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n")]
    public void What_stops_or_comes_apart_in_the_middle_is_half_written(string bytes) =>
        Assert.Equal(ResponseState.HalfWritten, Read(bytes).State);

    [Fact]
    public void Not_a_single_byte_is_a_case_of_its_own() => Assert.Equal(ResponseState.Nothing, Read("").State);

    [Theory]
    [InlineData("Content-Length: 65536\r\n\r\n", ResponseState.HalfWritten)]
    [InlineData("Content-Length: 65537\r\n\r\n", ResponseState.TooLong)]
    [InlineData("Content-Length: 99999999999999999999999999\r\n\r\n", ResponseState.TooLong)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n10000\r\n", ResponseState.HalfWritten)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n10001\r\n", ResponseState.TooLong)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n10000\r\n", ResponseState.TooLong)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n", ResponseState.TooLong)]
    public void A_body_too_long_is_not_even_begun(string bytes, object state) => Assert.Equal((ResponseState)state, Read(Ok + bytes).State);

    [Theory]
    [InlineData(65536, ResponseState.Complete)]
    [InlineData(65537, ResponseState.TooLong)]
    public void A_body_without_a_length_stops_at_the_limit(int length, object state) =>
        Assert.Equal((ResponseState)state, Read(Ok + "\r\n" + new string('x', length)).State);

    [Theory]
    [InlineData(15 * 1024, ResponseState.Complete)]
    [InlineData(16 * 1024, ResponseState.NotHttp)]
    public void A_head_is_bounded(int length, object state)
    {
        Assert.Equal((ResponseState)state, Read(Ok + "Content-Length: 0\r\nX: " + new string('x', length) + "\r\n\r\n").State);
        Assert.Equal((ResponseState)state, Read(Ok + "Content-Length: 0\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", length / 6)) + "\r\n").State);
        Assert.Equal((ResponseState)state, Read(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", length / 25)) + Ok + "Content-Length: 0\r\n\r\n").State);
    }

    [Theory]
    [InlineData(15 * 1024, ResponseState.Complete)]
    [InlineData(16 * 1024, ResponseState.HalfWritten)]
    public void Chunk_extensions_and_trailers_are_bounded(int length, object state)
    {
        var chunked = Ok + "Transfer-Encoding: chunked\r\n\r\n";
        Assert.Equal((ResponseState)state, Read($"{chunked}1;{new string('x', length)}\r\na\r\n0\r\n\r\n").State);
        Assert.Equal((ResponseState)state, Read($"{chunked}1\r\na\r\n0\r\nX: {new string('x', length)}\r\n\r\n").State);
    }

    [Fact]
    public void Many_small_chunks_are_no_head()
    {
        var response = Read(Ok + "Transfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat("1\r\na\r\n", ResponseReader.MaxBody)) + "0\r\n\r\n");

        Assert.Equal((ResponseState.Complete, ResponseReader.MaxBody), (response.State, response.Body.Length));
    }

    [Theory]
    [InlineData("Content-Encoding: gzip", true)]
    [InlineData("X: y", false)]
    public void An_encoded_body_is_told(string field, bool isEncoded) =>
        Assert.Equal(isEncoded, Read($"{Ok}{field}\r\nContent-Length: 0\r\n\r\n").Head!.IsEncoded);

    internal static string Body(ResponseReader response) => Encoding.Latin1.GetString(response.Body);

    private static ResponseReader Read(string bytes)
    {
        var response = Feed(bytes);
        response.End(isOrderly: true);
        return response;
    }

    private static ResponseReader Feed(string bytes)
    {
        var response = new ResponseReader();
        response.Feed(Encoding.Latin1.GetBytes(bytes));
        return response;
    }
}
