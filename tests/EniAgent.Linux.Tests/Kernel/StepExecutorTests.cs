using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Linux.State;

namespace EniAgent.Linux.Tests.Kernel;

[Trait("Needs", "root")]
public class StepExecutorTests
{
    private const uint Table = 31001;

    [Fact]
    public void An_address_comes_with_its_broadcast_address_metric_and_tag_and_goes_again() => Bed.Run(bed => Reverses(
        bed,
        Bed.Address("10.0.0.20/24", bed.Eth0, metric: 31001),
        () =>
        {
            Assert.Contains("inet 10.0.0.20/24 metric 31001 brd 10.0.0.255 scope global secondary", Bed.Ip("address show eth0"), StringComparison.Ordinal);
            Assert.Equal(Bed.OwnProtocol, bed.Observe().Addresses.Single(a => a.Address.ToString() == "10.0.0.20/24").Protocol);
        }));

    [Fact]
    public void A_deleted_address_comes_back_with_everything_that_somebody_gave_it() => Bed.Run(bed =>
    {
        Bed.Ip("address add 10.0.0.30/24 dev eth0 label eth0:vip metric 77 noprefixroute");
        var theirs = bed.Observe().Addresses.Single(a => a.Address.ToString() == "10.0.0.30/24");

        Reverses(
            bed,
            new DeleteAddress(theirs) { Phase = StepPhase.AddressRemoval },
            () => Assert.DoesNotContain("10.0.0.30", Bed.Ip("address show eth0"), StringComparison.Ordinal));
    });

    [Fact]
    public void A_route_comes_and_goes() => Bed.Run(bed => Reverses(
        bed,
        Bed.Route(bed.Eth0, "10.0.0.0/24", Table),
        () => Assert.Equal("10.0.0.0/24 dev eth0 proto 131 scope link \n", Bed.Ip($"route show table {Table}"))));

    [Fact]
    public void A_deleted_route_comes_back_with_everything_that_somebody_gave_it() => Bed.Run(bed =>
    {
        Bed.Ip("route add 192.0.2.0/24 via 10.0.0.2 dev eth0 proto 77 metric 5 mtu 1400 src 10.0.0.10");
        var theirs = bed.Observe().Routes.Single(r => r.Destination == IpPrefix.Parse("192.0.2.0/24"));

        Reverses(
            bed,
            new DeleteRoute(theirs) { Phase = StepPhase.RouteRemoval },
            () => Assert.Equal("", Bed.Ip("route show 192.0.2.0/24")));
    });

    [Fact]
    public void A_route_is_replaced_in_its_place() => Bed.Run(bed =>
    {
        var old = bed.Observe().Routes.Single(r => r.Destination.IsDefault);

        Reverses(
            bed,
            new ReplaceRoute(old, old with { Gateway = IpAddress.Parse("10.0.0.2"), Native = null }) { Phase = StepPhase.MainRoutes },
            () => Assert.StartsWith("default via 10.0.0.2 dev eth0", Bed.Ip("route show default"), StringComparison.Ordinal));
    });

    [Fact]
    public void An_on_link_gateway_outside_the_subnet_is_taken() => Bed.Run(bed =>
    {
        var step = Bed.Route(bed.Eth0, "default", Table, gateway: "192.0.2.1");

        Reverses(
            bed,
            step with { Route = step.Route with { OnLink = true } },
            () => Assert.Equal("default via 192.0.2.1 dev eth0 proto 131 onlink \n", Bed.Ip($"route show table {Table}")));
    });

    [Fact]
    public void A_rule_with_both_suppressors_comes_and_goes() => Bed.Run(bed =>
    {
        var step = Bed.Rule(31000, Route.MainTable);

        Reverses(
            bed,
            step with { Rule = step.Rule with { SuppressPrefixLength = 0, SuppressGroup = 31000 } },
            () => Assert.Contains("from all lookup main suppress_prefixlength 0 suppress_ifgroup 31000 proto 131", Bed.Ip("rule"), StringComparison.Ordinal));
    });

    [Fact]
    public void A_rule_that_jumps_comes_and_goes() => Bed.Run(bed => Reverses(
        bed,
        new AddRule(new Rule { Priority = 30990, To = IpPrefix.Parse("10.0.3.0/24"), Goto = 31010, Protocol = Bed.OwnProtocol }) { Phase = StepPhase.FirstRules },
        () => Assert.Contains("30990:\tfrom all to 10.0.3.0/24 goto 31010", Bed.Ip("rule"), StringComparison.Ordinal)));

    [Fact]
    public void Of_two_rules_that_differ_in_their_tag_only_the_right_one_is_deleted() => Bed.Run(bed =>
    {
        Bed.Ip("rule add priority 31010 from 10.0.3.10 lookup 31001 protocol 77");
        bed.Do(Bed.Rule(31010, Table, from: "10.0.3.10"));

        bed.Do(Bed.Rule(31010, Table, from: "10.0.3.10").Inverse);

        Assert.Equal("31010:\tfrom 10.0.3.10 lookup 31001 proto 77\n", Bed.Ip("rule show priority 31010"));
    });

    [Fact]
    public void A_link_goes_up_and_into_a_group_and_back() => Bed.Run(bed =>
    {
        Reverses(bed, new SetLinkUp(bed.Eth1, true) { Phase = StepPhase.Links }, () => Assert.True(bed.Eth1.IsUp));
        Reverses(bed, new SetLinkGroup(bed.Eth1, 0, 31000) { Phase = StepPhase.Settings }, () => Assert.Equal(31000u, bed.Eth1.Group));
    });

