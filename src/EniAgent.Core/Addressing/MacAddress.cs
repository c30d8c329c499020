using System.Globalization;

namespace EniAgent.Core.Addressing;

/// <summary>A 48-bit Ethernet address: the identity of an ENI.</summary>
/// <param name="Value">The address as a number; the first byte on the wire is the most significant.</param>
public readonly record struct MacAddress(ulong Value) : IComparable<MacAddress>
{
    /// <summary>The manufacturer's 24 bits.</summary>
    public uint Oui => (uint)(Value >> 24);

    /// <summary>True for 00:00:00:00:00:00, which identifies nothing.</summary>
    public bool IsZero => Value == 0;

    /// <summary>True when the group bit is set: such an address is never a NIC's own.</summary>
    public bool IsMulticast => ((Value >> 40) & 1) != 0;

    /// <summary>Parses six two-digit hexadecimal parts separated by ':' in either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress mac)
    {
        mac = default;
        if (text.Length != 17)
        {
            return false;
        }

        ulong value = 0;
        for (var i = 0; i < 17; i += 3)
        {
            // The library's own parser takes zero bytes behind a digit for nothing.
            if ((i < 15 && text[i + 2] != ':') || !char.IsAsciiHexDigit(text[i]) || !char.IsAsciiHexDigit(text[i + 1]))
            {
                return false;
            }

            value = (value << 8) | byte.Parse(text.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        mac = new MacAddress(value);
        return true;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">The text is not a MAC address.</exception>
    public static MacAddress Parse(string text) =>
        TryParse(text, out var mac) ? mac : throw new FormatException($"'{text}' is not a MAC address");

    /// <summary>Orders by number.</summary>
    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <(MacAddress left, MacAddress right) => left.Value < right.Value;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >(MacAddress left, MacAddress right) => left.Value > right.Value;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <=(MacAddress left, MacAddress right) => left.Value <= right.Value;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >=(MacAddress left, MacAddress right) => left.Value >= right.Value;

    /// <summary>Lower-case, separated by ':', as the kernel's tools write it.</summary>
    public override string ToString() => string.Create(17, Value, static (span, value) =>
    {
        for (var i = 0; i < 6; i++)
        {
            ((byte)(value >> (40 - (8 * i)))).TryFormat(span[(3 * i)..], out _, "x2", CultureInfo.InvariantCulture);
            if (i < 5)
            {
                span[(3 * i) + 2] = ':';
            }
        }
    });
}
