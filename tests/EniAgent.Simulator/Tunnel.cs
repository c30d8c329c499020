using System.Net;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator;

/// <summary>A tun device in the guest, as a VPN leaves it: tun0 with 10.8.0.2, and 10.99.0.0/16 behind it, where every address answers echo requests.</summary>
public sealed class Tunnel : IAsyncDisposable
{
    private const int InterfaceRequestSize = 40;
    private const int PollMilliseconds = 20;

    private readonly int _descriptor;
    private readonly Thread _responder;
    private volatile bool _stopped;

    private Tunnel(int descriptor)
    {
        _descriptor = descriptor;
        _responder = new Thread(Respond, 256 * 1024) { IsBackground = true, Name = "tunnel" };
        _responder.Start();
    }

    /// <summary>An address at the far end.</summary>
    public IPAddress FarAddress { get; } = IPAddress.Parse("10.99.0.1");

    /// <summary>The guest's own address in the tunnel.</summary>
    public IPAddress NearAddress { get; } = IPAddress.Parse("10.8.0.2");

    /// <summary>Adds the device with its address and route.</summary>
    public static async Task<Tunnel> AddAsync(Guest guest)
    {
        var tunnel = new Tunnel(guest.Namespace.Run(Open));
        guest.Vpc.Own(tunnel);
        await guest.IpAsync(
            "addr add 10.8.0.2 peer 10.8.0.1 dev tun0",
            "link set tun0 up",
            "route add 10.99.0.0/16 via 10.8.0.1 dev tun0");
        return tunnel;
    }

    /// <summary>Closes the device, which makes it disappear.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            _responder.Join();
            _ = Native.close(_descriptor);
        }
        return ValueTask.CompletedTask;
    }

    private static unsafe int Open()
    {
        var descriptor = Native.Check(Native.open("/dev/net/tun", Native.O_RDWR | Native.O_NONBLOCK | Native.O_CLOEXEC), "open /dev/net/tun");
        // struct ifreq: the name in 16 bytes, then the flags.
        var request = stackalloc byte[InterfaceRequestSize];
        new Span<byte>(request, InterfaceRequestSize).Clear();
        "tun0"u8.CopyTo(new Span<byte>(request, 16));
        *(short*)(request + 16) = Native.IFF_TUN | Native.IFF_NO_PI;
        Native.Check(Native.ioctl(descriptor, Native.TUNSETIFF, request), "TUNSETIFF");
        return descriptor;
    }

    private unsafe void Respond()
    {
        var buffer = stackalloc byte[2048];
        while (!_stopped)
        {
            var poll = new Native.PollFd { fd = _descriptor, events = Native.POLLIN };
            if (Native.poll(&poll, 1, PollMilliseconds) <= 0)
            {
                continue;
            }
            var length = (int)Native.read(_descriptor, buffer, 2048);
            if (length > 0 && TurnAround(new Span<byte>(buffer, length)))
            {
                _ = Native.write(_descriptor, buffer, (nuint)length);
            }
        }
    }

    // An echo request becomes its reply in place: exchanged addresses leave the header's checksum as it is.
    private static bool TurnAround(Span<byte> packet)
    {
        const int header = 20, protocolIcmp = 1, echoRequest = 8;
        if (packet.Length < header + 8 || packet[0] != 0x45 || packet[9] != protocolIcmp || packet[header] != echoRequest)
        {
            return false;
        }
        Span<byte> source = stackalloc byte[4];
        packet.Slice(12, 4).CopyTo(source);
        packet.Slice(16, 4).CopyTo(packet.Slice(12, 4));
        source.CopyTo(packet.Slice(16, 4));
        var message = packet[header..];
        message[0] = message[2] = message[3] = 0;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(message[2..], IcmpSocket.Checksum(message));
        return true;
    }
}
