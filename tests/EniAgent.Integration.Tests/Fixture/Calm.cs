using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>A daemon that has nothing to do does nothing.</summary>
internal static class Calm
{
    private const int Polls = 3;

    // On the loopback, which is no concern of the agent's.
    private const string Marker = "127.9.9.9/32";

    /// <summary>Polls go by without a line in the log, a repair, or anything written to the kernel, as <c>ip monitor</c> hears.</summary>
    public static async Task StaysCalmAsync(this AgentDaemon daemon, World world)
    {
        await using var monitor = GuestProcess.Start(world.Guest, "ip", ["-4", "-o", "monitor", "link", "address", "route", "rule"]);
        await Eventually.TrueAsync(async () =>
        {
            await world.Guest.IpAsync($"addr add {Marker} dev lo", $"addr del {Marker} dev lo");
            return monitor.StandardOutput.Contains("Deleted", StringComparison.Ordinal);
        });
        var (before, log) = (daemon.Report()!.Counters, daemon.Log);

        await daemon.UntilAsync(status => status.Counters.Syncs >= before.Syncs + Polls);

        var after = daemon.Report()!.Counters;
        Assert.Equal((before.Changes, before.DriftRepairs), (after.Changes, after.DriftRepairs));
        Assert.Equal(log, daemon.Log);
        Assert.DoesNotContain(monitor.StandardOutput.Split('\n'), line => line.Length > 0 && !line.Contains("127.9.9.9", StringComparison.Ordinal));
    }
}
