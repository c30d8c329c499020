using EniAgent.Hosting;
using EniAgent.Metadata.Tests;
using EniAgent.Tests.Fakes;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace EniAgent.Tests.Hosting;

/// <summary>What the service manager is told (sd_notify(3)).</summary>
public sealed class ServiceManagerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Mock<ISystemdNotifier> _notifier = new();

    [Fact]
    public void A_sign_of_life_comes_as_often_as_is_wanted_and_no_oftener()
    {
        var manager = Make(watchdog: "30000000");
        Assert.Equal(TimeSpan.FromSeconds(10), manager.Pulse);
        for (var i = 0; i < 100; i++)
        {
            manager.Alive();
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        _notifier.Verify(notifier => notifier.Notify(It.Is<ServiceState>(state => state.ToString() == "WATCHDOG=1")), Times.Exactly(2));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("0", null)]
    [InlineData("soon", null)]
    [InlineData("30000000", "1")]
    public void Who_does_not_watch_gets_no_sign_of_life(string? watchdog, string? watched)
    {
        var manager = Make(watchdog, watched);

        manager.Alive();

        Assert.Equal(Timeout.InfiniteTimeSpan, manager.Pulse);
        _notifier.Verify(notifier => notifier.Notify(It.IsAny<ServiceState>()), Times.Never);
    }

    [Fact]
    public async Task The_line_for_systemctl_status_is_told_when_it_changes()
    {
        await using var daemon = new Daemon();
        await daemon.StartInSyncAsync();
        await daemon.LaterAsync(() => daemon.Polls.Count >= 3);
        daemon.Change(() => daemon.Script = _ => Reply.Status(500));
        await daemon.LaterAsync(() => daemon.Status.Counters.MetadataFailures >= 3);

        var told = daemon.Told.Where(text => text.StartsWith("STATUS=", StringComparison.Ordinal)).ToList();
        Assert.Equal("STATUS=waiting for metadata", told[0]);
        Assert.Equal("STATUS=2 ENIs, 3 addresses, in sync", told[1]);

        // Which document fails first depends on the moment.
        Assert.NotEmpty(told[2..]);
        Assert.All(told[2..], line => Assert.StartsWith("STATUS=2 ENIs, 3 addresses, degraded: metadata: ", line, StringComparison.Ordinal));
        Assert.Equal(told.Distinct(), told);
    }

    [Fact]
    public async Task A_daemon_that_has_nothing_to_do_still_shows_that_it_lives()
    {
        await using var daemon = new Daemon(watchdog: "3000000");
        await daemon.StartInSyncAsync();
        daemon.Change(() => daemon.Script = _ => Reply.Hang());
        int Signs() => daemon.Told.Count(text => text == "WATCHDOG=1");
        var before = Signs();

        var time = await daemon.LaterAsync(() => Signs() >= before + 10);

        Assert.InRange(time, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_reload_is_over_when_the_new_configuration_is_in_force()
    {
        await using var daemon = new Daemon();
        await daemon.StartInSyncAsync();

        daemon.Manager.Reloading();
        daemon.Loop.Reload(daemon.Options);
        await daemon.UntilAsync(() => daemon.Told.Contains("READY=1"));

        var told = daemon.Told.ToList();
        Assert.True(told.FindIndex(text => text.StartsWith("RELOADING=1\nMONOTONIC_USEC=", StringComparison.Ordinal)) is >= 0 and var at && at < told.IndexOf("READY=1"));
    }

    private ServiceManager Make(string? watchdog, string? watched = null)
    {
        _notifier.Setup(notifier => notifier.IsEnabled).Returns(true);
        return new ServiceManager(_notifier.Object, watchdog, watched, _time);
    }
}
