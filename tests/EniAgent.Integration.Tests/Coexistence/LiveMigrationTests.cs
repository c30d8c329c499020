using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>The platform moves the machine to another host: every NIC loses its carrier for a while.</summary>
[Trait("Needs", "root")]
public sealed class LiveMigrationTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Outage = TimeSpan.FromMilliseconds(1200);

    [Fact]
    public async Task Nothing_is_changed_for_it_and_everything_answers_as_soon_as_the_links_are_back()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var (before, counters) = (await world.StateAsync(), daemon.Report()!.Counters);
        Assert.Empty(daemon.LogLines("warning"));

        for (var turn = 0; turn < 2; turn++)
        {
            await world.Vpc.MigrateInstanceAsync(world.Guest, Outage);
            var time = await Pinger.UntilAllAnswerAsync(world.Vpc.Internet, world.Guest.Enis.SelectMany(eni => eni.Addresses), Eventually.Patience);
            Assert.NotNull(time);
            world.Report("contact after a live migration's link flap", time.Value);
            await world.EverythingAnswersAsync();
        }

        // A poll that met the outage may have failed; it was no reason to touch anything.
        await daemon.UntilAsync(status => status.State == "in-sync");
        Assert.Empty(await world.ChangesSinceAsync(before));
        Assert.Equal((counters.Changes, counters.DriftRepairs), (daemon.Report()!.Counters.Changes, daemon.Report()!.Counters.DriftRepairs));
        Assert.DoesNotContain(daemon.LogLines("warning"), line => !line.Contains("metadata", StringComparison.Ordinal));
        await daemon.StaysCalmAsync(world);
    }
}
