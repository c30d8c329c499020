using CsCheck;
using EniAgent.Core.Addressing;

namespace EniAgent.Core.Tests.Addressing;

/// <summary>The exact cover, held against a model that works on single bits of a small space.</summary>
public class PrefixCoverTests
{
    /// <summary>A space of 64 addresses, small enough to look at each one, where dense sets are likely.</summary>
    private const int SpaceBits = 6;

    private static readonly Gen<bool[]> Sets = Gen.OneOf(
        Gen.Bool.Array[1 << SpaceBits],
        Gen.Int[0, 9].Array[1 << SpaceBits].Select(all => all.Select(one => one > 0).ToArray()),
        Gen.Select(Gen.Int[0, 63], Gen.Int[0, 63], (from, to) => Enumerable.Range(0, 64).Select(i => i >= from && i <= to).ToArray()));

    private static readonly Gen<IpAddress> Bases = Gen.OneOf(
        AddressGen.Any, Gen.Const(IpAddress.Parse("0.0.0.0")), Gen.Const(IpAddress.Parse("255.255.255.255")), Gen.Const(IpAddress.Parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")))
        .Select(address => new IpPrefix(address, address.Bits - SpaceBits).Network);

    [Fact]
    public void The_cover_holds_every_address_and_not_one_more() => Gen.Select(Bases, Sets).Sample((start, set) =>
    {
        var cover = PrefixCover.Exact(Addresses(start, set));

        for (var i = 0; i < set.Length; i++)
        {
            Assert.Equal(set[i] ? 1 : 0, cover.Count(prefix => prefix.Contains(At(start, i))));
        }

        Assert.All(cover, prefix => Assert.True(prefix.Length >= start.Bits - SpaceBits));
    });

    [Fact]
    public void No_smaller_cover_exists() => Gen.Select(Bases, Sets).Sample((start, set) =>
        Assert.Equal(Smallest(set), PrefixCover.Exact(Addresses(start, set)).Count));

    [Fact]
    public void Order_and_repetition_of_the_addresses_do_not_matter() => Gen.Select(Bases, Sets).SelectMany(
        (start, set) => Gen.Shuffle(Addresses(start, set).Concat(Addresses(start, set)).ToArray()).Select(shuffled => (start, set, shuffled))).Sample(sample =>
    {
        var cover = PrefixCover.Exact(sample.shuffled);

        Assert.Equal(PrefixCover.Exact(Addresses(sample.start, sample.set)), cover);
        Assert.Equal(cover.Order(), cover);
    });

    [Fact]
    public void Families_are_covered_apart() => Gen.Select(Sets, Sets).Sample((v4, v6) =>
    {
        var (start4, start6) = (IpAddress.Parse("10.0.0.0"), IpAddress.Parse("::a00:0"));
        var cover = PrefixCover.Exact([.. Addresses(start6, v6), .. Addresses(start4, v4)]);

        Assert.Equal([.. PrefixCover.Exact(Addresses(start4, v4)), .. PrefixCover.Exact(Addresses(start6, v6))], cover);
    });

    [Theory]
    [InlineData("", "")]
    [InlineData("10.0.3.133", "10.0.3.133/32")]
    [InlineData("10.0.3.1 10.0.3.2", "10.0.3.1/32 10.0.3.2/32")]
    [InlineData("10.0.3.2 10.0.3.3", "10.0.3.2/31")]
    [InlineData("10.0.3.1 10.0.3.2 10.0.3.3 10.0.3.4", "10.0.3.1/32 10.0.3.2/31 10.0.3.4/32")]
    [InlineData("0.0.0.0 255.255.255.255", "0.0.0.0/32 255.255.255.255/32")]
    public void Known_covers(string addresses, string cover) => Assert.Equal(
        cover,
        string.Join(' ', PrefixCover.Exact(addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IpAddress.Parse))));

    [Fact]
    public void A_whole_subnet_is_one_prefix() => Assert.Equal(
        [IpPrefix.Parse("10.0.0.0/16")],
        PrefixCover.Exact(Enumerable.Range(0, 65536).Select(i => IpAddress.FromIPv4(0x0a000000 + (uint)i))));

    /// <summary>How many prefixes a set needs: a full block needs one, any other what its halves need.</summary>
    private static int Smallest(ReadOnlySpan<bool> set) => set switch
    {
        _ when !set.Contains(true) => 0,
        _ when !set.Contains(false) => 1,
        _ => Smallest(set[..(set.Length / 2)]) + Smallest(set[(set.Length / 2)..]),
    };

    private static List<IpAddress> Addresses(IpAddress start, bool[] set) =>
        [.. Enumerable.Range(0, set.Length).Where(i => set[i]).Select(i => At(start, i))];

    private static IpAddress At(IpAddress start, int i) => start with { Value = start.Value + (UInt128)i };
}
