using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>How much the metadata service is asked, counted by the service itself.</summary>
[Trait("Needs", "root")]
public sealed class RequestCountTests
{
    private const string Macs = "/latest/meta-data/network/interfaces/macs/";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task A_cold_sync_costs_2_and_7_an_eni_and_a_quiet_one_2_and_1_an_eni(int enis)
    {
        await using var world = await World.CreateAsync(null, new() { SecondaryAddresses = 5 });
        for (var i = 1; i < enis; i++)
        {
            await world.AttachAsync(world.B, secondaryAddresses: 5);
        }

        await world.Agent.SyncAsync();
        var cold = world.Vpc.Metadata.Requests;
        await world.Agent.SyncAsync();
        var quiet = world.Vpc.Metadata.Requests.Skip(cold.Count).ToList();

        Assert.InRange(WithoutProbe(cold).Count, 2 + (5 * enis), 2 + (7 * enis));
        Assert.Equal(cold.Count, cold.Select(r => r.Path).Distinct().Count() + (cold.Count - WithoutProbe(cold).Count));
        Assert.InRange(quiet.Count, 1 + enis, 2 + enis);
        Assert.Equal(quiet.Count, quiet.Select(r => r.Path).Distinct().Count());
        Assert.InRange(WithoutProbe(cold).Select(r => r.Connection).Distinct().Count(), 1, 4);
    }

    [Fact]
    public async Task An_unchanged_poll_costs_1_and_1_an_eni_and_now_and_then_one_in_the_background()
    {
        await using var world = await World.CreateAsync(null, new() { SecondaryAddresses = 5 });
        await world.AttachAsync(world.B, secondaryAddresses: 5);
        await world.Agent.SyncAsync();
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = world.Vpc.Metadata.RequestCount;

        await Eventually.TrueAsync(() => Task.FromResult(world.Vpc.Metadata.Requests.Skip(before).Count(r => r.Path == Macs) >= 8));

        // The first poll may have been under way, and the last one still be.
        var requests = world.Vpc.Metadata.Requests.Skip(before).SkipWhile(r => r.Path != Macs).ToList();
        requests = requests[..requests.FindLastIndex(r => r.Path == Macs)];
        var polls = requests.Count(r => r.Path == Macs);
        var lists = requests.Count(r => r.Path.EndsWith("/local-ipv4s/", StringComparison.Ordinal));
        Assert.Equal(2 * polls, lists);
        Assert.InRange(requests.Count - polls - lists, 0, polls / 2);
        Assert.InRange(requests.Select(r => r.Connection).Distinct().Count(), 1, 4);
        Assert.Equal(0, daemon.Report()!.Counters.MetadataFailures);
    }

    // After a change, whether metadata still answers is asked over a connection of its own.
    private static List<MetadataRequest> WithoutProbe(IReadOnlyList<MetadataRequest> requests) =>
        [.. requests.Where(r => !(r.Path.EndsWith("/instance-id", StringComparison.Ordinal) && requests.Count(other => other.Connection == r.Connection) == 1))];
}
