using System.Net.Sockets;
using System.Text;
using EniAgent.Linux.Files;
using EniAgent.Linux.Host;

namespace EniAgent.Monitoring;

/// <summary>
/// Serves the metrics as they were written last on a unix socket, by as much of HTTP/1.0 as scrapers and <c>curl --unix-socket</c> want: one request, one answer,
/// whatever the path. A few at a time and each for a short time: who is slow keeps out nobody but other scrapers, and these for seconds.
/// </summary>
internal sealed class MetricsServer(TimeProvider time) : IDisposable
{
    /// <summary>How many are served at a time; more wait, and then as many again.</summary>
    public const int MostClients = 4;

    /// <summary>The longest request.</summary>
    public const int LongestRequest = 4096;

    /// <summary>How long a client may take from beginning to end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _places = new(MostClients);
    private byte[] _content = [];
    private string _path = "";
    private Socket? _listener;
    private CancellationTokenSource _end = new();

    /// <summary>Goes by another path from now on (empty for none), opening the socket where that has not succeeded yet or its file is gone.</summary>
    /// <param name="path">The socket's file.</param>
    /// <param name="content">What is served.</param>
    /// <returns>Why nothing is served; null when all is as wanted.</returns>
    public string? Serve(string path, byte[] content)
    {
        Volatile.Write(ref _content, content);
        try
        {
            if (path != _path || (_listener is not null && Disk.Instance.Look(path) is not { Kind: FileKind.Socket }))
            {
                Close();
                _path = path;
            }

            if (path.Length > 0 && _listener is null)
            {
                Open();
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"metrics: {e.Message}";
        }
    }

    public void Dispose() => Close();

    // What can be done without waiting is not done here either: who calls has a network to look after.
    private void Open()
    {
        var (listener, end) = (ListeningSocket.Open(_path, MostClients), _end.Token);
        _listener = listener;
        _ = Task.Run(() => AcceptAsync(listener, end), CancellationToken.None);
    }

    private void Close()
    {
        _end.Cancel();
        var wasOpen = _listener is not null;
        _listener?.Dispose();
        (_listener, _end) = (null, new CancellationTokenSource());
        try
        {
            if (wasOpen)
            {
                ListeningSocket.RemoveStale(_path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            // A file that stays is replaced by who opens a socket there next.
        }
    }

    private async Task AcceptAsync(Socket listener, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await _places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                _ = ServeAsync(await listener.AcceptAsync(end).ConfigureAwait(false), end);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // No descriptor left, or the end. The next look at whether all is as wanted is a while away, and so is the next try.
                _places.Release();
                await Task.Delay(Patience, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken end)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, limit.Token);
        try
        {
            if (await ReadAsync(client, either.Token).ConfigureAwait(false) is { } request)
            {
                await SendAsync(client, Answer(request), either.Token).ConfigureAwait(false);
                client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // A client that went away or took too long has had its chance.
        }
        finally
        {
            client.Dispose();
            _places.Release();
        }
    }

    // The request's first line; null when there is none to answer.
    private static async Task<string?> ReadAsync(Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var count = await client.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            length += count;
            var text = Encoding.Latin1.GetString(buffer, 0, length);
            if (text.Contains("\r\n\r\n", StringComparison.Ordinal) || text.Contains("\n\n", StringComparison.Ordinal))
            {
                return text[..text.IndexOf('\n', StringComparison.Ordinal)];
            }

            if (count == 0)
            {
                return null;
            }
        }

        return null;
    }

    private byte[] Answer(string request)
    {
        var content = Volatile.Read(ref _content);
        var isRead = request.StartsWith("GET ", StringComparison.Ordinal);
        var (status, length) = isRead || request.StartsWith("HEAD ", StringComparison.Ordinal) ? ("200 OK", content.Length) : ("405 Method Not Allowed\r\nAllow: GET, HEAD", 0);
        var head = Encoding.ASCII.GetBytes($"HTTP/1.0 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        return isRead ? [.. head, .. content] : head;
    }

    private static async Task SendAsync(Socket client, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken)
    {
        while (answer.Length > 0)
        {
            answer = answer[await client.SendAsync(answer, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
    }
}
