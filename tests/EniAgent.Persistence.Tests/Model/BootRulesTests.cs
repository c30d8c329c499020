using EniAgent.Core.Addressing;
using EniAgent.Core.Planning;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Tests.Model;

public class BootRulesTests
{
    [Fact]
    public void One_ENI_needs_no_rules()
    {
        var state = new BootState { Enis = [Samples.Primary] };

        Assert.Empty(BootRules.Grouped(state));
        Assert.Empty(BootRules.Ungrouped(state));
    }

    [Fact]
    public void Where_a_group_can_be_written_the_rules_are_the_agents_own()
    {
        Assert.Equal(
            [
                "31000: from all lookup main suppress_prefixlength 0 suppress_ifgroup 31000",
                "31010: from 10.0.3.132/31 lookup 31001",
                "31015: from 10.0.1.0/24 to 10.0.3.0/24 lookup 31000",
                "31020: from all oif eth1 lookup 31001",
            ],
            Texts(BootRules.Grouped(Samples.TwoEnis)));
    }

    [Fact]
    public void Elsewhere_what_goes_to_an_ENIs_subnet_asks_the_ENIs_table_before_main()
    {
        Assert.Equal(
            [
                "30990: from 10.0.3.132/31 to 10.0.1.0/24 lookup 31001",
                "30990: from 10.0.3.132/31 to 10.0.3.0/24 lookup 31001",
                "31000: from all lookup main suppress_prefixlength 0",
                "31010: from 10.0.3.132/31 lookup 31001",
                "30995: from 10.0.1.0/24 to 10.0.3.0/24 lookup 31000",
                "31020: from all oif eth1 lookup 31001",
            ],
            Texts(BootRules.Ungrouped(Samples.TwoEnis)));
    }

    [Fact]
    public void A_configured_route_through_an_ENI_is_no_way_for_another_ENIs_addresses()
    {
        var state = Samples.TwoEnis with
        {
            Enis = [Samples.Primary with { Routes = [new BootRoute(IpPrefix.Parse("172.16.0.0/16"), Samples.Primary.Gateway)] }, Samples.Secondary],
        };

        Assert.Contains("30990: from 10.0.3.132/31 to 172.16.0.0/16 lookup 31001", Texts(BootRules.Ungrouped(state)));
    }

    private static IEnumerable<string> Texts(IEnumerable<BootRule> rules) => rules.Select(rule => StepText.Of(rule.Rule));
}
