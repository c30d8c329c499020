using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>Walks the messages of one datagram.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    public nlmsghdr Header { get; private set; }

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Header = ReadStruct<nlmsghdr>(_rest, nameof(nlmsghdr));
        if (Header.nlmsg_len < NLMSG_HDRLEN || Header.nlmsg_len > _rest.Length)
        {
            throw new MalformedMessageException(
                nameof(nlmsghdr),
                string.Create(CultureInfo.InvariantCulture, $"its length is {Header.nlmsg_len} and {_rest.Length} bytes are there"));
        }

        int length = (int)Header.nlmsg_len;
        Payload = _rest[NLMSG_HDRLEN..length];
        _rest = _rest[Math.Min(Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>Reads the fixed structure that a payload begins with.</summary>
    public static T ReadStruct<T>(ReadOnlySpan<byte> payload, string name)
        where T : unmanaged =>
        payload.Length >= Unsafe.SizeOf<T>()
            ? MemoryMarshal.Read<T>(payload)
            : throw new MalformedMessageException(
                name, string.Create(CultureInfo.InvariantCulture, $"{payload.Length} bytes, not at least {Unsafe.SizeOf<T>()}"));

    /// <summary>The attributes that follow the fixed structure, which is padded to four bytes.</summary>
    public static AttributeReader Attributes<T>(ReadOnlySpan<byte> payload)
        where T : unmanaged =>
        new(payload[Math.Min(Align(Unsafe.SizeOf<T>()), payload.Length)..]);
}
