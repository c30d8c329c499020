using EniAgent.Core.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Metadata.Tests;

/// <summary>How long connections are kept, and when a request goes out again without anybody noticing.</summary>
public class ConnectionTests
{
    [Fact]
    public async Task One_request_after_another_takes_one_connection()
    {
        await using var bed = new Bed();

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("text", await bed.AskAsync());
        }

        Assert.Equal(1, bed.Server.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntext")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ntext")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntextHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")]
    public async Task A_connection_is_not_used_again_after(string answer)
    {
        await using var bed = new Bed(Says(answer));

        Assert.Equal("text", await bed.AskAsync());
        Assert.Equal("text", await bed.AskAsync());

        Assert.Equal(2, bed.Server.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntext\r\n0\r\n\r\n", "text")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntext", "text")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ntext", null)]
    [InlineData("HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntext\r\n0\r\n\r\n", "x answered 500")]
    public async Task A_connection_is_used_again_after(string answer, string? text)
    {
        await using var bed = new Bed(Says(answer));

        Assert.Equal(text, await bed.AskAsync());
        Assert.Equal(text, await bed.AskAsync());

        Assert.Equal(1, bed.Server.Connections);
    }

    [Fact]
    public async Task Bytes_that_nobody_asked_for_never_become_an_answer()
    {
        var late = new TaskCompletionSource();
        await using var bed = new Bed();
        bed.Server.Script = _ => new Reply(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntext"u8.ToArray(), token);
            await late.Task.WaitAsync(token);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"u8.ToArray(), token);
            bed.Written.Release();
            return true;
        });
        Assert.Equal("text", await bed.AskAsync());
        late.SetResult();
        await bed.Written.WaitAsync();

        Assert.Equal("text", await bed.AskAsync());

        Assert.Equal(2, bed.Server.Connections);
    }

    [Fact]
    public async Task A_kept_connection_that_ends_without_a_byte_is_replaced_silently()
    {
        await using var bed = new Bed();
        await bed.AskAsync();
        var asked = 0;
        var good = bed.Server.Script;
        bed.Server.Script = path => ++asked == 1 ? Reply.Raw("") : good(path);

        Assert.Equal("text", await bed.AskAsync());

        Assert.Equal((2, 2L, 2), (asked, bed.Transport.Requests, bed.Server.Connections));
    }

    [Fact]
    public async Task A_kept_connection_that_ends_within_the_answer_is_a_failure()
    {
        await using var bed = new Bed();
        await bed.AskAsync();
        bed.Server.Forget();
        bed.Server.Script = _ => Reply.Raw("H");

        Assert.Equal("x: the answer ended half-written", await bed.AskAsync());

        Assert.Single(bed.Server.Paths);
    }

    [Fact]
    public async Task A_new_connection_that_ends_without_a_byte_is_a_failure()
    {
        await using var bed = new Bed(_ => Reply.Raw(""));

        Assert.Equal("x: the connection ended without an answer", await bed.AskAsync());

        Assert.Single(bed.Server.Paths);
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(61, 2)]
    public async Task A_connection_is_kept_for_a_minute(int seconds, int connections)
    {
        var time = new FakeTimeProvider();
        await using var bed = new Bed(time: time);
        await bed.AskAsync();

        time.Advance(TimeSpan.FromSeconds(seconds));
        await bed.AskAsync();

        Assert.Equal(connections, bed.Server.Connections);
    }

    [Fact]
    public async Task A_time_out_leaves_no_kept_connection_behind()
    {
        await using var bed = new Bed(time: new ScaledTime(10));
        var good = bed.Server.Script;
        var underWay = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bed.Server.Script = path => new Reply(async (stream, token) =>
        {
            if (Interlocked.Increment(ref underWay) == 3)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(token);
            return await good(path).WriteAsync(stream, token);
        });
        await Task.WhenAll(bed.AskAsync(), bed.AskAsync(), bed.AskAsync());
        bed.Server.Script = _ => Reply.Hang();
        Assert.Equal("x: no answer within 20 s", await bed.AskAsync());
        bed.Server.Script = good;

        Assert.Equal("text", await bed.AskAsync());

        Assert.Equal(3 + 1, bed.Server.Connections);
    }

