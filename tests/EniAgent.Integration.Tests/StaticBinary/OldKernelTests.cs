using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests.StaticBinary;

/// <summary>The file that is shipped does its work where no system call later than Linux 3.10 is there.</summary>
[Trait("Needs", "root")]
// The program that takes the calls away starts the agent.
[Trait("Confined", "no")]
public sealed class OldKernelTests(OldKernel kernel) : IClassFixture<OldKernel>
{
    [Fact]
    public async Task It_converges_and_everything_answers()
    {
        await using var world = await World.CreateAsync(null, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        world.Agent.Launcher = [kernel.Launcher];

        await world.Agent.SyncAsync();
        await world.EverythingAnswersAsync();

        Assert.True(await world.Agent.IsInSyncAsync());
        Assert.Equal("in-sync", (await world.Agent.StatusAsync()).State);
        Assert.Contains("RpFilter", (await world.Agent.SucceedAsync("config")).Output, StringComparison.Ordinal);
        await world.Agent.ReleaseAsync();
        Assert.Empty(await world.LinesAsync("rule", "protocol 131"));
    }

    [Fact]
    public async Task The_daemon_converges_repairs_and_ends()
    {
        await using var world = await World.CreateAsync(null);
        world.Agent.Launcher = [kernel.Launcher];
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        var eni = await world.AttachAsync(world.B);
        await daemon.UntilAsync(status => status.Enis.Any(e => e.Mac == eni.Mac && e.State == "in-sync"));
        await world.EverythingAnswersAsync();
        var converged = await world.StateAsync();
        await world.Guest.IpAsync("rule del pref 31010");
        await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(converged)).Count == 0);
        daemon.Reload();
        await daemon.UntilLoggedAsync("configuration reloaded");

        Assert.Equal(0, await daemon.StopAsync());
        Assert.Empty(await world.ChangesSinceAsync(converged));
    }
}
