using System.Globalization;
using System.Runtime.CompilerServices;

namespace EniAgent.Netlink;

/// <summary>Walks the payload of RTA_MULTIPATH without making objects.</summary>
internal ref struct NexthopReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public rtnexthop Header { get; private set; }

    public ReadOnlySpan<byte> Attributes { get; private set; }

    public bool MoveNext()
    {
        if (_rest.Length < Unsafe.SizeOf<rtnexthop>())
        {
            return false;
        }

        Header = MessageReader.ReadStruct<rtnexthop>(_rest, nameof(rtnexthop));
        int length = Header.rtnh_len;
        if (length < Unsafe.SizeOf<rtnexthop>() || length > _rest.Length)
        {
            throw new MalformedMessageException(
                nameof(rtnexthop), string.Create(CultureInfo.InvariantCulture, $"its length is {length} and {_rest.Length} bytes are there"));
        }

        Attributes = _rest[Unsafe.SizeOf<rtnexthop>()..length];
        _rest = _rest[Math.Min(Align(length), _rest.Length)..];
        return true;
    }
}
