using System.Net;
using System.Net.Sockets;
using System.Text;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator.Probes;

/// <summary>A TCP service inside a namespace: it tells whoever connects which address they come from.</summary>
public sealed class TcpService : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _served;

    private TcpService(Socket listener)
    {
        _listener = listener;
        _served = ServeAsync();
    }

    /// <summary>Listens on every address.</summary>
    public static TcpService Start(NetworkNamespace inside, int port) => new(inside.Run(() =>
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen();
        return listener;
    }));

    /// <summary>Connects, again and again until time is up; returns the address that the service saw, or null when nobody answered.</summary>
    public static async Task<IPAddress?> AskAsync(NetworkNamespace from, IPAddress to, int port, TimeSpan timeout, IPAddress? source = null)
    {
        using var deadline = new CancellationTokenSource(timeout);
        while (!deadline.IsCancellationRequested)
        {
            // A first segment that was lost is repeated after a second: a new connection is faster.
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
            attempt.CancelAfter(TimeSpan.FromMilliseconds(500));
            try
            {
                using var socket = from.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                if (source is not null)
                {
                    socket.Bind(new IPEndPoint(source, 0));
                }
                await socket.ConnectAsync(new IPEndPoint(to, port), attempt.Token);
                var buffer = new byte[64];
                var length = await socket.ReceiveAsync(buffer, attempt.Token);
                return IPAddress.Parse(Encoding.ASCII.GetString(buffer, 0, length));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                await Task.WhenAny(Task.Delay(10, deadline.Token));
            }
        }
        return null;
    }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _served;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptAsync(_end.Token);
                await client.SendAsync(Encoding.ASCII.GetBytes($"{((IPEndPoint)client.RemoteEndPoint!).Address}"), _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // DisposeAsync.
        }
    }
}
