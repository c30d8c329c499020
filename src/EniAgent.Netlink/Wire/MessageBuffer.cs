using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace EniAgent.Netlink;

/// <summary>A growing buffer in which requests are put together. It keeps its memory, so that writing allocates nothing once it is warm.</summary>
internal sealed class MessageBuffer
{
    private byte[] _bytes = new byte[512];

    /// <summary>Where the message in hand begins.</summary>
    private int _message;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Cuts the buffer back to a length it had.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>The header of the message that begins at an offset, to be stamped before it is sent.</summary>
    public ref nlmsghdr HeaderAt(int offset) => ref MemoryMarshal.AsRef<nlmsghdr>(_bytes.AsSpan(offset, NLMSG_HDRLEN));

    public void BeginMessage(ushort type, ushort flags)
    {
        _message = Length;
        var header = new nlmsghdr { nlmsg_type = type, nlmsg_flags = (ushort)(NLM_F_REQUEST | flags) };
        MemoryMarshal.Write(Take(NLMSG_HDRLEN), in header);
    }

    public void EndMessage() => HeaderAt(_message).nlmsg_len = (uint)(Length - _message);

    /// <summary>The fixed structure that a message begins with, padded to four bytes.</summary>
    public void Struct<T>(in T value)
        where T : unmanaged =>
        MemoryMarshal.Write(Take(Align(Unsafe.SizeOf<T>())), in value);

    public void Attribute(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(Reserve(type, value.Length));

    public void Attribute(ushort type, byte value) => Reserve(type, 1)[0] = value;

    public void Attribute(ushort type, uint value) => MemoryMarshal.Write(Reserve(type, 4), in value);

    public void Attribute(ushort type, int value) => MemoryMarshal.Write(Reserve(type, 4), in value);

    public void Attribute(ushort type, InetAddress value) => value.WriteTo(Reserve(type, value.ByteLength));

    public void AttributeStruct<T>(ushort type, in T value)
        where T : unmanaged =>
        MemoryMarshal.Write(Reserve(type, Unsafe.SizeOf<T>()), in value);

    /// <summary>A string with its final NUL.</summary>
    public void Attribute(ushort type, string value)
    {
        var target = Reserve(type, Encoding.UTF8.GetByteCount(value) + 1);
        _ = Encoding.UTF8.GetBytes(value, target);
    }

    /// <summary>The name of an interface, which the kernel would cut off silently in places.</summary>
    /// <exception cref="ArgumentException">The name is empty or longer than 15 bytes.</exception>
    public void InterfaceName(ushort type, string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) >= IFNAMSIZ || name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{name}' is not the name of an interface.", nameof(name));
        }

        Attribute(type, name);
    }

    /// <summary>Attributes as they were read, with their headers and padding.</summary>
    public void Raw(ReadOnlySpan<byte> attributes)
    {
        var target = Take(Align(attributes.Length));
        attributes.CopyTo(target);
    }

    /// <summary>Begins an attribute that holds others; give what it returns to <see cref="EndNest"/>.</summary>
    public int BeginNest(ushort type)
    {
        int start = Length;
        _ = Reserve(type, 0);
        return start;
    }

    public void EndNest(int start) =>
        MemoryMarshal.AsRef<nlattr>(_bytes.AsSpan(start, NLA_HDRLEN)).nla_len = checked((ushort)(Length - start));

    /// <summary>Begins one nexthop of RTA_MULTIPATH; give what it returns to <see cref="EndNexthop"/>.</summary>
    public int BeginNexthop(in rtnexthop nexthop)
    {
        int start = Length;
        Struct(in nexthop);
        return start;
    }

    public void EndNexthop(int start) =>
        MemoryMarshal.AsRef<rtnexthop>(_bytes.AsSpan(start, Unsafe.SizeOf<rtnexthop>())).rtnh_len = checked((ushort)(Length - start));

    private Span<byte> Reserve(ushort type, int length)
    {
        var whole = Take(Align(NLA_HDRLEN + length));
        var header = new nlattr { nla_len = checked((ushort)(NLA_HDRLEN + length)), nla_type = type };
        MemoryMarshal.Write(whole, in header);
        return whole.Slice(NLA_HDRLEN, length);
    }

    /// <summary>The next bytes, all zero: padding must not carry what an earlier message left there.</summary>
    private Span<byte> Take(int length)
    {
        if (_bytes.Length - Length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        }

        var taken = _bytes.AsSpan(Length, length);
        taken.Clear();
        Length += length;
        return taken;
    }
}
