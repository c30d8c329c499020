using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EniAgent.Metadata.Tests;

/// <summary>
/// An HTTP server on a raw socket, so that it can also answer wrongly byte by byte. It answers from a script: a function from path (relative to
/// /latest/meta-data/) to reply.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ConcurrentQueue<Request> _requests = new();
    private readonly Task _accepting;
    private int _connections;
    private int _concurrent;
    private int _mostConcurrent;

    public ScriptedServer(Func<string, Reply> script)
    {
        Script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Func<string, Reply> Script { get; set; }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public IReadOnlyList<string> Paths => [.. _requests.Select(request => request.Path)];

    public IReadOnlyList<Request> Requests => [.. _requests];

    public int Connections => _connections;

    public int MostConcurrent => _mostConcurrent;

    public void Forget() => _requests.Clear();

    /// <summary>Closes every connection, as a server does that tires of idle ones.</summary>
    public void CloseConnections()
    {
        foreach (var socket in _sockets)
        {
            socket.Close(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        CloseConnections();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                socket.NoDelay = true;
                _sockets.Add(socket);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
            var from = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                var headers = new List<string>();
                while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } header)
                {
                    headers.Add(header);
                }

                const string root = "GET /latest/meta-data/";
                Assert.StartsWith(root, line, StringComparison.Ordinal);
                var path = line[root.Length..line.LastIndexOf(' ')];
                _requests.Enqueue(new Request(path, from, headers));
                InterlockedMax(Interlocked.Increment(ref _concurrent));
                try
                {
                    var reply = Script(path);
                    if (reply.Delay > TimeSpan.Zero)
                    {
                        await Task.Delay(reply.Delay, _end.Token);
                    }

                    Interlocked.Decrement(ref _concurrent);
                    if (!await reply.WriteAsync(stream, _end.Token))
                    {
                        return;
                    }
                }
                catch
                {
                    Interlocked.Decrement(ref _concurrent);
                    throw;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private void InterlockedMax(int value)
    {
        int seen;
        while (value > (seen = _mostConcurrent) && Interlocked.CompareExchange(ref _mostConcurrent, value, seen) != seen)
        {
        }
    }

    internal sealed record Request(string Path, IPAddress From, IReadOnlyList<string> Headers);
}

/// <summary>What the scripted server does with one request.</summary>
internal sealed record Reply(Func<Stream, CancellationToken, Task<bool>> WriteAsync)
{
    public TimeSpan Delay { get; init; }

    public static Reply Text(string body) => Bytes(Encoding.UTF8.GetBytes(body));

    public static Reply Bytes(byte[] body) => Status(200, body);

    public static Reply Status(int status, byte[]? body = null, string headers = "") => new(async (stream, token) =>
    {
        await stream.WriteAsync((byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {body?.Length ?? 0}\r\n{headers}\r\n"), .. body ?? []], token);
        return true;
    });

    /// <summary>Exactly these bytes, then the end of the connection.</summary>
    public static Reply Raw(string bytes) => new(async (stream, token) =>
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), token);
        return false;
    });

    /// <summary>Silence.</summary>
    public static Reply Hang() => new(async (_, token) =>
    {
        await Task.Delay(Timeout.Infinite, token);
        return false;
    });

    /// <summary>A body without end.</summary>
    public static Reply Endless(int chunk = 8192, int pauseMilliseconds = 0) => new(async (stream, token) =>
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), token);
        var bytes = Encoding.ASCII.GetBytes(new string('1', chunk));
        while (true)
        {
            await stream.WriteAsync(bytes, token);
            await Task.Delay(pauseMilliseconds, token);
        }
    });
}
