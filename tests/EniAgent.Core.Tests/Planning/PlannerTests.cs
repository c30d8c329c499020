using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;

namespace EniAgent.Core.Tests.Planning;

/// <summary>What the golden plans do not show at a glance.</summary>
public class PlannerTests
{
    private readonly FakeKernel _kernel = new(new KernelFeatures());
    private readonly FakeAgent _agent;

    public PlannerTests()
    {
        _agent = new FakeAgent(_kernel, new AgentOptions());
        Make("link eth0 mac 52:54:00:00:00:00 up", "address 10.0.0.10/24 dev eth0", "route default via 10.0.0.1 dev eth0 proto dhcp", "link eth1 mac 52:54:00:00:00:01 up", "link eth2 mac 52:54:00:00:00:02 up");
    }

    [Fact]
    public void An_address_that_stands_there_with_another_prefix_length_is_reported_and_left_alone()
    {
        Make("address 10.0.1.10/32 dev eth1");

        var last = _agent.Converge(Two())[^1];

        Assert.Equal(Vpc.Ip("10.0.1.10"), Assert.Single(last.Planning.Conflicts).Address);
        Assert.Contains("address 10.0.1.10/32 dev eth1", _kernel.Print());
        Assert.DoesNotContain(_kernel.AddressesOf("eth1"), a => a.Address.PrefixLength == 24);
    }

