using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>Somebody else who configures a part of the same machine's network, and goes on working whatever the agent does.</summary>
internal sealed class Neighbour(World world)
{
    /// <summary>Asserts that what the neighbour does works: its traffic passes.</summary>
    public required Func<Task> Works { get; init; }

    /// <summary>Asserts that the ENIs' addresses answer beside it; by default, that everything does.</summary>
    public Func<Task>? Answers { get; init; }

    /// <summary>Traffic of the neighbour's of which not one packet may be lost from before the agent comes until after it has gone.</summary>
    public IReadOnlyList<(NetworkNamespace From, IPAddress To, IPAddress? Source)> Traffic { get; init; } = [];

    /// <summary>
    /// The agent comes as a daemon, converges and keeps calm; an ENI and an address come and go; the agent is stopped and releases. All the while the neighbour
    /// works and its objects are what they were, and afterwards nothing else is left.
    /// </summary>
    public async Task LivesOnAsync()
    {
        await Works();
        var (before, firewall) = (await world.StateAsync(), await FirewallAsync());
        var streams = Traffic.Select(t => TrafficStream.Start(t.From, t.To, t.Source)).ToList();
        await using (var daemon = await world.Agent.StartDaemonInSyncAsync())
        {
            await HoldsAsync(before, firewall);
            await daemon.StaysCalmAsync(world);
            var (converged, enis) = (await world.StateAsync(), daemon.Report()!.Enis.Count);

            var eni = await world.AttachAsync(await world.Vpc.CreateSubnetAsync(), secondaryAddresses: 1);
            await daemon.UntilAsync(status => status.Enis.Count == enis + 1 && status.State == "in-sync");
            await world.Vpc.AssignPrivateIpAddressesAsync(eni);
            await daemon.UntilAsync(status => status.State == "in-sync" && status[eni.Mac].Addresses.Count == 3);
            await HoldsAsync(before, firewall);

            await world.Vpc.DetachNetworkInterfaceAsync(eni);
            await daemon.UntilAsync(status => status.Enis.Count == enis && status.State == "in-sync");
            await Eventually.TrueAsync(
                async () => (await world.ChangesSinceAsync(converged)).Count == 0, state: async () => string.Join('\n', await world.ChangesSinceAsync(converged)));
            await HoldsAsync(before, firewall);
            await daemon.StaysCalmAsync(world);
            Assert.Equal(0, await daemon.StopAsync());
        }
        await HoldsAsync(before, firewall);

        await world.Agent.ReleaseAsync();
        await Works();
        Assert.DoesNotContain(await world.ChangesSinceAsync(before), change => !change[2..].StartsWith("link eth", StringComparison.Ordinal));
        Assert.Equal(firewall, await FirewallAsync());
        foreach (var stream in streams)
        {
            var result = await stream.StopAsync();
            await stream.DisposeAsync();
            Assert.True(result.Sent > 100);
            Assert.Empty(result.Lost);
        }
    }

    private async Task HoldsAsync(GuestState before, string firewall)
    {
        await Works();
        await (Answers ?? world.EverythingAnswersAsync)();
        Assert.Equal(firewall, await FirewallAsync());

        // A link's group and settings are the agent's to change; every other line that was there is there.
        Assert.DoesNotContain(await world.ChangesSinceAsync(before), change =>
            change.StartsWith("- ", StringComparison.Ordinal) && !change.StartsWith("- link eth", StringComparison.Ordinal) && !change.StartsWith("- sysctl eth", StringComparison.Ordinal));
    }

    private Task<string> FirewallAsync() => world.Guest.Namespace.NftOutputAsync("-s list ruleset");
}
