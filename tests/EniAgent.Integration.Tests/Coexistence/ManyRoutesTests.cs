using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>A routing daemon's many routes in main.</summary>
[Trait("Needs", "root")]
public sealed class ManyRoutesTests(ITestOutputHelper output)
{
    private const int Routes = 12_000, Reconciliations = 8;

    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData("docker0", "172.17.0.9")]
    [InlineData("eth0", "10.0.1.9")]
    public async Task A_reconciliation_beside_twelve_thousand_costs_less_than_50_ms_of_a_CPU(string device, string gateway)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await ContainerBridge.AddAsync(world.Guest);
        await world.Guest.IpAsync(Enumerable.Range(0, Routes).Select(i => $"route add 11.{i >> 8}.{i & 255}.0/24 via {gateway} dev {device} proto bird"));
        var before = await world.LinesAsync("route", " protocol bird");
        Assert.Equal(Routes, before.Count);

        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var each = await Eventually.BestOfThreeAsync(Bound, async () =>
        {
            var (counters, cpu) = (daemon.Report()!.Counters, CpuTime.Of(daemon));
            await daemon.UntilAsync(status => status.Counters.Syncs >= counters.Syncs + Reconciliations);

            // With all that a poll costs besides.
            return (CpuTime.Of(daemon) - cpu) / (daemon.Report()!.Counters.Syncs - counters.Syncs);
        });
        world.Report($"CPU of a reconciliation beside {Routes} routes through {device}", each);
        Assert.InRange(each, TimeSpan.Zero, Bound);
        await world.EverythingAnswersAsync();

        Assert.Equal(0, await daemon.StopAsync());
        await world.Agent.ReleaseAsync();
        Assert.Equal(before, await world.LinesAsync("route", " protocol bird"));
    }
}
