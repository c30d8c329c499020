using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Bench.Running;

/// <summary>Sends packets that a route throws away: what is left of a packet's cost is the way through rules and tables.</summary>
internal static class Lookups
{
    private const int Packets = 20_000;

    /// <summary>What a packet from an address takes, in nanoseconds.</summary>
    public static double Nanoseconds(NetworkNamespace inside, IPAddress from)
    {
        using var socket = inside.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(new IPEndPoint(from, 0));

        // 203.0.113.0/24 is nobody's (RFC 5737).
        var to = new IPEndPoint(IPAddress.Parse("203.0.113.1"), 9).Serialize();
        var started = Stopwatch.GetTimestamp();
        unsafe
        {
            var payload = (byte)0;
            fixed (byte* address = to.Buffer.Span)
            {
                for (var i = 0; i < Packets; i++)
                {
                    // It fails each time, with what the route says.
                    _ = Native.sendto((int)socket.Handle, &payload, 1, 0, address, (uint)to.Size);
                }
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Packets;
    }
}