    [Fact]
    public void A_setting_changes_and_changes_back() => Bed.Run(bed =>
    {
        Bed.SetSysctl("eth1", SysctlKey.RpFilter, 1);

        Reverses(
            bed,
            new SetSysctl(new SysctlKey("eth1", SysctlKey.RpFilter), 1, 2, Restores: false) { Phase = StepPhase.Settings },
            () => Assert.Equal("2", Bed.Sysctl("eth1", SysctlKey.RpFilter)));
    });

    [Fact]
    public void What_is_there_already_and_what_is_gone_already_are_no_failures() => Bed.Run(bed =>
    {
        Step[] adds = [Bed.Route(bed.Eth0, "10.0.0.0/24", Table), Bed.Rule(31010, Table, from: "10.0.3.10"), Bed.Address("10.0.0.20/24", bed.Eth0)];
        bed.Do(adds);
        bed.Do(adds);

        Step[] deletes = [.. adds.Reverse().Select(step => step.Inverse)];
        bed.Do(deletes);
        bed.Do(deletes);
    });

    [Fact]
    public void What_went_with_its_link_is_no_failure_to_delete() => Bed.Run(bed =>
    {
        var (address, route) = (Bed.Address("10.0.3.10/24", bed.Eth1), Bed.Route(bed.Eth1, "10.0.3.0/24", Table));
        Bed.Ip("link delete eth1");

        bed.Do(route.Inverse, address.Inverse);
    });

    [Fact]
    public void A_failing_step_fails_its_eni_and_leaves_the_others() => Bed.Run(bed =>
    {
        // eth1 is down: it takes no route.
        Step[] steps =
        [
            Bed.Route(bed.Eth1, "10.0.3.0/24", Table, eni: Bed.Mac1),
            Bed.Route(bed.Eth0, "10.0.0.0/24", 31000, eni: Bed.Mac0),
            Bed.Rule(31010, 31000, from: "10.0.0.10", eni: Bed.Mac0),
            Bed.Rule(31010, Table, from: "10.0.3.10", eni: Bed.Mac1),
            Bed.Address("10.0.3.10/24", bed.Eth1, eni: Bed.Mac1),
            Bed.Address("10.0.0.20/24", bed.Eth0, eni: Bed.Mac0),
        ];

        var outcomes = bed.Stack.Apply(steps);

        Assert.Equal(steps, outcomes.Select(o => o.Step));
        Assert.Equal(
            [FailureKind.Transient, null, null, FailureKind.Skipped, FailureKind.Skipped, null],
            outcomes.Select(o => o.Failure?.Kind));
        Assert.Contains("ENETDOWN", outcomes[0].Failure!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.3.10", Bed.Picture(), StringComparison.Ordinal);
        Assert.Contains("10.0.0.20", Bed.Picture(), StringComparison.Ordinal);
    });

    [Fact]
    public void A_failing_step_that_serves_all_fails_all() => Bed.Run(bed =>
    {
        var invalid = new AddRule(new Rule { Priority = 31000, Goto = 1, Protocol = Bed.OwnProtocol }) { Phase = StepPhase.FirstRules };

        var outcomes = bed.Stack.Apply([invalid, Bed.Rule(31010, 31000, from: "10.0.0.10", eni: Bed.Mac0)]);

        Assert.Equal([FailureKind.Invalid, FailureKind.Skipped], outcomes.Select(o => o.Failure!.Kind));
        Assert.DoesNotContain("31010", Bed.Ip("rule"), StringComparison.Ordinal);
    });

    [Fact]
    public void The_kernels_own_words_are_in_the_failure() => Bed.Run(bed =>
    {
        var outcome = Assert.Single(bed.Stack.Apply([Bed.Route(bed.Eth0, "192.0.2.0/24", Table, gateway: "203.0.113.1")]));

        Assert.Equal("Network is unreachable (ENETUNREACH): Nexthop has invalid gateway", outcome.Failure!.Message);
    });

    [Fact]
    public void A_setting_of_a_link_that_has_just_gone_is_a_failure_worth_another_try() => Bed.Run(bed =>
    {
        var outcome = Assert.Single(bed.Stack.Apply([new SetSysctl(new SysctlKey("gone", SysctlKey.RpFilter), 1, 2, false) { Phase = StepPhase.Settings }]));

        Assert.Equal(FailureKind.Transient, outcome.Failure!.Kind);
        Assert.Contains("gone/rp_filter", outcome.Failure.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Nothing_to_do_is_nothing_done() => Bed.Run(bed => Assert.Empty(bed.Stack.Apply([])));

    // The step has the effect that is checked, and its inverse leaves the machine exactly as it was.
    private static void Reverses(Bed bed, Step step, Action hasEffect)
    {
        var before = Bed.Picture();
        foreach (var known in new[] { step, AsTheNextProcessKnows(step) })
        {
            bed.Do(step);
            hasEffect();
            Assert.NotEqual(before, Bed.Picture());
            bed.Do(known.Inverse);
            Assert.Equal(before, Bed.Picture());
        }
    }

    // From the disk, where a process has noted it that was killed.
    private static Step AsTheNextProcessKnows(Step step) =>
        Assert.Single(TransactionJson.Read(TransactionJson.Write(new Transaction(new MetadataSnapshot { InstanceId = "", PrimaryMac = default, Enis = [] }, [step], default))).Steps);
}
