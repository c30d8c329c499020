using System.Buffers.Binary;
using System.Net;

namespace EniAgent.Core.Addressing;

/// <summary>
/// An IPv4 or IPv6 address as a number, so that address family is data and prefixes are arithmetic.
/// <c>default</c> is "no address".
/// </summary>
/// <param name="Family">The address family.</param>
/// <param name="Value">The address in host order; an IPv4 address uses the low 32 bits.</param>
public readonly record struct IpAddress(AddressFamily Family, UInt128 Value) : IComparable<IpAddress>
{
    /// <summary>The number of bits of an address of this family: 32 or 128; 0 for "no address".</summary>
    public int Bits => BitsOf(Family);

    /// <summary>True for the default value, which is no address.</summary>
    public bool IsNone => Family == AddressFamily.None;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => Value == UInt128.Zero;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => Family == AddressFamily.IPv4 ? (uint)Value >> 24 == 127 : Value == UInt128.One;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => Family == AddressFamily.IPv4 ? (uint)Value >> 28 == 0xe : Value >> 120 == 0xff;

    /// <summary>Addresses differ in their last bits: these make as good a hash as all of them, at a fraction of the cost.</summary>
    public override int GetHashCode() => (int)(uint)Value ^ (int)(uint)(Value >> 64) ^ (int)Family;

    /// <summary>The number of bits of an address of <paramref name="family"/>.</summary>
    public static int BitsOf(AddressFamily family) => family switch
    {
        AddressFamily.IPv4 => 32,
        AddressFamily.IPv6 => 128,
        _ => 0,
    };

    /// <summary>An IPv4 address from its host-order number.</summary>
    public static IpAddress FromIPv4(uint value) => new(AddressFamily.IPv4, value);

    /// <summary>Parses dotted-quad IPv4 (four decimal parts, no leading zeros) or IPv6 text without a zone.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static IpAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address");

    /// <summary>Parses strictly: nothing that inet_aton would accept beyond a dotted quad is taken for an IPv4 address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (text.Contains(':'))
        {
            if (text.ContainsAny('%', '[', '/')
                || !IPAddress.TryParse(text, out var v6) || v6.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            {
                return false;
            }

            Span<byte> bytes = stackalloc byte[16];
            v6.TryWriteBytes(bytes, out _);
            address = new IpAddress(AddressFamily.IPv6, BinaryPrimitives.ReadUInt128BigEndian(bytes));
            return true;
        }

        uint value = 0;
        var parts = 0;
        while (true)
        {
            var dot = text.IndexOf('.');
            var part = dot < 0 ? text : text[..dot];
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0') || part.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            var number = int.Parse(part, System.Globalization.NumberStyles.None, null);
            if (number > 255 || ++parts > 4)
            {
                return false;
            }

            value = (value << 8) | (uint)number;
            if (dot < 0)
            {
                break;
            }

            text = text[(dot + 1)..];
        }

        address = parts == 4 ? FromIPv4(value) : default;
        return parts == 4;
    }

    /// <summary>The same address as <see cref="IPAddress"/>, for sockets.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(Family == AddressFamily.IPv4 ? bytes[12..] : bytes);
    }

    /// <summary>Orders by family, then by number.</summary>
    public int CompareTo(IpAddress other) =>
        Family != other.Family ? Family.CompareTo(other.Family) : Value.CompareTo(other.Value);

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <(IpAddress left, IpAddress right) => left.CompareTo(right) < 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >(IpAddress left, IpAddress right) => left.CompareTo(right) > 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <=(IpAddress left, IpAddress right) => left.CompareTo(right) <= 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >=(IpAddress left, IpAddress right) => left.CompareTo(right) >= 0;

    /// <summary>The address in its usual text form; "none" for the default value.</summary>
    public override string ToString()
    {
        if (Family == AddressFamily.IPv4)
        {
            var v = (uint)Value;
            return $"{v >> 24}.{(v >> 16) & 255}.{(v >> 8) & 255}.{v & 255}";
        }

        return IsNone ? "none" : ToIPAddress().ToString();
    }
}
