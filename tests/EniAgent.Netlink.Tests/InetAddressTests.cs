using CsCheck;

namespace EniAgent.Netlink.Tests;

/// <summary>Addresses as numbers, bytes and text.</summary>
public sealed class InetAddressTests
{
    [Theory]
    [InlineData("10.0.3.133", "0a000385")]
    [InlineData("0.0.0.0", "00000000")]
    [InlineData("fd00::1", "fd000000000000000000000000000001")]
    public void Text_number_and_bytes_are_the_same_address(string text, string bytes)
    {
        var address = InetAddress.Parse(text);
        byte[] written = new byte[16];

        Assert.Equal(bytes.Length / 2, address.WriteTo(written));
        Assert.Equal(bytes, Convert.ToHexStringLower(written.AsSpan(0, address.ByteLength)));
        Assert.Equal(address, InetAddress.FromBytes(Convert.FromHexString(bytes)));
        Assert.Equal(text, address.ToString());
        Assert.False(address.IsNone);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a000001")]
    [InlineData("10.0.0.256")]
    [InlineData("fe80::1%eth0")]
    [InlineData("metadata.tencentyun.com")]
    public void Anything_but_a_plain_literal_is_refused(string? text) => Assert.False(InetAddress.TryParse(text, out _));

    [Fact]
    public void None_is_not_the_all_zero_address()
    {
        Assert.True(default(InetAddress).IsNone);
        Assert.Equal(0, default(InetAddress).WriteTo([]));
        Assert.Equal("none", default(InetAddress).ToString());
        Assert.NotEqual(default, InetAddress.Any(SocketUapi.AF_INET));
        Assert.Equal(default, InetAddress.FromBytes([]));
        Assert.Throws<ArgumentException>(() => InetAddress.FromBytes([1, 2, 3]));
    }

    [Fact]
    public void Every_address_survives_text_and_bytes() =>
        Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]).Select(b => InetAddress.FromBytes(b)).Sample(address =>
        {
            byte[] bytes = new byte[address.ByteLength];
            address.WriteTo(bytes);
            Assert.Equal(address, InetAddress.FromBytes(bytes));
            Assert.Equal(address, InetAddress.Parse(address.ToString()));
        });
}
