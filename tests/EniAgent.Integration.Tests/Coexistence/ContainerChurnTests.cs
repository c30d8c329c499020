using System.Diagnostics;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>Containers that come and go, with a pair of links each.</summary>
[Trait("Needs", "root")]
public sealed class ContainerChurnTests(ITestOutputHelper output)
{
    private const int PerMinute = 2000, PerBurst = 10, Bursts = 70;

    private const double MostOfACore = 0.01;

    [Fact]
    public async Task Two_thousand_container_links_a_minute_cost_less_than_a_hundredth_of_a_core()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        var bridge = await ContainerBridge.AddAsync(world.Guest);
        world.Agent.Configure("", pollInterval: "10s");
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var (before, asked) = (daemon.Report()!.Counters, world.Vpc.Metadata.RequestCount);
        var (cpu, since) = (CpuTime.Of(daemon), Stopwatch.GetTimestamp());

        using (var pace = new PeriodicTimer(TimeSpan.FromMinutes(1.0 * PerBurst / PerMinute)))
        {
            for (var burst = 0; burst < Bursts; burst++)
            {
                // As an engine does: a pair with its other end in a container, on the bridge, with an address of its own; it goes with the container.
                await world.Guest.IpAsync(Enumerable.Range(0, PerBurst).SelectMany(i => (string[])
                [
                    $"link add c{i} type veth peer name p{i} netns {bridge.Container.Name}",
                    $"link set c{i} master docker0 up",
                    $"addr add 172.30.{i}.1/32 dev c{i}",
                    $"link del c{i}",
                ]));
                await pace.WaitForNextTickAsync();
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(since);
        var share = (CpuTime.Of(daemon) - cpu) / elapsed;
        var rate = PerBurst * Bursts / elapsed.TotalMinutes;
        output.WriteLine($"{share:P2} of a core at {rate:0} pairs of links a minute");
        Assert.InRange(rate, PerMinute * 0.9, double.MaxValue);
        Assert.InRange(share, 0, MostOfACore);

        // A poll looks at the kernel as well; the first one may have been under way before.
        var after = daemon.Report()!.Counters;
        Assert.Equal((before.Changes, before.DriftRepairs), (after.Changes, after.DriftRepairs));
        var polls = world.Vpc.Metadata.Requests.Skip(asked).Count(request => request.Path.EndsWith("/macs/", StringComparison.Ordinal));
        var syncs = after.Syncs - before.Syncs - polls;
        Assert.True(syncs <= 2, $"{syncs} reconciliations for links that are nobody's concern");
    }
}
