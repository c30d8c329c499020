using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>Documents that are well-formed and wrong for the primary ENI: what would cost the machine its contact is taken back.</summary>
[Trait("Needs", "root")]
public sealed class ContactTests(ITestOutputHelper output)
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
    public async Task Contact_is_lost_for_less_than_three_seconds()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        using var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{world.Guest.PrimaryEni.Mac}/**/gateway", Fault.Body("10.0.1.77"));

        var time = await Eventually.BestOfThreeAsync(TimeSpan.FromSeconds(3), async () =>
        {
            File.Delete(world.Agent.SnapshotFile);
            // What comes from another ENI's subnet is answered through the gateway of the primary ENI's own table.
            await using var stream = TrafficStream.Start(world.B.Client, world.Guest.PrimaryEni.PrimaryAddress);
            await AnswersAsync(stream);
            var result = await world.Agent.RunAsync("sync");
            Assert.True(result.ExitCode == 5, result.ToString());
            await PrimaryAnswersAsync(world);
            await AnswersAsync(stream);
            return (await stream.StopAsync()).Longest;
        });

        world.Report("contact that a change costs the machine is back after", time);
        Assert.InRange(time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

        // A gap has an answer at either end.
        static Task AnswersAsync(TrafficStream stream)
        {
            var before = stream.Answers;
            return Eventually.TrueAsync(() => Task.FromResult(stream.Answers > before));
        }
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("daemon")]
    public async Task What_cuts_the_machine_off_is_taken_back_by_the_next_process_when_one_is_killed_before_it_knew(string command)
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        var before = await world.StateAsync();
        File.Delete(world.Agent.SnapshotFile);
        using var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{world.Guest.PrimaryEni.Mac}/**/gateway", Fault.Body("10.0.1.77"));

        await using (var killed = world.Agent.Start(command))
        {
            await Eventually.TrueAsync(async () => File.Exists(world.Agent.TransactionFile) && (await world.ChangesSinceAsync(before)).Any(line => line.Contains("10.0.1.77", StringComparison.Ordinal)));
            killed.Signal(Signals.Kill);
            await killed.WaitAsync(Eventually.Patience);
        }

        Assert.NotEmpty(await Pinger.PingAllAsync(world.Vpc.Inward(world.Guest.PrimaryEni), TimeSpan.FromSeconds(1)));

        await using var daemon = world.Agent.StartDaemon();
        await daemon.UntilLoggedAsync("an earlier process was ended in the middle of");
        await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(before)).Count == 0);
        await world.EverythingAnswersAsync();

        // What metadata says is not tried at once again.
        var asked = world.Vpc.Metadata.RequestCount;
        await Eventually.TrueAsync(() => Task.FromResult(world.Vpc.Metadata.RequestCount >= asked + 6));
        Assert.Empty(await world.ChangesSinceAsync(before));
        Assert.False(File.Exists(world.Agent.TransactionFile));
    }

    [Fact]
    public async Task A_configuration_that_cuts_the_machine_off_is_taken_back()
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();

        // Metadata and everybody else would be looked for where there is nobody.
        world.Agent.Configure($"[Route everything]\nDestination=0.0.0.0/1\nEni={world.Guest.PrimaryEni.Mac}\nGateway=10.0.1.77\n[Route rest]\nDestination=128.0.0.0/1\nEni={world.Guest.PrimaryEni.Mac}\nGateway=10.0.1.77\n");
        daemon.Reload();
        await daemon.UntilAsync(status => status.LastError?.Contains("taken back", StringComparison.Ordinal) == true);
        Assert.Empty(await world.ChangesSinceAsync(before));
        await world.EverythingAnswersAsync();

        world.Agent.Configure("");
        daemon.Reload();
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null });
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.0.0.0")]
    [InlineData("255.255.0.0")]
    [InlineData("255.255.255.252")]
    [InlineData("255.255.255.255")]
    public async Task A_wrong_subnet_of_a_secondary_eni_leaves_the_machine_reachable(string mask)
    {
        await using var world = await World.CreateAsync(null);
        await world.Agent.SyncAsync();
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var eni = world.Vpc.CreateNetworkInterface(world.B);
        using var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{eni.Mac}/**/subnet-mask", Fault.Body(mask));

        await world.Vpc.AttachNetworkInterfaceAsync(world.Guest, eni);
        await daemon.UntilAsync(status => status.Enis.Any(e => e.Mac == eni.Mac && e.State != "pending"));

        await PrimaryAnswersAsync(world);
        rule.Dispose();
        await world.Vpc.AssignPrivateIpAddressesAsync(eni);
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null } && status[eni.Mac].Addresses.Count == 2);
        await world.EverythingAnswersAsync();
    }

    [Theory]
    [InlineData("10.0.2.77")]
    [InlineData("10.99.0.1")]
    public async Task A_wrong_gateway_of_a_secondary_eni_costs_nobody_else_anything(string gateway)
    {
        await using var world = await World.CreateAsync(null);
        var steady = await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var eni = world.Vpc.CreateNetworkInterface(world.B);
        using var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{eni.Mac}/**/gateway", Fault.Body(gateway));

        await world.Vpc.AttachNetworkInterfaceAsync(world.Guest, eni);
        await daemon.UntilAsync(status => status.State == "in-sync" && status.Enis.Any(e => e.Mac == eni.Mac));

        await PrimaryAnswersAsync(world);
        await world.AllOfAnswersAsync(steady);
        Assert.True(await Pinger.AnswersAsync(world.B.Client, eni.PrimaryAddress, deadline: TimeSpan.FromSeconds(3)), "its own subnet");
        rule.Dispose();
        await world.Vpc.AssignPrivateIpAddressesAsync(eni);
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null } && status[eni.Mac].Addresses.Count == 2);
        await world.EverythingAnswersAsync();
    }

    [Theory]
    [InlineData("255.0.0.0", "10.0.0.0/8")]
    [InlineData("255.255.0.0", "10.0.0.0/16")]
    [InlineData("255.255.255.252", "10.0.1.4/30")]
    [InlineData("255.255.255.255", "10.0.1.5/32")]
    public async Task A_wrong_subnet_of_the_primary_eni_leaves_the_machine_reachable(string mask, string subnet)
    {
        await using var world = await World.CreateAsync(null);
        var eni = await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        File.Delete(world.Agent.SnapshotFile);
        using var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{world.Guest.PrimaryEni.Mac}/**/subnet-mask", Fault.Body(mask));

        var result = await world.Agent.RunAsync("sync");
        Assert.Contains($"10.0.1.5/24 stands on eth0 with another prefix length than the subnet's (10.0.1.5/{subnet.Split('/')[1]})", result.Error, StringComparison.Ordinal);

        // What a wrong prefix length spoils (neighbours of the subnet) is not tested: the machine can be reached and can learn better.
        await PrimaryAnswersAsync(world);

        rule.Dispose();
        File.Delete(world.Agent.SnapshotFile);
        await world.Agent.SyncAsync();
        await world.EverythingAnswersAsync();
        Assert.Equal("in-sync", (await world.Agent.StatusAsync())[eni.Mac].State);
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

        // Nothing but the gateway changes: what was believed of it is in doubt by now.
        rule.Dispose();
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null });
        await daemon.UntilLoggedAsync("all is well again");
        await world.EverythingAnswersAsync();
        Assert.Equal("in-sync", daemon.Report()![eni.Mac].State);
    }

    // From every subnet and the internet side.
    private static async Task PrimaryAnswersAsync(World world) =>
        Assert.Empty(await Pinger.PingAllAsync(world.Vpc.Inward(world.Guest.PrimaryEni), TimeSpan.FromSeconds(3)));
}
