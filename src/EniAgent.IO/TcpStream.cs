using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace EniAgent.IO;

/// <summary>A TCP connection whose waits are the reactor's.</summary>
public sealed class TcpStream : IDisposable
{
    private readonly Descriptor _descriptor;

    private TcpStream(Descriptor descriptor) => _descriptor = descriptor;

    /// <summary>Our end.</summary>
    /// <exception cref="SocketException">It is not known any more.</exception>
    public unsafe IPEndPoint LocalEndPoint
    {
        get
        {
            var address = new SocketAddress(System.Net.Sockets.AddressFamily.InterNetworkV6);
            socklen_t length = address.Buffer.Length;
            fixed (byte* bytes = address.Buffer.Span)
            {
                Check(LibC.getsockname(_descriptor.Number, (sockaddr*)bytes, &length));
            }

            return (IPEndPoint)new IPEndPoint(address.Family == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0).Create(address);
        }
    }

    /// <summary>Whether nothing has come that was not received, be it bytes, an error or the end.</summary>
    public unsafe bool IsQuiet
    {
        get
        {
            byte next;
            return LibC.recv(_descriptor.Number, &next, 1, LibC.MSG_PEEK | LibC.MSG_DONTWAIT) < 0 && LibC.errno == LibC.EAGAIN;
        }
    }

    /// <summary>Connects.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="source">The address that it comes from; null for the kernel's choice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">There is no way, or nobody listens.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async ValueTask<TcpStream> ConnectAsync(IPEndPoint endpoint, IPAddress? source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        cancellationToken.ThrowIfCancellationRequested();
        var descriptor = Open(endpoint.AddressFamily);
        try
        {
            if (source is not null)
            {
                Bind(descriptor, new IPEndPoint(source, 0));
            }

            if (!TryConnect(descriptor, endpoint))
            {
                await Reactor.Shared.WaitAsync(descriptor, Readiness.Writable, cancellationToken).ConfigureAwait(false);
                CheckOutcome(descriptor);
            }

            return new TcpStream(descriptor);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>Sends all of it.</summary>
    /// <exception cref="SocketException">The connection has failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; some of it may have been sent.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TrySend(bytes.Span) is { } sent)
            {
                bytes = bytes[sent..];
            }
            else
            {
                await Reactor.Shared.WaitAsync(_descriptor, Readiness.Writable, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Receives what there is, waiting for some.</summary>
    /// <returns>How many bytes; 0 for the end.</returns>
    /// <exception cref="SocketException">The connection has failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryReceive(buffer.Span) is { } received)
            {
                return received;
            }

            await Reactor.Shared.WaitAsync(_descriptor, Readiness.Readable, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes it; nothing may be under way.</summary>
    public void Dispose() => _descriptor.Dispose();

    private static unsafe Descriptor Open(System.Net.Sockets.AddressFamily family)
    {
        var number = LibC.socket(family == System.Net.Sockets.AddressFamily.InterNetwork ? LibC.AF_INET : LibC.AF_INET6, LibC.SOCK_STREAM | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, 0);
        Check(number);
        var one = 1;
        _ = LibC.setsockopt(number, LibC.IPPROTO_TCP, LibC.TCP_NODELAY, &one, sizeof(int));
        return new Descriptor(number);
    }

    private static unsafe void Bind(Descriptor descriptor, IPEndPoint source)
    {
        var address = source.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            Check(LibC.bind(descriptor.Number, (sockaddr*)bytes, address.Size));
        }
    }

    // False while it is under way.
    private static unsafe bool TryConnect(Descriptor descriptor, IPEndPoint endpoint)
    {
        var address = endpoint.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            var result = LibC.connect(descriptor.Number, (sockaddr*)bytes, address.Size);
            if (result < 0 && LibC.errno is var errno && (errno == LibC.EINPROGRESS || errno == LibC.EINTR))
            {
                return false;
            }

            Check(result);
            return true;
        }
    }

    private static unsafe void CheckOutcome(Descriptor descriptor)
    {
        int outcome;
        socklen_t length = sizeof(int);
        Check(LibC.getsockopt(descriptor.Number, LibC.SOL_SOCKET, LibC.SO_ERROR, &outcome, &length));
        if (outcome != 0)
        {
            throw Failure(outcome);
        }
    }

    // Null while there is no room.
    private unsafe int? TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return Transferred(LibC.send(_descriptor.Number, first, bytes.Length, LibC.MSG_NOSIGNAL));
        }
    }

    // Null while there is nothing.
    private unsafe int? TryReceive(Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            return Transferred(LibC.recv(_descriptor.Number, first, buffer.Length, 0));
        }
    }

    private static int? Transferred(ssize_t result) => result >= 0 ? (int)result
        : LibC.errno is var errno && (errno == LibC.EAGAIN || errno == LibC.EINTR) ? null
        : throw Failure(errno);

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw Failure(LibC.errno);
        }
    }

    // By the names that .NET has for what may become of a connection.
    private static SocketException Failure(int errno) => new((int)(errno switch
    {
        _ when errno == LibC.ECONNREFUSED => SocketError.ConnectionRefused,
        _ when errno == LibC.ENETUNREACH => SocketError.NetworkUnreachable,
        _ when errno == LibC.EHOSTUNREACH => SocketError.HostUnreachable,
        _ when errno == LibC.ENETDOWN => SocketError.NetworkDown,
        _ when errno == LibC.ETIMEDOUT => SocketError.TimedOut,
        _ when errno == LibC.ECONNRESET => SocketError.ConnectionReset,
        _ when errno == LibC.ECONNABORTED => SocketError.ConnectionAborted,
        _ when errno == LibC.EPIPE => SocketError.Shutdown,
        _ when errno == LibC.EADDRNOTAVAIL => SocketError.AddressNotAvailable,
        _ when errno == LibC.EADDRINUSE => SocketError.AddressAlreadyInUse,
        _ when errno == LibC.EAFNOSUPPORT => SocketError.AddressFamilyNotSupported,
        _ when errno == LibC.EACCES || errno == LibC.EPERM => SocketError.AccessDenied,
        _ when errno == LibC.EINVAL => SocketError.InvalidArgument,
        _ when errno == LibC.EMFILE || errno == LibC.ENFILE => SocketError.TooManyOpenSockets,
        _ when errno == LibC.ENOBUFS || errno == LibC.ENOMEM => SocketError.NoBufferSpaceAvailable,
        _ => SocketError.SocketError,
    }));
}
