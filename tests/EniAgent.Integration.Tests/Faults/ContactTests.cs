using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>Documents that are well-formed and wrong for the primary ENI: what would cost the machine its contact is taken back.</summary>
[Trait("Needs", "root")]
public sealed class ContactTests
{
    [Theory]
    [InlineData("gateway", "10.0.1.77")]
    [InlineData("gateway", "10.99.0.1")]
    public async Task What_cuts_the_machine_off_is_taken_back(string document, string text)
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        var before = await world.StateAsync();
        File.Delete(Path.Combine(world.Agent.Root, "run/eni-agent/snapshot.json"));
        using var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{world.Guest.PrimaryEni.Mac}/**/{document}", Fault.Body(text));

        var result = await world.Agent.RunAsync("sync");

        Assert.True(result.ExitCode == 5, result.ToString());
        Assert.Contains("contact was lost by the changes, and they were taken back", result.Error, StringComparison.Ordinal);
        Assert.Empty(await world.ChangesSinceAsync(before));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_wrong_subnet_of_the_primary_eni_leaves_the_machine_reachable()
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        File.Delete(Path.Combine(world.Agent.Root, "run/eni-agent/snapshot.json"));
        using var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{world.Guest.PrimaryEni.Mac}/**/subnet-mask", Fault.Body("255.255.255.252"));

        var result = await world.Agent.RunAsync("sync");
        Assert.Contains("10.0.1.5/24 stands on eth0 with another prefix length than the subnet's (10.0.1.5/30)", result.Error, StringComparison.Ordinal);

        // What a wrong prefix length spoils (neighbours of the subnet) is not tested: the machine can be reached and can learn better.
        Assert.Empty(await Simulator.Probes.Pinger.PingAllAsync(world.Vpc.Inward(world.Guest.PrimaryEni), TimeSpan.FromSeconds(3)));

        rule.Dispose();
        File.Delete(Path.Combine(world.Agent.Root, "run/eni-agent/snapshot.json"));
        await world.Agent.SyncAsync();
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task The_daemon_holds_back_what_it_had_to_take_back_until_metadata_says_something_else()
    {
        await using var world = await World.CreateAsync(null);
        var eni = await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();
        var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{world.Guest.PrimaryEni.Mac}/**/gateway", Fault.Body("10.0.1.77"));

        // A new address makes it read the gateway again.
        await world.Vpc.AssignPrivateIpAddressesAsync(world.Guest.PrimaryEni);
        await daemon.UntilAsync(status => status.LastError?.Contains("taken back", StringComparison.Ordinal) == true);
        Assert.Equal("degraded", daemon.Report()!.State);
        Assert.Empty(await world.ChangesSinceAsync(before));

        await using (var monitor = GuestProcess.Start(world.Guest, "ip", ["-4", "monitor", "link", "address", "route", "rule"]))
        {
            // The daemon's own count may be behind by a read that is under way.
            var asked = world.Vpc.Metadata.RequestCount;
            await Eventually.TrueAsync(() => Task.FromResult(world.Vpc.Metadata.RequestCount >= asked + 6));
            Assert.Equal("", monitor.StandardOutput);
        }
        Assert.Single(daemon.LogLines("error: contact with metadata or with the gateway was lost"));

        rule.Dispose();
        await world.Vpc.AssignPrivateIpAddressesAsync(world.Guest.PrimaryEni);
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null });
        await daemon.UntilLoggedAsync("all is well again");
        await world.EverythingAnswersAsync();
        Assert.Equal("in-sync", daemon.Report()![eni.Mac].State);
    }
}