    [Fact]
    public async Task A_connection_in_use_at_another_ones_time_out_is_not_kept_either()
    {
        var time = new FakeTimeProvider();
        var (release, closed) = (new TaskCompletionSource(), new TaskCompletionSource<int>());
        await using var bed = new Bed(time: time);
        var good = bed.Server.Script;
        bed.Server.Script = path => path switch
        {
            "silent" => Reply.Hang(),
            "slow" => new Reply(async (stream, token) =>
            {
                await release.Task.WaitAsync(token);
                await good(path).WriteAsync(stream, token);
                closed.SetResult(await stream.ReadAsync(new byte[1], token));
                return false;
            }),
            _ => good(path),
        };
        var silent = bed.AskAsync("silent");
        time.Advance(TimeSpan.FromSeconds(15));
        var slow = bed.AskAsync("slow");
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("silent: no answer within 20 s", await silent);
        release.SetResult();
        Assert.Equal("text", await slow);

        Assert.Equal(0, await closed.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Disposing_of_the_transport_closes_the_kept_connections()
    {
        var closed = new TaskCompletionSource<int>();
        await using var bed = new Bed(_ => new Reply(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntext"u8.ToArray(), token);
            closed.SetResult(await stream.ReadAsync(new byte[1], token));
            return false;
        }));
        await bed.AskAsync();
        Assert.False(closed.Task.IsCompleted);

        bed.Transport.Dispose();

        Assert.Equal(0, await closed.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_body_that_ends_in_a_reset_is_half_written()
    {
        await using var bed = new Bed(_ => new Reply(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\nte"u8.ToArray(), token);
            ((System.Net.Sockets.NetworkStream)stream).Socket.Close(0);
            return false;
        }));

        Assert.Equal("x: the answer ended half-written", await bed.AskAsync());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\ntext", "x is encoded, which was not asked for", false)]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\ntext", "x answered 503", true)]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 70000\r\n\r\n", "x answered 500", true)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nte", "x: the answer ended half-written", true)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "x answered 204", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\ntext", "x: the answer is not HTTP", false)]
    public async Task An_answer_that_is_none_says_why_and_whether_to_ask_again(string answer, string message, bool isTransient)
    {
        await using var bed = new Bed(_ => Reply.Raw(answer));

        var said = await bed.Transport.AskAsync("x", CancellationToken.None);

        Assert.Equal((message, isTransient), (((Document.Failed)said.Document).Message.English, said.IsTransient));
    }

    [Fact]
    public async Task A_date_to_wait_for_is_counted_from_now()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 6, 8, 49, 30, TimeSpan.Zero));
        await using var bed = new Bed(_ => Reply.Status(503, headers: "Retry-After: Fri, 06 Nov 2026 08:49:37 GMT\r\n"), time);

        Assert.Equal(TimeSpan.FromSeconds(7), (await bed.Transport.AskAsync("x", CancellationToken.None)).RetryAfter);
    }

    [Fact]
    public async Task An_answer_may_come_byte_by_byte()
    {
        await using var bed = new Bed(_ => new Reply(async (stream, token) =>
        {
            foreach (var letter in "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntext\r\n0\r\n\r\n"u8.ToArray())
            {
                await stream.WriteAsync((byte[])[letter], token);
                await Task.Yield();
            }

            return true;
        }));

        Assert.Equal("text", await bed.AskAsync());
    }

    [Fact]
    public async Task A_path_that_would_be_another_request_is_a_bug()
    {
        await using var bed = new Bed();

        await Assert.ThrowsAsync<ArgumentException>(async () => await bed.Transport.AskAsync("x HTTP/1.1\r\nX: y", CancellationToken.None));
    }

    private static Func<string, Reply> Says(string answer) => _ => new Reply(async (stream, token) =>
    {
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer), token);
        return true;
    });

    private sealed class Bed : IAsyncDisposable
    {
        public Bed(Func<string, Reply>? script = null, TimeProvider? time = null)
        {
            Server = new ScriptedServer(script ?? (_ => Reply.Text("text")));
            Transport = new HttpTransport(new() { Endpoint = Server.Endpoint, Timeout = TimeSpan.FromSeconds(20) }, time ?? TimeProvider.System, NullLogger.Instance);
        }

        public ScriptedServer Server { get; }

        public HttpTransport Transport { get; }

        public SemaphoreSlim Written { get; } = new(0);

        /// <summary>The text of a document, null where there is none, or why there is no answer.</summary>
        public async Task<string?> AskAsync(string path = "x") => (await Transport.AskAsync(path, CancellationToken.None)).Document switch
        {
            Document.Present present => present.Text,
            Document.Failed failed => failed.Message.English,
            _ => null,
        };

        public async ValueTask DisposeAsync()
        {
            Transport.Dispose();
            await Server.DisposeAsync();
            Written.Dispose();
        }
    }
}
