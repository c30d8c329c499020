using CsCheck;
using EniAgent.Core.Addressing;

namespace EniAgent.Core.Tests.Addressing;

public class IpPrefixTests
{
    [Fact]
    public void Text_and_back_gives_the_same_prefix() =>
        AddressGen.Prefix.Sample(prefix => Assert.Equal(prefix, IpPrefix.Parse(prefix.ToString())));

    [Fact]
    public void A_prefix_holds_exactly_the_addresses_that_agree_in_its_bits() =>
        Gen.Select(AddressGen.Prefix, AddressGen.Any, Gen.Int[0, 128]).Sample((prefix, other, flip) =>
        {
            // An address near the prefix as well as one anywhere: nearly no random address lies in a long prefix.
            var near = flip < prefix.Network.Bits ? prefix.Network with { Value = prefix.Network.Value ^ (UInt128.One << flip) } : prefix.Network;
            foreach (var address in new[] { near, other, prefix.Network, prefix.Last })
            {
                Assert.Equal(address.Family == prefix.Family && Bits(address)[..prefix.Length] == Bits(prefix.Network)[..prefix.Length], prefix.Contains(address));
            }
        });

    [Fact]
    public void No_bit_is_set_beyond_the_length_and_every_one_is_in_the_last_address() =>
        AddressGen.Prefix.Sample(prefix =>
        {
            Assert.DoesNotContain('1', Bits(prefix.Network)[prefix.Length..]);
            Assert.DoesNotContain('0', Bits(prefix.Last)[prefix.Length..]);
            Assert.Equal(Bits(prefix.Network)[..prefix.Length], Bits(prefix.Last)[..prefix.Length]);
        });

    [Fact]
    public void A_prefix_holds_another_when_it_holds_its_first_and_its_last_address() =>
        Gen.Select(AddressGen.Prefix, AddressGen.Prefix, Gen.Int[0, 128]).Sample((prefix, other, length) =>
        {
            var inside = new IpPrefix(prefix.Network, Math.Min(length, prefix.Network.Bits));
            foreach (var candidate in new[] { other, inside })
            {
                Assert.Equal(prefix.Contains(candidate.Network) && prefix.Contains(candidate.Last), prefix.Contains(candidate));
            }
        });

    [Fact]
    public void Masks_are_prefix_lengths_or_nothing() =>
        Gen.OneOf(Gen.UInt, Gen.Int[0, 32].Select(length => length == 0 ? 0 : uint.MaxValue << (32 - length))).Sample(mask =>
        {
            var bits = Bits(IpAddress.FromIPv4(mask));

            Assert.Equal(!bits.Contains("01", StringComparison.Ordinal), IpPrefix.TryMaskLength(IpAddress.FromIPv4(mask), out var length));
            Assert.Equal(bits.Count(bit => bit == '1'), length);
        });

    [Theory]
    [InlineData("255.255.192.0", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("255.0.255.0", false)]
    [InlineData("0.0.0.255", false)]
    [InlineData("255.255.255.1", false)]
    public void A_mask_is_contiguous(string mask, bool contiguous) =>
        Assert.Equal(contiguous, IpPrefix.TryMaskLength(IpAddress.Parse(mask), out _));

    [Theory]
    [InlineData("10.0.3.1/24")]
    [InlineData("10.0.3.0")]
    [InlineData("10.0.3.0/")]
    [InlineData("10.0.3.0/33")]
    [InlineData("10.0.3.0/-1")]
    [InlineData("10.0.3.0/+24")]
    [InlineData("10.0.3.0/ 24")]
    [InlineData("10.0.3.0/24/24")]
    [InlineData("10.0.3.0/255.255.255.0")]
    [InlineData("10.0.3/24")]
    [InlineData("2001:db8::/129")]
    [InlineData("2001:db8::1/64")]
    [InlineData("default")]
    [InlineData("")]
    public void What_is_not_exactly_a_prefix_is_refused(string text)
    {
        Assert.False(IpPrefix.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IpPrefix.Parse(text));
    }

    [Fact]
    public void A_length_outside_the_family_is_refused()
    {
        var address = IpAddress.Parse("10.0.0.0");

        Assert.Throws<ArgumentOutOfRangeException>(() => new IpPrefix(address, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IpPrefix(address, -1));
    }

    [Fact]
    public void Defaults_hold_all_of_their_own_family_only() => AddressGen.Any.Sample(address =>
    {
        Assert.True(IpPrefix.Default(address.Family).Contains(address));
        Assert.True(IpPrefix.Default(address.Family).IsDefault);
        Assert.False(IpPrefix.Default(address.Family == AddressFamily.IPv4 ? AddressFamily.IPv6 : AddressFamily.IPv4).Contains(address));
        Assert.True(IpPrefix.Host(address).Contains(address));
        Assert.Equal(IpPrefix.Host(address).Network, IpPrefix.Host(address).Last);
    });

    [Fact]
    public void Order_is_by_first_address_and_then_by_length() => Gen.Select(AddressGen.Prefix, AddressGen.Prefix).Sample((left, right) =>
    {
        var expected = Math.Sign((left.Network, left.Length).CompareTo((right.Network, right.Length)));
        Assert.Equal(expected, Math.Sign(left.CompareTo(right)));
        Assert.Equal((expected < 0, expected <= 0, expected > 0, expected >= 0), (left < right, left <= right, left > right, left >= right));
    });

    [Fact]
    public void An_interface_address_keeps_its_host_bits() =>
        Gen.Select(AddressGen.Any, Gen.Int[0, 128]).Sample((address, length) =>
        {
            var written = new InterfaceAddress(address, Math.Min(length, address.Bits));

            Assert.True(InterfaceAddress.TryParse(written.ToString(), out var read));
            Assert.Equal(written, read);
            Assert.True(read.Prefix.Contains(address));
        });

    [Theory]
    [InlineData("10.0.3.133")]
    [InlineData("10.0.3.133/33")]
    [InlineData("10.0.3.133/-1")]
    [InlineData("10.0.3.133/")]
    [InlineData("/24")]
    public void What_is_not_exactly_an_interface_address_is_refused(string text) => Assert.False(InterfaceAddress.TryParse(text, out _));

    private static string Bits(IpAddress address) =>
        string.Concat(Enumerable.Range(1, address.Bits).Select(i => ((address.Value >> (address.Bits - i)) & 1) == 1 ? '1' : '0'));
}
