namespace EniAgent.Core.Addressing;

/// <summary>An address prefix such as 10.0.3.0/24, always canonical: no bit is set beyond its length.</summary>
public readonly record struct IpPrefix : IComparable<IpPrefix>
{
    /// <summary>The prefix of <paramref name="length"/> bits that holds <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not between 0 and the bits of the family.</exception>
    public IpPrefix(IpAddress address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, address.Bits);
        Network = new IpAddress(address.Family, address.Value & Mask(address.Family, length));
        Length = length;
    }

    /// <summary>The first address.</summary>
    public IpAddress Network { get; }

    /// <summary>The prefix length in bits.</summary>
    public int Length { get; }

    /// <summary>The address family.</summary>
    public AddressFamily Family => Network.Family;

    /// <summary>True for the prefix of everything: 0.0.0.0/0 or ::/0.</summary>
    public bool IsDefault => Length == 0;

    /// <summary>The last address.</summary>
    public IpAddress Last => new(Family, Network.Value | (FamilyMask(Family) ^ Mask(Family, Length)));

    /// <summary>The prefix that holds only <paramref name="address"/>.</summary>
    public static IpPrefix Host(IpAddress address) => new(address, address.Bits);

    /// <summary>The default prefix of a family.</summary>
    public static IpPrefix Default(AddressFamily family) => new(new IpAddress(family, UInt128.Zero), 0);

    /// <summary>True when <paramref name="address"/> lies in the prefix.</summary>
    public bool Contains(IpAddress address) =>
        address.Family == Family && (address.Value & Mask(Family, Length)) == Network.Value;

    /// <summary>True when every address of <paramref name="other"/> lies in the prefix.</summary>
    public bool Contains(IpPrefix other) => other.Length >= Length && Contains(other.Network);

    /// <summary>Parses ADDRESS/LENGTH; bits beyond the length are an error, for they are nearly always a typing mistake.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpPrefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !IpAddress.TryParse(text[..slash], out var address)
            || text[(slash + 1)..] is not { Length: > 0 and <= 3 } digits || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var length = int.Parse(digits, System.Globalization.NumberStyles.None, null);
        if (length > address.Bits)
        {
            return false;
        }

        prefix = new IpPrefix(address, length);
        return prefix.Network == address;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">The text is not a prefix.</exception>
    public static IpPrefix Parse(string text) =>
        TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not an address prefix");

    /// <summary>The prefix length that a dotted network mask stands for; false when its bits are not contiguous.</summary>
    public static bool TryMaskLength(IpAddress mask, out int length)
    {
        length = UInt128.PopCount(mask.Value) is var ones ? (int)ones : 0;
        return mask.Value == Mask(mask.Family, length);
    }

    /// <summary>Orders by first address, then by length.</summary>
    public int CompareTo(IpPrefix other) =>
        Network.CompareTo(other.Network) is not 0 and var order ? order : Length.CompareTo(other.Length);

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <(IpPrefix left, IpPrefix right) => left.CompareTo(right) < 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >(IpPrefix left, IpPrefix right) => left.CompareTo(right) > 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <=(IpPrefix left, IpPrefix right) => left.CompareTo(right) <= 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >=(IpPrefix left, IpPrefix right) => left.CompareTo(right) >= 0;

    /// <summary>ADDRESS/LENGTH.</summary>
    public override string ToString() => $"{Network}/{Length}";

    private static UInt128 FamilyMask(AddressFamily family) =>
        family == AddressFamily.IPv6 ? UInt128.MaxValue : uint.MaxValue;

    private static UInt128 Mask(AddressFamily family, int length)
    {
        var host = IpAddress.BitsOf(family) - length;
        return host >= 128 ? UInt128.Zero : FamilyMask(family) & (UInt128.MaxValue << host);
    }
}
