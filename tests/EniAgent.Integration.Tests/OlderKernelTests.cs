using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests;

/// <summary>On kernels that lack something: each fallback passes the pings, holds under the daemon, and leaves nothing behind.</summary>
[Trait("Needs", "root")]
public sealed class OlderKernelTests(ITestOutputHelper output)
{
    private const string Lacks54 = "AddressProtocol";
    private const string Lacks414 = $"{Lacks54},RuleProtocol,AddressMetric,NoPrefixRoute,StrictDump";
    private const string Lacks310 = $"{Lacks414},RuleSuppression,RuleSuppressGroup,GatewayInOwnTable";

    [Theory]
    [InlineData("RuleSuppression")]
    [InlineData("RuleSuppressGroup")]
    [InlineData("RuleProtocol")]
    [InlineData("AddressMetric")]
    [InlineData("NoPrefixRoute")]
    [InlineData("AddressMetric,NoPrefixRoute")]
    [InlineData("GatewayInOwnTable")]
    [InlineData("StrictDump")]
    [InlineData(Lacks54)]
    [InlineData(Lacks414)]
    [InlineData(Lacks310)]
    public async Task Everything_answers_without(string features)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        var (container, tunnel) = (await ContainerBridge.AddAsync(world.Guest), await Tunnel.AddAsync(world.Guest));
        var before = await world.StateAsync();
        world.Agent.DoWithout(features.Split(','));

        await world.Agent.SyncAsync();

        Assert.True(await world.Agent.IsInSyncAsync());
        await world.EverythingAnswersAsync();
        Assert.Empty(await Pinger.PingAllAsync(
            from eni in world.Guest.Enis
            from source in eni.Addresses
            from target in new[] { container.Address, tunnel.FarAddress }
            select new Ping(world.Guest.Namespace, target, "guest") { Source = source }));
        await world.Agent.ReleaseAsync();
        Assert.All(await world.ChangesSinceAsync(before), change => Assert.StartsWith("link eth", change[2..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Lacks54)]
    [InlineData(Lacks414)]
    [InlineData(Lacks310)]
    public async Task Enis_come_and_go_and_drift_is_repaired_without(string features)
    {
        await using var world = await World.CreateAsync(output);
        var first = await world.AttachAsync(world.B, secondaryAddresses: 2);
        world.Agent.DoWithout(features.Split(','));
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();

        var eni = await world.AttachAsync(await world.Vpc.CreateSubnetAsync(), secondaryAddresses: 1);
        await daemon.UntilAsync(status => status.Enis.Count == 3 && status.State == "in-sync");
        await world.EverythingAnswersAsync();
        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(before)).Count == 0, state: async () => string.Join('\n', await world.ChangesSinceAsync(before)));

        // The kernel's first address of the subnet: without promote_secondaries the others would go with it.
        await world.Guest.IpAsync($"addr del {first.PrimaryAddress}/24 dev eth1");
        Assert.NotNull(await Pinger.UntilAnswersAsync(world.A.Client, first.PrimaryAddress, Eventually.Patience));
        await world.Guest.IpAsync("link set eth1 down");
        Assert.NotNull(await Pinger.UntilAnswersAsync(world.A.Client, first.PrimaryAddress, Eventually.Patience));
        await world.Guest.IpAsync("rule del pref 31010");
        await Eventually.TrueAsync(world.Agent.IsInSyncAsync);
        await world.EverythingAnswersAsync();
    }
}
