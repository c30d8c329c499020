namespace EniAgent.Core.Addressing;

/// <summary>An address together with the prefix length of its subnet, as <c>ip address</c> writes it: 10.0.3.133/24.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The prefix length in bits.</param>
public readonly record struct InterfaceAddress(IpAddress Address, int PrefixLength)
{
    /// <summary>The subnet.</summary>
    public IpPrefix Prefix => new(Address, PrefixLength);

    /// <summary>ADDRESS/LENGTH.</summary>
    public override string ToString() => $"{Address}/{PrefixLength}";

    /// <summary>Parses ADDRESS/LENGTH.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out InterfaceAddress result)
    {
        result = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !IpAddress.TryParse(text[..slash], out var address)
            || !int.TryParse(text[(slash + 1)..], System.Globalization.NumberStyles.None, null, out var length) || length > address.Bits)
        {
            return false;
        }

        result = new InterfaceAddress(address, length);
        return true;
    }
}
