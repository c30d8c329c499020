using CsCheck;
using EniAgent.Core.Addressing;

namespace EniAgent.Core.Tests.Addressing;

/// <summary>Generators of addresses and prefixes of both families.</summary>
internal static class AddressGen
{
    public static readonly Gen<IpAddress> IPv4 = Gen.UInt.Select(IpAddress.FromIPv4);

    public static readonly Gen<IpAddress> IPv6 = Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new IpAddress(AddressFamily.IPv6, new UInt128(high, low)));

    public static readonly Gen<IpAddress> Any = Gen.OneOf(IPv4, IPv6);

    public static readonly Gen<IpPrefix> Prefix = Any.SelectMany(address => Gen.Int[0, address.Bits].Select(length => new IpPrefix(address, length)));
}
