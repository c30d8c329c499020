using System.Net;
using System.Net.Sockets;
using System.Text;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator.Probes;

/// <summary>A plain HTTP request from inside a namespace, independent of any client library.</summary>
public static class MetadataProbe
{
    // Long enough for a first segment that was lost.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Everything the service sends for a path until it closes, header included; bound to an address on demand.</summary>
    public static async Task<string> GetAsync(NetworkNamespace from, string path, IPAddress? source = null, TimeSpan? timeout = null)
    {
        using var deadline = new CancellationTokenSource(timeout ?? Patience);
        using var socket = from.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        if (source is not null)
        {
            socket.Bind(new IPEndPoint(source, 0));
        }
        await socket.ConnectAsync(new IPEndPoint(Fabric.MetadataAddress, 80), deadline.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {Fabric.MetadataAddress}\r\nConnection: close\r\n\r\n"), deadline.Token);
        using var answer = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await socket.ReceiveAsync(buffer, deadline.Token)) > 0;)
        {
            answer.Write(buffer, 0, read);
        }
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