    [Fact]
    public void An_address_of_ours_follows_a_change_of_the_subnets_mask()
    {
        _agent.Converge(Two());

        _agent.Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Eni(Vpc.Mac(1), false, "10.0.0.0/23", "10.0.1.1", "10.0.1.10"))));

        Assert.Equal("10.0.1.10/23", Assert.Single(_kernel.AddressesOf("eth1")).Address.ToString());
    }

    [Fact]
    public void A_foreign_route_in_the_way_is_reported_and_not_fought_over()
    {
        Make("route 192.168.0.0/16 dev eth0 proto static");
        _agent.Options = _agent.Options with { Routes = [new RouteOptions("office", Core.Addressing.IpPrefix.Parse("192.168.0.0/16"), Vpc.Selector("eth1"))] };

        var last = _agent.Converge(Two())[^1];

        Assert.Contains("192.168.0.0/16 dev eth0", Assert.Single(last.Planning.Conflicts).Message.English, StringComparison.Ordinal);
        Assert.Contains("route 192.168.0.0/16 dev eth0 proto static", _kernel.Print());
    }

    [Fact]
    public void An_address_on_which_somebody_elses_route_rests_is_not_added_anew()
    {
        _agent.Converge(Two());
        Make("route 192.168.0.0/16 via 10.0.1.1 dev eth1 src 10.0.1.10 proto static");
        _agent.Options = _agent.Options with { Network = _agent.Options.Network with { SubnetRoute = SubnetRouteMode.Table } };

        var last = _agent.Converge(Two())[^1];

        Assert.Contains("192.168.0.0/16", Assert.Single(last.Planning.Conflicts).Message.English, StringComparison.Ordinal);
        Assert.Contains("route 192.168.0.0/16 via 10.0.1.1 dev eth1 src 10.0.1.10 proto static", _kernel.Print());
    }

    [Fact]
    public void Excluding_an_eni_that_is_in_the_group_takes_one_plan_and_no_second()
    {
        _agent.Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(2))));
        _agent.Options = _agent.Options with { Enis = [new EniOptions(Vpc.Selector("eth1"), false)] };

        var passes = _agent.Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(2))));

        Assert.Equal(2, passes.Count);
        Assert.Equal(RoutingMode.Jumps, passes[0].Desired.Mode);
        Assert.Equal(0u, _kernel.LinkOf("eth1").Group);
    }

    [Fact]
    public void A_vlan_with_the_macs_of_an_eni_is_somebody_elses()
    {
        Make("link eth1.7 mac 52:54:00:00:00:01 up kind vlan", "address 10.7.0.1/24 dev eth1.7", "sysctl net.ipv4.conf.eth1.rp_filter 1", "sysctl net.ipv4.conf.eth1/7.rp_filter 2");

        _agent.Converge(Two());
        _agent.Converge(Two());

        Assert.Equal(0u, _kernel.LinkOf("eth1.7").Group);
        Assert.Equal(2, _kernel.Sysctl("eth1.7", SysctlKey.RpFilter));
        Assert.DoesNotContain(_kernel.Rules, rule => rule.From?.Contains(Vpc.Ip("10.7.0.1")) == true);
        _agent.Release();
        Assert.Equal(1, _kernel.Sysctl("eth1", SysctlKey.RpFilter));
        Assert.Equal(2, _kernel.Sysctl("eth1.7", SysctlKey.RpFilter));
    }

    [Fact]
    public void While_something_unknown_is_held_nothing_is_removed()
    {
        _agent.Converge(Two());
        var held = new Belief(Vpc.Snapshot(Vpc.Primary()), [], [Vpc.Mac(1)], null);

        Assert.True(held.HoldsUnknown);
        Assert.DoesNotContain(_agent.Plan(held).Steps, step => step.Sign == '-');
    }

    [Fact]
    public void A_held_address_stays_and_keeps_its_rule()
    {
        _agent.Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.20"))));
        var belief = Two() with { HeldAddresses = [new(Vpc.Mac(1), Vpc.Ip("10.0.1.20"))] };

        Assert.Empty(_agent.Plan(belief).Steps);
        Assert.Equal(
            ["- address 10.0.1.20/24 dev eth1 metric 31001", "- rule 31010: from 10.0.1.20 lookup 31001"],
            _agent.Plan(Two()).Text.Split('\n'));
    }

    [Fact]
    public void Our_default_route_goes_when_another_one_returns()
    {
        Assert.Null(_kernel.Delete(_kernel.Routes.Single(r => r.Destination.IsDefault)));
        _agent.Converge(Two());
        Assert.Contains("route default via 10.0.0.1 dev eth0 metric 4000000 proto eni-agent", _kernel.Print());

        Make("route default via 10.0.0.1 dev eth0 metric 100 proto dhcp");
        _agent.Converge(Two());

        Assert.Equal("route default via 10.0.0.1 dev eth0 metric 100 proto dhcp", Assert.Single(_kernel.Print(), line => line.StartsWith("route default via 10.0.0.1 dev eth0 m", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_subnet_route_of_a_dhcp_client_goes_with_its_subnet_and_comes_back_with_it()
    {
        var kernel = new FakeKernel(new KernelFeatures());
        Assert.All(
            [
                "link eth0 mac 52:54:00:00:00:00 up",
                "address 10.0.0.10/24 dev eth0 noprefixroute",
                "route 10.0.0.0/24 dev eth0 src 10.0.0.10 metric 100 proto dhcp",
                "route default via 10.0.0.1 dev eth0 src 10.0.0.10 metric 100 proto dhcp",
            ],
            line => Assert.Null(IpWords.Make(kernel, line)));
        var agent = new FakeAgent(kernel, new AgentOptions());
        agent.Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary())));
        var before = kernel.Print();
        var moved = Vpc.Believe(Vpc.Snapshot(Vpc.Eni(Vpc.Mac(0), true, "10.0.9.0/24", "10.0.9.1", "10.0.9.10")));
        agent.Take(moved);
        var view = agent.Plan(moved);

        Assert.All(agent.Apply(view), o => Assert.Null(o.Failure));
        Assert.DoesNotContain(kernel.Routes, r => r.Destination == Vpc.Primary().Subnet);
        Assert.Contains("route default via 10.0.9.1 dev eth0 src 10.0.9.10 metric 100 proto dhcp", kernel.Print());

        Assert.All(kernel.Apply(view.Planning.Plan.Inverse.Steps), o => Assert.Null(o.Failure));
        Assert.Equal(before, kernel.Print().Select(line => line.Replace(" onlink", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Release_leaves_the_last_address_and_default_route_that_the_machine_has()
    {
        var kernel = new FakeKernel(new KernelFeatures());
        IpWords.Make(kernel, "link eth0 mac 52:54:00:00:00:00 down");
        var agent = new FakeAgent(kernel, new AgentOptions());
        agent.Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary("10.0.0.10", "10.0.0.11"))));

        agent.Release();

        Assert.Equal(["10.0.0.10/24"], kernel.AddressesOf("eth0").Select(a => a.Address.ToString()));
        Assert.Contains(kernel.Routes, r => r.Destination.IsDefault);
    }

    [Fact]
    public void Rpfilter_off_is_refused_with_the_reason_where_all_forbids_it()
    {
        Make("sysctl net.ipv4.conf.all.rp_filter 1");
        _agent.Options = _agent.Options with { Network = _agent.Options.Network with { RpFilter = RpFilterMode.Off } };

        _agent.Take(Two());
        var desired = _agent.Plan(Two()).Desired;

        Assert.Contains("net.ipv4.conf.all.rp_filter is 1", desired.Refusals[0].English, StringComparison.Ordinal);
        Assert.DoesNotContain(desired.Settings, s => s.Key.Name == SysctlKey.RpFilter);
    }

    [Fact]
    public void A_step_is_printed_in_the_words_of_ip_whatever_it_is()
    {
        _agent.Take(Two());
        var steps = _agent.Plan(Two()).Steps;

        Assert.All(steps, step => Assert.StartsWith($"{step.Sign} ", step.ToString(), StringComparison.Ordinal));
        Assert.Contains("+ rule 31010: from 10.0.1.10 lookup 31001", steps.Select(step => step.ToString()));
    }

    private static Belief Two() => Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1)));

    private void Make(params string[] lines) => Assert.All(lines, line => Assert.Null(IpWords.Make(_kernel, line)));
}
