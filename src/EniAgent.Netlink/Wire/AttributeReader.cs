using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace EniAgent.Netlink;

/// <summary>Walks the attributes of a message or of a nest. Unknown types are the caller's to ignore; a length that
/// contradicts what is there throws <see cref="MalformedMessageException"/>.</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>The type without the NLA_F_* bits.</summary>
    public ushort Type { get; private set; }

    /// <summary>The payload without header and padding.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Header, payload and padding, as they came.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    public readonly byte Byte => Value.Length >= 1 ? Value[0] : throw TooShort(1);

    public readonly ushort UInt16 => Value.Length >= 2 ? MemoryMarshal.Read<ushort>(Value) : throw TooShort(2);

    public readonly uint UInt32 => Value.Length >= 4 ? MemoryMarshal.Read<uint>(Value) : throw TooShort(4);

    public readonly uint UInt32BigEndian => Value.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(Value) : throw TooShort(4);

    public readonly int Int32 => (int)UInt32;

    public readonly ulong UInt64BigEndian => Value.Length >= 8 ? BinaryPrimitives.ReadUInt64BigEndian(Value) : throw TooShort(8);

    public readonly string String
    {
        get
        {
            int end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    public readonly InetAddress Address => Value.Length is 4 or 16 ? InetAddress.FromBytes(Value) : throw Wrong("4 or 16");

    /// <summary>A 48-bit hardware address as a number, or null when it is of another kind (InfiniBand, tunnels).</summary>
    public readonly ulong? HardwareAddress => Value.Length == 6
        ? ((ulong)BinaryPrimitives.ReadUInt16BigEndian(Value) << 32) | BinaryPrimitives.ReadUInt32BigEndian(Value[2..])
        : null;

    /// <summary>The payload as a kernel structure, which may have grown at its end since.</summary>
    public readonly T Struct<T>()
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        return Value.Length >= size ? MemoryMarshal.Read<T>(Value) : throw TooShort(size);
    }

    public bool MoveNext()
    {
        // Fewer bytes than a header are padding: the kernel's own parser tolerates them too.
        if (_rest.Length < NLA_HDRLEN)
        {
            return false;
        }

        var header = MemoryMarshal.Read<nlattr>(_rest);
        Type = (ushort)(header.nla_type & ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER));
        if (header.nla_len < NLA_HDRLEN || header.nla_len > _rest.Length)
        {
            throw new MalformedMessageException(
                string.Create(CultureInfo.InvariantCulture, $"attribute {Type}"),
                string.Create(CultureInfo.InvariantCulture, $"its length is {header.nla_len} and {_rest.Length} bytes are there"));
        }

        int padded = Math.Min(Align(header.nla_len), _rest.Length);
        Value = _rest[NLA_HDRLEN..header.nla_len];
        Raw = _rest[..padded];
        _rest = _rest[padded..];
        return true;
    }

    private readonly MalformedMessageException TooShort(int wanted) =>
        Wrong(string.Create(CultureInfo.InvariantCulture, $"at least {wanted}"));

    private readonly MalformedMessageException Wrong(string wanted) => new(
        string.Create(CultureInfo.InvariantCulture, $"attribute {Type}"),
        string.Create(CultureInfo.InvariantCulture, $"its payload has {Value.Length} bytes, not {wanted}"));
}
