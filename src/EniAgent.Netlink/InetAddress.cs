using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EniAgent.Netlink;

/// <summary>An IPv4 or IPv6 address as a number; <c>default</c> means "none".</summary>
/// <param name="Family"><c>AF_INET</c> (2), <c>AF_INET6</c> (10), or <c>AF_UNSPEC</c> (0) for none.</param>
/// <param name="Value">The address in host order; an IPv4 address stands in the low 32 bits.</param>
public readonly record struct InetAddress(byte Family, UInt128 Value)
{
    /// <summary>Whether there is no address here at all (which differs from 0.0.0.0).</summary>
    public bool IsNone => Family == AF_UNSPEC;

    /// <summary>The length on the wire: 4, 16, or 0 for none.</summary>
    public int ByteLength => LengthOf(Family);

    /// <summary>An IPv4 address from its number in host order: 10.0.0.1 is 0x0a000001.</summary>
    public static InetAddress FromIPv4(uint value) => new(AF_INET, value);

    /// <summary>The all-zero address of a family, as a destination of length 0 has it.</summary>
    public static InetAddress Any(byte family) => new(family, 0);

    /// <summary>An address from its 4 or 16 bytes in network order; an empty span gives none.</summary>
    /// <exception cref="ArgumentException">The length is neither 0, 4 nor 16.</exception>
    public static InetAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        0 => default,
        4 => new InetAddress(AF_INET, BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new InetAddress(AF_INET6, BinaryPrimitives.ReadUInt128BigEndian(bytes)),
        _ => throw new ArgumentException($"An address has 4 or 16 bytes, not {bytes.Length}.", nameof(bytes)),
    };

    /// <summary>Reads a literal such as <c>10.0.0.1</c> or <c>fd00::1</c>: four decimal parts for IPv4, no zone for IPv6.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out InetAddress address)
    {
        address = default;
        if (text is null || !IPAddress.TryParse(text, out var parsed) || text.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        _ = parsed.TryWriteBytes(bytes, out int length);
        // IPAddress takes "10.1" and "0x0a000001" too, which no tool of this field means.
        if (length == 4 && parsed.ToString() != text)
        {
            return false;
        }

        address = FromBytes(bytes[..length]);
        return true;
    }

    /// <summary>Reads a literal such as <c>10.0.0.1</c> or <c>fd00::1</c>.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static InetAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address.");

    /// <summary>Writes the address in network order.</summary>
    /// <returns>How many bytes were written: <see cref="ByteLength"/>.</returns>
    public int WriteTo(Span<byte> destination)
    {
        switch (ByteLength)
        {
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Value);
                return 4;
            case 16:
                BinaryPrimitives.WriteUInt128BigEndian(destination, Value);
                return 16;
            default:
                return 0;
        }
    }

    /// <summary>The usual notation, or <c>none</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = WriteTo(bytes);
        return length == 0 ? "none" : new IPAddress(bytes[..length]).ToString();
    }

    internal static int LengthOf(byte family) => family switch { AF_INET => 4, AF_INET6 => 16, _ => 0 };
}
