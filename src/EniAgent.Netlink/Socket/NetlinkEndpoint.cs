using System.Runtime.CompilerServices;
using EniAgent.IO;
using Tmds.Linux;

namespace EniAgent.Netlink;

/// <summary>What one read gave.</summary>
internal enum ReceiveStatus
{
    /// <summary>A whole datagram of the kernel.</summary>
    Data,

    /// <summary>Nothing is there, or did not come in time.</summary>
    Empty,

    /// <summary>The receive buffer overflowed before: something was lost (ENOBUFS).</summary>
    Overrun,

    /// <summary>A datagram was longer than the read buffer, which has been made longer; the datagram is lost.</summary>
    Truncated,
}

/// <summary>A netlink socket: system calls and nothing else.</summary>
internal sealed unsafe class NetlinkEndpoint : IDisposable
{
    // A part of a dump has 32 KiB at most; a single message may be longer (a link with hundreds of virtual functions).
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);

    private NetlinkEndpoint(Descriptor descriptor) => Descriptor = descriptor;

    public Descriptor Descriptor { get; }

    /// <summary>The address of this socket (nl_pid), which kernel messages about its own requests carry.</summary>
    public uint PortId { get; private set; }

    /// <summary>The receive buffer in the kernel's accounting.</summary>
    public int ReceiveBufferSize { get; private set; }

    /// <summary>Opens a socket; it joins groups when <see cref="Bind"/> is called.</summary>
    public static NetlinkEndpoint Open(NetlinkOptions options, int protocol = NETLINK_ROUTE)
    {
        int fd = LibC.socket(AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, protocol);
        if (fd < 0)
        {
            throw new NetlinkException("open netlink socket", LibC.errno);
        }

        return Over(new Descriptor(fd), options);
    }

    /// <summary>Takes a socket that is open already: any whose datagrams are netlink messages.</summary>
    public static NetlinkEndpoint Over(Descriptor descriptor, NetlinkOptions options)
    {
        var endpoint = new NetlinkEndpoint(descriptor);
        endpoint.EnlargeReceiveBuffer(options.ReceiveBufferSize);
        endpoint.SetTimeout(options.AnswerTimeout);
        return endpoint;
    }

    /// <summary>Binds the socket and joins the groups of a bit mask (bit <c>n - 1</c> for group <c>n</c>).</summary>
    public void Bind(uint groups)
    {
        var address = new sockaddr_nl { nl_family = AF_NETLINK, nl_groups = groups };
        socklen_t length = Unsafe.SizeOf<sockaddr_nl>();
        if (LibC.bind(Descriptor.Number, (sockaddr*)&address, length) != 0)
        {
            throw new NetlinkException("bind netlink socket", LibC.errno);
        }

        if (LibC.getsockname(Descriptor.Number, (sockaddr*)&address, &length) != 0)
        {
            throw new NetlinkException("get the address of a netlink socket", LibC.errno);
        }

        PortId = address.nl_pid;
    }

    /// <summary>Switches a netlink option on; false where the kernel does not have it.</summary>
    public bool TryEnable(int option)
    {
        int one = 1;
        return LibC.setsockopt(Descriptor.Number, LibC.SOL_NETLINK, option, &one, sizeof(int)) == 0;
    }

    /// <summary>Sends whole messages to the kernel, which takes them all before this returns.</summary>
    /// <returns>0, or the error number.</returns>
    public int TrySend(ReadOnlySpan<byte> messages)
    {
        fixed (byte* bytes = messages)
        {
            // Unconnected and without an address, a netlink socket sends to port 0: the kernel.
            while (LibC.send(Descriptor.Number, bytes, messages.Length, 0) < 0)
            {
                int errno = LibC.errno;
                if (errno != Errno.EINTR)
                {
                    return errno;
                }
            }

            return 0;
        }
    }

    /// <summary>Reads one datagram of the kernel. What others send (an unprivileged process can) is dropped.</summary>
    /// <param name="wait">Whether to wait, for the answer time-out at most.</param>
    /// <param name="datagram">Valid until the next read.</param>
    public ReceiveStatus Receive(bool wait, out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        int flags = LibC.MSG_TRUNC | (wait ? 0 : LibC.MSG_DONTWAIT);
        while (true)
        {
            sockaddr_nl sender = default;
            socklen_t senderLength = Unsafe.SizeOf<sockaddr_nl>();
            nint length;
            fixed (byte* bytes = _buffer)
            {
                length = (nint)LibC.recvfrom(Descriptor.Number, bytes, _buffer.Length, flags, (sockaddr*)&sender, &senderLength);
            }

            if (length < 0)
            {
                int errno = LibC.errno;
                switch (errno)
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        return ReceiveStatus.Empty;
                    case Errno.ENOBUFS:
                        return ReceiveStatus.Overrun;
                    default:
                        throw new NetlinkException("read netlink socket", errno);
                }
            }

            if (sender.nl_pid != 0)
            {
                continue;
            }

            if (length > _buffer.Length)
            {
                _buffer = GC.AllocateUninitializedArray<byte>(Align((int)length) * 2, pinned: true);
                return ReceiveStatus.Truncated;
            }

            datagram = _buffer.AsSpan(0, (int)length);
            return ReceiveStatus.Data;
        }
    }

    /// <summary>Reads and drops all that is there. The kernel answers while it takes a request and goes on with a dump while
    /// it is read: when nothing is there, nothing more will come.</summary>
    public void Drain()
    {
        while (Receive(wait: false, out _) != ReceiveStatus.Empty)
        {
        }
    }

    /// <summary>Attaches a classic BPF program that says which datagrams are queued at all.</summary>
    public void AttachFilter(ReadOnlySpan<sock_filter> program)
    {
        fixed (sock_filter* instructions = program)
        {
            var filter = new sock_fprog { len = checked((ushort)program.Length), filter = instructions };
            if (LibC.setsockopt(Descriptor.Number, LibC.SOL_SOCKET, LibC.SO_ATTACH_FILTER, &filter, sizeof(sock_fprog)) != 0)
            {
                throw new NetlinkException("attach socket filter", LibC.errno);
            }
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => Descriptor.Dispose();

    private void EnlargeReceiveBuffer(int size)
    {
        if (size > 0 && LibC.setsockopt(Descriptor.Number, LibC.SOL_SOCKET, LibC.SO_RCVBUFFORCE, &size, sizeof(int)) != 0)
        {
            // Without CAP_NET_ADMIN this is cut to net.core.rmem_max; what came of it is read below.
            _ = LibC.setsockopt(Descriptor.Number, LibC.SOL_SOCKET, LibC.SO_RCVBUF, &size, sizeof(int));
        }

        int actual;
        socklen_t length = sizeof(int);
        if (LibC.getsockopt(Descriptor.Number, LibC.SOL_SOCKET, LibC.SO_RCVBUF, &actual, &length) != 0)
        {
            throw new NetlinkException("get the receive buffer's size", LibC.errno);
        }

        ReceiveBufferSize = actual;
    }

    private void SetTimeout(TimeSpan timeout)
    {
        // struct timeval: seconds and microseconds, both of the machine's word size.
        var value = stackalloc nint[2];
        value[0] = (nint)(timeout.Ticks / TimeSpan.TicksPerSecond);
        value[1] = (nint)(timeout.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        if (LibC.setsockopt(Descriptor.Number, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, value, 2 * sizeof(nint)) != 0)
        {
            throw new NetlinkException("set the time-out of a netlink socket", LibC.errno);
        }
    }
}
