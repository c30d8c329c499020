using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests;

/// <summary>The guest as its image leaves it: what is there is adopted and stays; what is missing is supplied once metadata can be asked.</summary>
[Trait("Needs", "root")]
public sealed class ImageTests(ITestOutputHelper output)
{
    /// <summary>Images that configure their primary NIC, fully or not.</summary>
    public static TheoryData<string> Images => [.. Configured.Keys];

    private static Dictionary<string, ImageState> Configured => new()
    {
        ["DHCP"] = ImageState.Dhcp,
        ["static files"] = ImageState.Static,
        ["networkd"] = new() { RouteProtocol = "static", RouteMetric = 1024 },
        ["NetworkManager"] = new() { RouteProtocol = "dhcp", RouteMetric = 20100 },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public async Task What_the_image_configured_is_adopted_and_stays_after_release(string image)
    {
        await using var world = await World.CreateAsync(output, new() { Image = Configured[image], SecondaryAddresses = 1 });
        await world.AttachAsync(world.B);
        var eth0 = await world.LinesAsync("addr", $"{world.Guest.PrimaryEni.PrimaryAddress}/24 dev eth0");
        var defaults = await world.LinesAsync("route", "dst default");

        await world.Agent.SyncAsync();

        await world.EverythingAnswersAsync();
        Assert.Equal(eth0, await world.LinesAsync("addr", $"{world.Guest.PrimaryEni.PrimaryAddress}/24 dev eth0"));
        Assert.Equal(defaults, await MainDefaultsAsync(world));
        var status = await world.Agent.StatusAsync();
        Assert.Equal("adopted", status[world.Guest.PrimaryEni.Mac].Addresses[0].State);
        Assert.Equal("ok", status[world.Guest.PrimaryEni.Mac].Addresses[1].State);

        await world.Agent.ReleaseAsync();
        Assert.Equal(eth0, await world.LinesAsync("addr 10.0.1.5/24"));
        Assert.Equal(defaults, await MainDefaultsAsync(world));
    }

    [Fact]
    public async Task A_missing_default_route_is_supplied_until_somebody_else_brings_one()
    {
        await using var world = await World.CreateAsync(output, new() { Image = new() { DefaultRoute = false } });
        // Metadata is reached without a default route, as where an image has a route of its own for it.
        await world.Guest.IpAsync("route add 169.254.0.0/16 via 10.0.1.1 dev eth0");

        await world.Agent.SyncAsync();
        await world.EverythingAnswersAsync();
        Assert.Contains("protocol 131", Assert.Single(await MainDefaultsAsync(world)), StringComparison.Ordinal);

        await world.Guest.IpAsync("route add default via 10.0.1.1 dev eth0 proto dhcp metric 100");
        await world.Agent.SyncAsync();
        Assert.Contains("protocol dhcp", Assert.Single(await MainDefaultsAsync(world)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nothing_at_all_sync_changes_nothing_and_says_that_metadata_is_unavailable()
    {
        await using var world = await World.CreateAsync(output, new() { Image = ImageState.Nothing });
        var before = await world.StateAsync();

        var result = await world.Agent.RunAsync("sync");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("metadata", result.Error, StringComparison.Ordinal);
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    [Fact]
    public async Task With_nothing_at_all_the_daemon_waits_and_converges_once_an_address_appears()
    {
        await using var world = await World.CreateAsync(output, new() { Image = ImageState.Nothing });
        await world.AttachAsync(world.B);
        var before = await world.StateAsync();
        await using var daemon = world.Agent.StartDaemon();
        await daemon.UntilAsync(status => status.State == "waiting-for-metadata" && status.LastError is not null);
        Assert.Empty(await world.ChangesSinceAsync(before));

        await world.Guest.IpAsync(
            "link set eth0 up", $"addr add {world.Guest.PrimaryEni.PrimaryAddress}/24 dev eth0", "route add default via 10.0.1.1 dev eth0");

        await daemon.UntilAsync(status => status.State == "in-sync");
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Contact_is_restored_when_everything_of_the_primary_nic_is_flushed_under_the_daemon()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        // More than once: the repair of the first blow meets the next one, sometimes halfway.
        for (var round = 0; round < 3; round++)
        {
            await FlushAsync(world);

            var time = await Pinger.UntilAnswersAsync(world.Vpc.Internet, world.Guest.PrimaryEni.PrimaryAddress, Eventually.Patience);
            Assert.True(time is not null, $"{daemon.Log}\n{await world.StateAsync()}");
            world.Report("contact after a flush", time.Value);
        }
        await Eventually.TrueAsync(world.Agent.IsInSyncAsync);
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Contact_is_restored_when_the_daemon_was_killed_before_the_flush()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.B);
        await using (var killed = await world.Agent.StartDaemonInSyncAsync())
        {
            await Eventually.TrueAsync(() => Task.FromResult(File.Exists(world.Agent.SnapshotFile)));
            await killed.KillAsync();
        }
        await FlushAsync(world);

        // From the snapshot of this boot: metadata itself is out of reach until then.
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        await world.EverythingAnswersAsync();
    }

    private static Task FlushAsync(World world) => world.Guest.IpAsync("addr flush dev eth0", "route flush dev eth0", "link set eth0 down");

    private static async Task<IReadOnlyList<string>> MainDefaultsAsync(World world) =>
        [.. (await world.LinesAsync("route", "dst default")).Where(line => !line.Contains(" table 31", StringComparison.Ordinal))];
}
