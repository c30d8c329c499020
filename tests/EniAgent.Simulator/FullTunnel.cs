using System.Net;
using System.Net.Sockets;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>
/// A VPN that takes all traffic, as wg-quick(8) sets WireGuard up: a device, a table with a default route through it, a rule that sends into that table whatever
/// has no mark, one that lets main's other routes go first, and the mark on its own packets, which travel in UDP to a peer in the internet. The peer answers every
/// echo request, whomever it is meant for.
/// </summary>
public sealed class FullTunnel : IAsyncDisposable
{
    private const int Port = 51820;
    private const int PollMilliseconds = 20;
    private const int SO_MARK = 36;

    private readonly int _descriptor;
    private readonly Socket _near;
    private readonly Socket _far;
    private readonly Thread _carrier;
    private readonly Thread _peer;
    private volatile bool _stopped;

    private FullTunnel(int descriptor, Socket near, Socket far)
    {
        (_descriptor, _near, _far) = (descriptor, near, far);
        _carrier = new Thread(Carry, 256 * 1024) { IsBackground = true, Name = "tunnel" };
        _peer = new Thread(Answer, 256 * 1024) { IsBackground = true, Name = "tunnel peer" };
        _carrier.Start();
        _peer.Start();
    }

    /// <summary>An address that is nowhere but behind the tunnel, like every other that main has no better route to.</summary>
    public static IPAddress FarAddress { get; } = IPAddress.Parse("192.0.2.77");

    /// <summary>Sets it up as OpenVPN does instead, with redirect-gateway def1: two routes in main that are more specific than its default, and one around them to the peer.</summary>
    public static async Task<FullTunnel> AddHalvesAsync(Guest guest)
    {
        var tunnel = Open(guest);
        await guest.IpAsync(
            "addr add 10.9.0.2/32 dev wg0",
            "link set wg0 mtu 1420 up",
            $"route add {Vpc.InternetAddress} via {guest.PrimaryEni.Subnet.Gateway} dev eth0",
            "route add 0.0.0.0/1 dev wg0",
            "route add 128.0.0.0/1 dev wg0");
        return tunnel;
    }

    /// <summary>Sets it up.</summary>
    public static async Task<FullTunnel> AddAsync(Guest guest)
    {
        var tunnel = Open(guest);
        guest.Namespace.SetSysctls(("conf/all/src_valid_mark", 1));
        await guest.IpAsync(
            "addr add 10.9.0.2/32 dev wg0",
            "link set wg0 mtu 1420 up",
            "route add default dev wg0 table 51820",
            "rule add not fwmark 51820 table 51820",
            "rule add table main suppress_prefixlength 0");
        await guest.Namespace.NftAsync(
            """
            table ip wg-quick-wg0 {
              chain preraw {
                type filter hook prerouting priority raw;
                iifname != "wg0" ip daddr 10.9.0.2 fib saddr type != local drop
              }
              chain premangle {
                type filter hook prerouting priority mangle;
                meta l4proto udp meta mark set ct mark
              }
              chain postmangle {
                type filter hook postrouting priority mangle;
                meta l4proto udp meta mark 51820 ct mark set mark
              }
            }
            """);
        return tunnel;
    }

    /// <summary>Closes the device, which makes it disappear.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            _carrier.Join();
            _peer.Join();
            _ = Native.close(_descriptor);
            _near.Dispose();
            _far.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    private static FullTunnel Open(Guest guest)
    {
        var near = guest.Namespace.Run(() =>
        {
            var socket = Bind(Port);
            socket.SetRawSocketOption(Native.SOL_SOCKET, SO_MARK, BitConverter.GetBytes(Port));
            return socket;
        });
        var tunnel = new FullTunnel(guest.Namespace.Run(() => TunDevice.Open("wg0")), near, guest.Vpc.Internet.Run(() => Bind(Port)));
        guest.Vpc.Own(tunnel);
        return tunnel;
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    // What the machine sends into the device goes to the peer, and what comes from there goes back.
    private unsafe void Carry()
    {
        var peer = new IPEndPoint(Vpc.InternetAddress, Port);
        var buffer = stackalloc byte[2048];
        var polls = stackalloc Native.PollFd[2];
        while (!_stopped)
        {
            polls[0] = new Native.PollFd { fd = _descriptor, events = Native.POLLIN };
            polls[1] = new Native.PollFd { fd = (int)_near.Handle, events = Native.POLLIN };
            if (Native.poll(polls, 2, PollMilliseconds) <= 0)
            {
                continue;
            }
            if (polls[0].revents != 0 && (int)Native.read(_descriptor, buffer, 2048) is > 0 and var length)
            {
                TrySend(new ReadOnlySpan<byte>(buffer, length), peer);
            }
            if (polls[1].revents != 0)
            {
                _ = Native.write(_descriptor, buffer, (nuint)_near.Receive(new Span<byte>(buffer, 2048)));
            }
        }
    }

    // Without a way to the peer the packet is lost, as in any tunnel.
    private void TrySend(ReadOnlySpan<byte> packet, EndPoint peer)
    {
        try
        {
            _near.SendTo(packet, peer);
        }
        catch (SocketException)
        {
            // Who asked notices.
        }
    }

    private void Answer()
    {
        var buffer = new byte[2048];
        while (!_stopped)
        {
            if (!_far.Poll(TimeSpan.FromMilliseconds(PollMilliseconds), SelectMode.SelectRead))
            {
                continue;
            }
            EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
            var length = _far.ReceiveFrom(buffer, ref sender);
            if (TunDevice.TurnAround(buffer.AsSpan(0, length)))
            {
                _far.SendTo(buffer.AsSpan(0, length), sender);
            }
        }
    }
}
