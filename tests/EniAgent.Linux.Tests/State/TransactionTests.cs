using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Linux.Host;
using EniAgent.Linux.State;

namespace EniAgent.Linux.Tests.State;

/// <summary>A transaction on the disk. What its steps do to a kernel when they come from there is shown by the tests of the executor.</summary>
public sealed class TransactionTests : IDisposable
{
    private static readonly MacAddress Mac = MacAddress.Parse("52:54:00:00:00:01");
    private static readonly Link Eth1 = new() { Index = 3, Name = "eth1", Mac = Mac };

    private static readonly MetadataSnapshot Tried = new()
    {
        InstanceId = "ins-1",
        PrimaryMac = Mac,
        Enis = [new EniMetadata { Mac = Mac, IsPrimary = true, Subnet = IpPrefix.Parse("10.0.1.0/24"), Gateway = IpAddress.Parse("10.0.1.1"), Addresses = [new AddressMetadata(IpAddress.Parse("10.0.1.5"))] }],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger<StateStore> _log = new();

    private AgentPaths Paths => new(_folder.Path);

    private StateStore Store => new(Paths, _log);

    public static TheoryData<Step> Steps()
    {
        var address = new LinkAddress { LinkIndex = 3, Address = new InterfaceAddress(IpAddress.Parse("10.0.1.7"), 24), Metric = 31001, NoPrefixRoute = true, Protocol = 131 };
        var route = new Route { Table = 31001, Destination = IpPrefix.Parse("0.0.0.0/0"), LinkIndex = 3, Gateway = IpAddress.Parse("10.0.1.1"), OnLink = true, Protocol = 131 };
        var rule = new Rule { Priority = 31010, From = IpPrefix.Parse("10.0.1.6/31"), Table = 31001, Protocol = 131 };
        return
        [
            new SetLinkUp(Eth1, true) { Eni = Mac, Phase = StepPhase.Links, Reason = "an ENI's link is up" },
            new SetLinkUp(Eth1, false) { Phase = StepPhase.Links },
            new SetLinkGroup(Eth1, 0, 31000) { Phase = StepPhase.Settings },
            new SetSysctl(new SysctlKey("eth1.5", "rp_filter"), 1, 2, Restores: false) { Phase = StepPhase.Settings },
            new SetSysctl(new SysctlKey("eth1", "arp_ignore"), 1, 0, Restores: true) { Phase = StepPhase.Restoration },
            new AddAddress(address) { Eni = Mac, Phase = StepPhase.Addresses },
            new DeleteAddress(address) { Phase = StepPhase.AddressRemoval },
            new AddRoute(route) { Phase = StepPhase.TableRoutes },
            new DeleteRoute(route with { IsLinkScope = true, Gateway = default, PreferredSource = IpAddress.Parse("10.0.1.7"), Metric = 5, OnLink = false }) { Phase = StepPhase.RouteRemoval },
            new ReplaceRoute(route, route with { Gateway = IpAddress.Parse("10.0.1.2") }) { Phase = StepPhase.MainRoutes },
            new AddRule(rule) { Phase = StepPhase.Rules },
            new DeleteRule(rule with { Table = null, Goto = 31010, To = IpPrefix.Parse("10.0.2.0/24"), OutputInterface = "eth1", SuppressPrefixLength = 0, SuppressGroup = 31000 }) { Phase = StepPhase.RuleRemoval },
        ];
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_survives_the_way_to_the_disk_and_back(Step step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Store.Write(new Transaction(Tried, [step], TimeSpan.FromSeconds(12.5)));

        var read = Store.ReadTransaction()!;

        Assert.Equal((Tried, TimeSpan.FromSeconds(12.5)), (read.Tried, read.Begun));
        var back = Assert.Single(read.Steps);
        Assert.Equal((step.GetType(), step.ToString(), step.Eni, step.Phase, step.Reason), (back.GetType(), back.ToString(), back.Eni, back.Phase, back.Reason));
        Assert.Equal(step.Inverse.ToString(), back.Inverse.ToString());
    }

    [Fact]
    public void It_is_for_the_owner_alone_and_goes_when_it_has_ended()
    {
        Store.Write(new Transaction(Tried, [], TimeSpan.Zero));
        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(Paths.Transaction));

        Store.EndTransaction();
        Store.EndTransaction();

        Assert.Null(Store.ReadTransaction());
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData("\"interface\": \"../../vm\"", "'../../vm' 'rp_filter' is no setting of an interface")]
    [InlineData("\"setting\": \"forwarding\"", "'eth1' 'forwarding' is no setting of an interface")]
    [InlineData("\"kind\": \"Reboot\"", "'Reboot' is no step")]
    [InlineData("\"phase\": \"Never\"", "'Never' is no phase")]
    [InlineData("\"to\": 99999999999", "Arithmetic operation resulted in an overflow.")]
    public void What_is_none_of_ours_is_set_aside_and_said(string planted, string problem)
    {
        Store.Write(new Transaction(Tried, [new SetSysctl(new SysctlKey("eth1", "rp_filter"), 1, 2, false) { Phase = StepPhase.Settings }], TimeSpan.Zero));
        var name = planted[..planted.IndexOf(':', StringComparison.Ordinal)];
        File.WriteAllLines(Paths.Transaction, File.ReadAllLines(Paths.Transaction).Select(line => line.Contains(name, StringComparison.Ordinal) ? planted + "," : line));

        Assert.Null(Store.ReadTransaction());

        Assert.EndsWith(problem, Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.True(File.Exists(Paths.Transaction + ".bad"));
    }
}
