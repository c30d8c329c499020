using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;

namespace EniAgent.Journal;

/// <summary>What became of an entry.</summary>
internal enum JournalOutcome
{
    /// <summary>journald has it.</summary>
    Sent,

    /// <summary>journald does not keep up: the socket is full.</summary>
    Full,

    /// <summary>There is no journald, or it cannot be reached.</summary>
    Unreachable,
}

/// <summary>
/// The datagram socket to journald. Never blocks and never throws. It is not connected: each entry finds the socket by its path, so that a
/// restarted journald is found again. What .NET's own sockets lack is the descriptor beside a datagram (SCM_RIGHTS, unix(7)).
/// </summary>
/// <param name="path">The socket's path, at most 107 bytes (unix(7)).</param>
/// <param name="sealing">False to do without memfd_create(2), as kernels before 3.17 must.</param>
internal sealed unsafe class JournalSocket(string path, bool sealing = true) : IDisposable
{
    private readonly byte[] _address = Address(path);
    private int _descriptor = -1;

    /// <summary>Sends an entry; one that is too large for a datagram goes as a file whose descriptor is passed.</summary>
    public JournalOutcome Send(ReadOnlySpan<byte> entry)
    {
        if (_descriptor < 0)
        {
            _descriptor = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK, 0);
            if (_descriptor < 0)
            {
                return JournalOutcome.Unreachable;
            }
        }

        var errno = SendMessage(entry, file: -1);
        if (errno == LibC.EMSGSIZE || errno == LibC.ENOBUFS)
        {
            var file = LargeEntry.Open(entry, sealing);
            if (file < 0)
            {
                return JournalOutcome.Unreachable;
            }

            errno = SendMessage(default, file);
            _ = LibC.close(file);
        }

        return errno == 0 ? JournalOutcome.Sent
            : errno == LibC.EAGAIN || errno == LibC.ENOBUFS || errno == LibC.ETOOMANYREFS ? JournalOutcome.Full
            : JournalOutcome.Unreachable;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = LibC.close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>0, or the errno of sendmsg(2).</summary>
    private int SendMessage(ReadOnlySpan<byte> entry, int file)
    {
        const int ControlSize = 24; // CMSG_SPACE(sizeof(int)) where a pointer has 8 bytes
        var control = stackalloc byte[ControlSize];
        new Span<byte>(control, ControlSize).Clear();
        fixed (byte* name = _address)
        fixed (byte* data = entry)
        {
            var vector = new iovec { iov_base = data, iov_len = entry.Length };
            var message = new msghdr { msg_name = name, msg_namelen = (uint)_address.Length };
            if (file < 0)
            {
                message.msg_iov = &vector;
                message.msg_iovlen = 1;
            }
            else
            {
                var header = (cmsghdr*)control;
                header->cmsg_len = sizeof(cmsghdr) + sizeof(int);
                header->cmsg_level = LibC.SOL_SOCKET;
                header->cmsg_type = LibC.SCM_RIGHTS;
                *(int*)(header + 1) = file;
                message.msg_control = control;
                message.msg_controllen = ControlSize;
            }

            while (LibC.sendmsg(_descriptor, &message, LibC.MSG_NOSIGNAL) < 0)
            {
                if (LibC.errno != LibC.EINTR)
                {
                    return LibC.errno;
                }
            }

            return 0;
        }
    }

    /// <summary>A sockaddr_un: the family, the path, a NUL.</summary>
    private static byte[] Address(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, 107, nameof(path));
        var name = new byte[sizeof(ushort) + bytes.Length + 1];
        MemoryMarshal.Write(name, (ushort)LibC.AF_UNIX);
        bytes.CopyTo(name, sizeof(ushort));
        return name;
    }
}
