using EniAgent.Core.Kernel;
using EniAgent.Core.Tests.Fakes;

namespace EniAgent.Core.Tests.Kernel;

public class LinkMatcherTests
{
    private static readonly Link Nic = new() { Index = 2, Name = "eth1", Mac = Vpc.Mac(1) };

    [Fact]
    public void The_only_link_with_a_mac_is_the_nic_whatever_its_kind()
    {
        Assert.Equal(Nic, LinkMatcher.Find([Nic, Nic with { Index = 3, Mac = Vpc.Mac(2) }], Vpc.Mac(1)));
        Assert.NotNull(LinkMatcher.Find([Nic with { Kind = "veth" }], Vpc.Mac(1)));
        Assert.NotNull(LinkMatcher.Find([Nic with { Kind = "bridge" }], Vpc.Mac(1)));
    }

    [Theory]
    [InlineData("vlan")]
    [InlineData("macvlan")]
    [InlineData("ipvlan")]
    [InlineData("bridge")]
    [InlineData("bond")]
    public void What_was_made_on_top_of_a_nic_is_not_the_nic(string kind)
    {
        var derived = Nic with { Index = 3, Name = "eth1.100", Kind = kind };

        Assert.Equal(Nic, LinkMatcher.Find([derived, Nic], Vpc.Mac(1)));
        Assert.Equal(2, LinkMatcher.Find([derived, Nic with { Kind = "veth" }], Vpc.Mac(1))!.Index);
    }

    [Fact]
    public void A_port_of_a_bond_is_not_configured() =>
        Assert.Null(LinkMatcher.Find([Nic with { IsPort = true }, Nic with { Index = 3, Name = "bond0", Kind = "bond" }], Vpc.Mac(1)));

    [Fact]
    public void A_physical_nic_goes_before_a_veth() =>
        Assert.Equal(Nic, LinkMatcher.Find([Nic with { Index = 3, Name = "veth1", Kind = "veth" }, Nic], Vpc.Mac(1)));

    [Fact]
    public void Two_that_look_alike_are_no_match() => Assert.Null(LinkMatcher.Find([Nic, Nic with { Index = 3, Name = "eth2" }], Vpc.Mac(1)));

    [Fact]
    public void No_link_is_no_match() => Assert.Null(LinkMatcher.Find([Nic], Vpc.Mac(2)));
}
