using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>Starting, stopping, and two at once.</summary>
[Trait("Needs", "root")]
public sealed class LifecycleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_stopped_daemon_leaves_the_network_as_it_is()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();

        Assert.Equal(0, await daemon.StopAsync());

        Assert.Empty(await world.ChangesSinceAsync(before));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_daemon_that_waits_for_metadata_can_be_stopped()
    {
        await using var world = await World.CreateAsync(output);
        world.Vpc.Metadata.StopListening();
        await using var daemon = world.Agent.StartDaemon();
        await daemon.UntilAsync(status => status.State == "waiting-for-metadata");

        Assert.Equal(0, await daemon.StopAsync());
    }

    [Fact]
    public async Task Only_one_at_a_time_works_on_the_kernel()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();

        // A sync waits for half a minute in case the other is about to end.
        var sync = world.Agent.RunAsync("sync");
        foreach (var command in new[] { "release", "daemon" })
        {
            var refused = await world.Agent.RunAsync(command);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains($"{daemon.Id}", refused.Error, StringComparison.Ordinal);
        }
        var gaveUp = await sync;

        Assert.Equal(1, gaveUp.ExitCode);
        Assert.Contains($"{daemon.Id}", gaveUp.Error, StringComparison.Ordinal);
        Assert.Empty(await world.ChangesSinceAsync(before));
        await daemon.UntilAsync(status => status.State == "in-sync");
    }

    [Fact]
    public async Task A_sync_goes_on_when_the_daemon_ends()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await using var sync = world.Agent.Start("sync");

        await daemon.StopAsync();

        Assert.Equal(0, await sync.WaitAsync(Eventually.Patience));
    }

    [Fact]
    public async Task Plan_and_status_change_nothing_and_run_beside_the_daemon()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        var before = await world.StateAsync();

        var plan = await world.Agent.RunAsync("plan", "--exit-code");
        Assert.Equal(4, plan.ExitCode);
        Assert.Contains("10.0.2.5/24", plan.Output, StringComparison.Ordinal);
        await world.Agent.SucceedAsync("status");
        Assert.Empty(await world.ChangesSinceAsync(before));

        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        Assert.True(await world.Agent.IsInSyncAsync());
        var status = await world.Agent.StatusAsync();
        Assert.Equal(("in-sync", world.Guest.InstanceId), (status.State, status.InstanceId));
        var eni = status[world.Guest.Enis[1].Mac];
        Assert.Equal(("eth1", world.B.Id, world.Vpc.Id, "10.0.2.1"), (eni.Interface, eni.SubnetId, eni.VpcId, eni.Gateway));
    }

    [Fact]
    public async Task Release_gives_back_what_was_there_before()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 2 });
        await world.AttachAsync(world.A, secondaryAddresses: 2);
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.Guest.IpAsync("link set eth1 up", "link set eth2 up");
        var before = await world.StateAsync();
        world.Agent.Configure("[Route office]\nDestination=192.168.0.0/16\nEni=eth1\n");
        await world.Agent.SyncAsync();
        Assert.NotEmpty(await world.ChangesSinceAsync(before));

        await world.Agent.ReleaseAsync();
        Assert.Empty(await world.ChangesSinceAsync(before));

        // And twice is once.
        await world.Agent.ReleaseAsync();
        await world.Agent.SyncAsync();
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Release_needs_no_metadata()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await world.Guest.IpAsync("link set eth1 up");
        var before = await world.StateAsync();
        await world.Agent.SyncAsync();
        world.Vpc.Metadata.StopListening();

        await world.Agent.ReleaseAsync();

        Assert.Empty(await world.ChangesSinceAsync(before));
    }
}
