using EniAgent.Core.Kernel;
using EniAgent.Linux.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.Tests.Kernel;

public class FeatureProbeTests
{
    private static readonly KernelFeatures Everything = new();

    [Theory]
    [InlineData("3.10.0", "")]
    [InlineData("3.12", "RuleSuppression RuleSuppressGroup")]
    [InlineData("4.4", "RuleSuppression RuleSuppressGroup GatewayInOwnTable")]
    [InlineData("4.15.0.213", "RuleSuppression RuleSuppressGroup GatewayInOwnTable")]
    [InlineData("4.16", "RuleSuppression RuleSuppressGroup NoPrefixRoute GatewayInOwnTable")]
    [InlineData("4.17", "RuleSuppression RuleSuppressGroup RuleProtocol NoPrefixRoute GatewayInOwnTable")]
    [InlineData("4.18.0", "RuleSuppression RuleSuppressGroup RuleProtocol AddressMetric NoPrefixRoute GatewayInOwnTable")]
    [InlineData("4.20", "RuleSuppression RuleSuppressGroup RuleProtocol AddressMetric NoPrefixRoute GatewayInOwnTable StrictDump")]
    [InlineData("5.4.119", "RuleSuppression RuleSuppressGroup RuleProtocol AddressMetric NoPrefixRoute GatewayInOwnTable StrictDump")]
    [InlineData("5.18", "RuleSuppression RuleSuppressGroup RuleProtocol AddressProtocol AddressMetric NoPrefixRoute GatewayInOwnTable StrictDump")]
    [InlineData("6.18.0", "RuleSuppression RuleSuppressGroup RuleProtocol AddressProtocol AddressMetric NoPrefixRoute GatewayInOwnTable StrictDump")]
    public void A_release_has_what_came_with_it_or_before(string release, string has) =>
        Assert.Equal(has, Names(FeatureProbe.Assume(Version.Parse(release), null)));

    [Theory]
    [InlineData("RuleSuppression")]
    [InlineData("RuleSuppressGroup")]
    [InlineData("RuleProtocol")]
    [InlineData("AddressProtocol")]
    [InlineData("AddressMetric")]
    [InlineData("NoPrefixRoute")]
    [InlineData("GatewayInOwnTable")]
    [InlineData("StrictDump")]
    public void Each_feature_can_be_switched_off_alone(string name)
    {
        var expected = Names(Everything).Split(' ').Where(feature => feature != name);

        Assert.Equal(expected, Names(FeatureProbe.Assume(new Version(6, 18), name.ToLowerInvariant())).Split(' '));
    }

    [Fact]
    public void Several_are_switched_off_by_a_list() =>
        Assert.Equal("RuleSuppression RuleProtocol AddressProtocol NoPrefixRoute GatewayInOwnTable", Names(FeatureProbe.Assume(
            new Version(6, 18), " RuleSuppressGroup, AddressMetric,,StrictDump ")));

    [Fact]
    [Trait("Needs", "root")]
    public void What_a_distribution_took_into_its_older_kernel_is_found_by_trying_and_nothing_stays() => Bed.Run(_ =>
    {
        var before = Bed.Picture();
        using var socket = RouteSocket.Open();

        // This kernel, with the release number of an old one.
        var found = FeatureProbe.Probe(socket, FeatureProbe.Assume(new Version(3, 10), null), null, priority: 31021);

        Assert.Equal("RuleSuppression RuleSuppressGroup RuleProtocol", Names(found));
        Assert.Equal(before, Bed.Picture());
    });

    [Fact]
    [Trait("Needs", "root")]
    public void A_rule_that_a_killed_try_left_behind_is_no_obstacle_and_goes() => Bed.Run(_ =>
    {
        var before = Bed.Picture();
        Bed.Ip("rule add priority 31021 from 255.255.255.255 lookup main suppress_prefixlength 0 suppress_ifgroup 1 protocol 1");
        using var socket = RouteSocket.Open();

        var found = FeatureProbe.Probe(socket, FeatureProbe.Assume(new Version(3, 10), null), null, priority: 31021);

        Assert.Equal("RuleSuppression RuleSuppressGroup RuleProtocol", Names(found));
        Assert.Equal(before, Bed.Picture());
    });

    [Fact]
    [Trait("Needs", "root")]
    public void What_is_switched_off_is_not_tried() => Bed.Run(_ =>
    {
        using var socket = RouteSocket.Open();
        var assumed = FeatureProbe.Assume(new Version(6, 18), "RuleSuppression");

        Assert.Equal(assumed, FeatureProbe.Probe(socket, assumed, "RuleSuppression", priority: 31021));
    });

    [Fact]
    public void Rules_that_are_there_prove_what_the_release_denies()
    {
        var assumed = FeatureProbe.Assume(new Version(3, 10), null);

        Assert.Equal("", Names(FeatureProbe.See([new RuleMessage()], assumed)));
        Assert.Equal("RuleSuppression RuleProtocol", Names(FeatureProbe.See([new RuleMessage { SuppressPrefixLength = 0 }, new RuleMessage { Protocol = 2 }], assumed)));
        Assert.Equal("RuleSuppressGroup", Names(FeatureProbe.See([new RuleMessage { SuppressInterfaceGroup = 31000 }], assumed)));
    }

    private static string Names(KernelFeatures features) => string.Join(' ', new[]
    {
        (features.RuleSuppression, nameof(features.RuleSuppression)),
        (features.RuleSuppressGroup, nameof(features.RuleSuppressGroup)),
        (features.RuleProtocol, nameof(features.RuleProtocol)),
        (features.AddressProtocol, nameof(features.AddressProtocol)),
        (features.AddressMetric, nameof(features.AddressMetric)),
        (features.NoPrefixRoute, nameof(features.NoPrefixRoute)),
        (features.GatewayInOwnTable, nameof(features.GatewayInOwnTable)),
        (features.StrictDump, nameof(features.StrictDump)),
    }.Where(feature => feature.Item1).Select(feature => feature.Item2));
}
