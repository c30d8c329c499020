using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EniAgent.Simulator.Metadata;

/// <summary>One connection: the least HTTP/1.1 there can be, written by hand so that every fault can be produced byte by byte.</summary>
internal sealed class MetadataConnection(MetadataService service, Socket socket, int number)
{
    private static readonly byte[] Filler = [.. Enumerable.Repeat((byte)'x', 16 * 1024)];

    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly IPAddress _source = ((IPEndPoint)socket.RemoteEndPoint!).Address;
    private int _filled;

    internal int Number => number;

    /// <summary>Done when the connection is closed.</summary>
    internal Task Completed => _completed.Task;

    internal void Reset()
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }
        socket.Dispose();
    }

    internal async Task ServeAsync(CancellationToken end)
    {
        socket.NoDelay = true;
        try
        {
            var goOn = true;
            while (goOn && await ReadHeaderAsync(end) is { } header)
            {
                var request = header.Split("\r\n")[0].Split(' ');
                var path = request.Length > 1 ? request[1] : "";
                service.Record(new(DateTimeOffset.UtcNow, path, _source, number));
                goOn = await AnswerAsync(path, end) && !header.Contains("\r\nConnection: close", StringComparison.OrdinalIgnoreCase);
            }
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client or a fault closed it, or the service stops.
        }
        finally
        {
            socket.Dispose();
            _completed.SetResult();
        }
    }

    private async Task<string?> ReadHeaderAsync(CancellationToken end)
    {
        while (true)
        {
            var length = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8);
            if (length >= 0)
            {
                var header = Encoding.ASCII.GetString(_buffer, 0, length);
                var used = length + 4;
                _buffer.AsSpan(used, _filled - used).CopyTo(_buffer);
                _filled -= used;
                return header;
            }
            var read = _filled < _buffer.Length ? await socket.ReceiveAsync(_buffer.AsMemory(_filled), end) : 0;
            if (read == 0)
            {
                return null;
            }
            _filled += read;
        }
    }

    // Whether the connection can go on.
    private async Task<bool> AnswerAsync(string path, CancellationToken end)
    {
        var faults = service.Faults.For(path);
        var pause = faults.Aggregate(TimeSpan.Zero, (sum, f) => sum + f.Pause);
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, end);
        }

        // Looked up only now: a slow answer tells what is, not what was.
        var text = service.Answer(_source, path);
        var status = text is null ? 404 : 200;
        foreach (var edit in faults.Select(f => f.Edit).OfType<Func<string, string>>())
        {
            text = text is null ? null : edit(text);
        }
        var body = Encoding.UTF8.GetBytes(text ?? "404 page not found\n");
        var extra = "Content-Type: text/plain\r\n";
        var how = Fault.Manner.Normal;
        foreach (var fault in faults)
        {
            status = fault.StatusCode ?? (fault.Bytes is null ? status : 200);
            body = fault.Bytes ?? body;
            extra = fault.Header ?? extra;
            how = fault.How == Fault.Manner.Normal ? how : fault.How;
        }
        return await WriteAsync(how, status, extra, body, end);
    }

    private async Task<bool> WriteAsync(Fault.Manner how, int status, string extra, byte[] body, CancellationToken end)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {(status == 200 ? "OK" : "Answer")}\r\n{extra}");
        switch (how)
        {
            case Fault.Manner.Hang:
                await Task.Delay(Timeout.Infinite, end);
                return false;
            case Fault.Manner.Reset:
                Reset();
                return false;
            case Fault.Manner.HalfHeader:
                await SendAsync(Encoding.ASCII.GetBytes(start + "Content-Len"), end);
                return false;
            case Fault.Manner.TruncatedBody:
                await SendAsync([.. Head(start, body.Length + 100), .. body], end);
                return false;
            case Fault.Manner.OversizeLength:
                await SendAsync(Head(start, 1L << 40), end);
                await FloodAsync(Filler, end);
                return false;
            case Fault.Manner.EndlessBody:
                await SendAsync(Encoding.ASCII.GetBytes(start + "Connection: close\r\n\r\n"), end);
                await FloodAsync(Filler, end);
                return false;
            case Fault.Manner.EndlessChunks:
                await SendAsync(Encoding.ASCII.GetBytes(start + "Transfer-Encoding: chunked\r\n\r\n"), end);
                await FloodAsync([.. "4000\r\n"u8, .. Filler, .. "\r\n"u8], end);
                return false;
            default:
                await SendAsync([.. Head(start, body.Length), .. body], end);
                return true;
        }
    }

    private static byte[] Head(string start, long length) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{start}Content-Length: {length}\r\n\r\n"));

    // Until the client has had enough; a little breath in between leaves the machine to others.
    private async Task FloodAsync(byte[] piece, CancellationToken end)
    {
        while (true)
        {
            await SendAsync(piece, end);
            await Task.Delay(1, end);
        }
    }

    private async Task SendAsync(byte[] bytes, CancellationToken end)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, end);
        }
    }
}
