using CsCheck;
using EniAgent.Core.Addressing;

namespace EniAgent.Core.Tests.Addressing;

public class MacAddressTests
{
    private static readonly Gen<MacAddress> Any = Gen.ULong[0, (1UL << 48) - 1].Select(value => new MacAddress(value));

    [Fact]
    public void Text_and_back_gives_the_same_address_in_either_case() =>
        Any.Sample(mac =>
        {
            Assert.Equal(17, mac.ToString().Length);
            Assert.Equal(mac.ToString().ToLowerInvariant(), mac.ToString());
            Assert.Equal(mac, MacAddress.Parse(mac.ToString()));
            Assert.Equal(mac, MacAddress.Parse(mac.ToString().ToUpperInvariant()));
        });

    [Fact]
    public void The_first_byte_written_is_the_most_significant() =>
        Assert.Equal(0x525400BFB351UL, MacAddress.Parse("52:54:00:BF:B3:51").Value);

    [Theory]
    [InlineData("")]
    [InlineData("52:54:00:bf:b3")]
    [InlineData("52:54:00:bf:b3:51:00")]
    [InlineData("52-54-00-bf-b3-51")]
    [InlineData("5254.00bf.b351")]
    [InlineData("525400bfb351")]
    [InlineData("52:54:00:bf:b3:5g")]
    [InlineData("52:54:00:bf:b3: 5")]
    [InlineData("52:54:00:bf:b3:+5")]
    [InlineData("52:54:00:bf:b3:5\0")]
    [InlineData("52:54:00:bf:b3:-5")]
    [InlineData("52:54:00:bf:b3:5 ")]
    [InlineData(" 52:54:00:bf:b3:5")]
    [InlineData("52:54:00:bf:b3:51/")]
    [InlineData("52:54:00:bf:b3/51")]
    public void What_is_not_exactly_a_mac_is_refused(string text)
    {
        Assert.False(MacAddress.TryParse(text, out _));
        Assert.Throws<FormatException>(() => MacAddress.Parse(text));
    }

    [Fact]
    public void Nothing_is_accepted_that_is_not_spelled_like_a_mac() =>
        Gen.String["0123456789abcdefABCDEF:+- /."].Sample(
            text => Assert.True(!MacAddress.TryParse(text, out var mac) || string.Equals(mac.ToString(), text, StringComparison.OrdinalIgnoreCase)),
            iter: 20000);

    [Theory]
    [InlineData("00:00:00:00:00:00", true, false)]
    [InlineData("01:00:5e:00:00:01", false, true)]
    [InlineData("ff:ff:ff:ff:ff:ff", false, true)]
    [InlineData("33:33:00:00:00:01", false, true)]
    [InlineData("52:54:00:bf:b3:51", false, false)]
    [InlineData("02:01:01:01:01:01", false, false)]
    public void Addresses_that_no_nic_has_are_told_apart(string text, bool zero, bool multicast)
    {
        var mac = MacAddress.Parse(text);

        Assert.Equal((zero, multicast), (mac.IsZero, mac.IsMulticast));
    }

    [Fact]
    public void The_manufacturer_is_the_first_half() => Any.Sample(mac =>
        Assert.Equal(mac.ToString()[..8], $"{(mac.Oui >> 16) & 255:x2}:{(mac.Oui >> 8) & 255:x2}:{mac.Oui & 255:x2}"));

    [Fact]
    public void Order_is_that_of_the_text() => Gen.Select(Any, Any).Sample((left, right) =>
    {
        var expected = Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString()));
        Assert.Equal(expected, Math.Sign(left.CompareTo(right)));
        Assert.Equal((expected < 0, expected <= 0, expected > 0, expected >= 0), (left < right, left <= right, left > right, left >= right));
    });
}
