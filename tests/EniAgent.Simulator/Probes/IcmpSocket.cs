using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator.Probes;

/// <summary>A raw ICMP socket inside a namespace that sends echo requests and sees the replies to them only.</summary>
internal sealed class IcmpSocket : IDisposable
{
    private const int IpHeader = 20;
    private const int Size = 16;
    private const byte EchoReply = 0;
    private const byte EchoRequest = 8;
    private static int _lastId = Random.Shared.Next(0x10000);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[2048];

    private IcmpSocket(Socket socket)
    {
        _socket = socket;
        NewId();
    }

    /// <summary>The identifier of the requests, unlike those of other sockets of this process.</summary>
    internal ushort Id { get; private set; }

    /// <summary>Opens one; with a source it is bound to that address, with a device to that link.</summary>
    internal static IcmpSocket Open(NetworkNamespace inside, IPAddress? source = null, string? device = null) =>
        inside.Run(() => OpenHere(source, device));

    /// <summary>Opens one in the namespace of the calling thread.</summary>
    internal static IcmpSocket OpenHere(IPAddress? source, string? device)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        try
        {
            Span<byte> filter = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(filter, ~(1u << EchoReply));
            socket.SetRawSocketOption(Native.SOL_RAW, Native.ICMP_FILTER, filter);
            socket.SetRawSocketOption(Native.SOL_SOCKET, Native.SO_RCVBUFFORCE, BitConverter.GetBytes(4 * 1024 * 1024));
            if (device is not null)
            {
                socket.SetRawSocketOption(Native.SOL_SOCKET, Native.SO_BINDTODEVICE, Encoding.ASCII.GetBytes(device + "\0"));
            }
            socket.Bind(new IPEndPoint(source ?? IPAddress.Any, 0));
            return new IcmpSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes another identifier: to connection tracking the next request is a new flow.</summary>
    internal void NewId() => Id = (ushort)Interlocked.Increment(ref _lastId);

    /// <summary>Sends an echo request with this number; throws what the kernel says at once, such as an unreachable network.</summary>
    internal void Send(IPAddress to, ulong sequence)
    {
        Span<byte> packet = stackalloc byte[Size];
        packet.Clear();
        packet[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], Id);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], (ushort)sequence);
        BinaryPrimitives.WriteUInt64BigEndian(packet[8..], sequence);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Checksum(packet));
        _socket.SendTo(packet, new IPEndPoint(to, 0));
    }

    /// <summary>The next reply: who sent it, to which identifier and number.</summary>
    internal async ValueTask<(IPAddress From, ushort Id, ulong Sequence)> ReceiveAsync(CancellationToken end)
    {
        while (true)
        {
            var received = await _socket.ReceiveFromAsync(_buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), end);
            if (Parse(_buffer.AsSpan(0, received.ReceivedBytes)) is { } reply)
            {
                return (((IPEndPoint)received.RemoteEndPoint).Address, reply.Id, reply.Sequence);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    internal static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }
        if ((bytes.Length & 1) != 0)
        {
            sum += (uint)bytes[^1] << 8;
        }
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (ushort)~sum;
    }

    private static (ushort Id, ulong Sequence)? Parse(ReadOnlySpan<byte> packet) =>
        packet.Length >= IpHeader + Size && packet[IpHeader] == EchoReply
            ? (BinaryPrimitives.ReadUInt16BigEndian(packet[(IpHeader + 4)..]), BinaryPrimitives.ReadUInt64BigEndian(packet[(IpHeader + 8)..]))
            : null;
}
