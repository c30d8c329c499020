using System.Net;
using CsCheck;
using EniAgent.Core.Addressing;

namespace EniAgent.Core.Tests.Addressing;

public class IpAddressTests
{
    [Fact]
    public void Text_and_back_gives_the_same_address() =>
        AddressGen.Any.Sample(address => Assert.Equal(address, IpAddress.Parse(address.ToString())));

    [Fact]
    public void The_frameworks_address_is_the_same_address() =>
        AddressGen.Any.Sample(address =>
        {
            var framework = address.ToIPAddress();
            Assert.Equal(address.Bits / 8, framework.GetAddressBytes().Length);
            Assert.Equal(framework.GetAddressBytes(), Bytes(address));
        });

    [Fact]
    public void Dotted_quads_read_as_the_framework_reads_them() =>
        Gen.Byte.Array[4].Sample(bytes =>
        {
            var text = string.Join('.', bytes);
            Assert.True(IpAddress.TryParse(text, out var address));
            Assert.Equal(IPAddress.Parse(text).ToString(), address.ToString());
        });

    [Theory]
    [InlineData("")]
    [InlineData(" 10.0.0.1")]
    [InlineData("10.0.0.1 ")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.1.2")]
    [InlineData("10.0.0.")]
    [InlineData(".10.0.0.1")]
    [InlineData("10..0.1")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.1000")]
    [InlineData("10.0.0.01")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("167772161")]
    [InlineData("10.1")]
    [InlineData("-1.0.0.1")]
    [InlineData("+1.0.0.1")]
    [InlineData("10.0.0.1/24")]
    [InlineData("10.0.0.\u0661")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("::1/64")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("12345::")]
    [InlineData("localhost")]
    public void What_is_not_exactly_an_address_is_refused(string text)
    {
        Assert.False(IpAddress.TryParse(text, out var address));
        Assert.True(address.IsNone);
        Assert.Throws<FormatException>(() => IpAddress.Parse(text));
    }

    [Fact]
    public void Whatever_text_is_accepted_means_what_the_framework_says() =>
        Gen.String["0123456789abcdef.:"].Sample(
            text =>
            {
                if (IpAddress.TryParse(text, out var address))
                {
                    Assert.True(IPAddress.TryParse(text, out var framework));
                    Assert.Equal(framework.GetAddressBytes(), Bytes(address));
                }
            },
            iter: 20000);

    [Theory]
    [InlineData("127.0.0.1", true, false, false)]
    [InlineData("127.255.255.255", true, false, false)]
    [InlineData("128.0.0.0", false, false, false)]
    [InlineData("126.255.255.255", false, false, false)]
    [InlineData("::1", true, false, false)]
    [InlineData("::2", false, false, false)]
    [InlineData("223.255.255.255", false, false, false)]
    [InlineData("224.0.0.0", false, true, false)]
    [InlineData("239.255.255.255", false, true, false)]
    [InlineData("240.0.0.0", false, false, false)]
    [InlineData("ff02::1", false, true, false)]
    [InlineData("fe80::1", false, false, false)]
    [InlineData("0.0.0.0", false, false, true)]
    [InlineData("0.0.0.1", false, false, false)]
    [InlineData("::", false, false, true)]
    public void Special_addresses_are_told_apart(string text, bool loopback, bool multicast, bool unspecified)
    {
        var address = IpAddress.Parse(text);

        Assert.Equal((loopback, multicast, unspecified), (address.IsLoopback, address.IsMulticast, address.IsUnspecified));
    }

    [Fact]
    public void The_default_value_is_no_address()
    {
        Assert.True(default(IpAddress).IsNone);
        Assert.Equal(0, default(IpAddress).Bits);
        Assert.Equal("none", default(IpAddress).ToString());
        Assert.False(IpAddress.Parse("0.0.0.0").IsNone);
    }

    [Fact]
    public void Order_is_by_family_and_then_as_the_bytes_are() =>
        Gen.Select(AddressGen.Any, AddressGen.Any).Sample((left, right) =>
        {
            var expected = left.Family == right.Family
                ? Bytes(left).AsSpan().SequenceCompareTo(Bytes(right))
                : left.Family.CompareTo(right.Family);

            Assert.Equal(Math.Sign(expected), Math.Sign(left.CompareTo(right)));
            Assert.Equal(expected < 0, left < right);
            Assert.Equal(expected <= 0, left <= right);
            Assert.Equal(expected > 0, left > right);
            Assert.Equal(expected >= 0, left >= right);
        });

    private static byte[] Bytes(IpAddress address) =>
        [.. Enumerable.Range(1, address.Bits / 8).Select(i => (byte)(address.Value >> (address.Bits - (8 * i))))];
}
