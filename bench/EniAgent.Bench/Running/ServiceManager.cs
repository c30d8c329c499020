using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace EniAgent.Bench.Running;

/// <summary>Starts a service as systemd does for Type=notify, and hears when it is ready (sd_notify(3)).</summary>
internal sealed class ServiceManager : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly string _path;

    /// <summary>Listens.</summary>
    /// <param name="path">Where its socket is to be.</param>
    public ServiceManager(string path)
    {
        _path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
    }

    /// <summary>Starts a service, and ends it when it is ready.</summary>
    /// <returns>The time from exec to READY=1.</returns>
    public async Task<Use> UntilReadyAsync(Stage stage, string program, params string[] arguments)
    {
        var (pid, started) = stage.Start(program, arguments, "NOTIFY_SOCKET=" + _path);
        try
        {
            var buffer = new byte[4096];
            while (true)
            {
                var length = _socket.Receive(buffer);
                if (Encoding.UTF8.GetString(buffer, 0, length).Split('\n').Contains("READY=1"))
                {
                    return new Use(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }
        }
        finally
        {
            await Task.Run(() => Stage.End(pid));

            // Its last words are not the next one's.
            while (_socket.Available > 0)
            {
                _socket.Receive(new byte[4096]);
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
