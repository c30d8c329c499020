using System.Text;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator;

/// <summary>A tun device, as VPN programs open one.</summary>
internal static class TunDevice
{
    private const int InterfaceRequestSize = 40;
    private const int NameSize = 16;

    /// <summary>Makes one in the namespace of the calling thread; it goes when the descriptor is closed.</summary>
    internal static unsafe int Open(string name)
    {
        var descriptor = Native.Check(Native.open("/dev/net/tun", Native.O_RDWR | Native.O_NONBLOCK | Native.O_CLOEXEC), "open /dev/net/tun");
        // struct ifreq: the name in 16 bytes, then the flags.
        var request = stackalloc byte[InterfaceRequestSize];
        new Span<byte>(request, InterfaceRequestSize).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, NameSize - 1));
        *(short*)(request + NameSize) = Native.IFF_TUN | Native.IFF_NO_PI;
        Native.Check(Native.ioctl(descriptor, Native.TUNSETIFF, request), "TUNSETIFF");
        return descriptor;
    }

    /// <summary>Makes an echo request its reply in place (exchanged addresses leave the header's checksum as it is); false for any other packet.</summary>
    internal static bool TurnAround(Span<byte> packet)
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
