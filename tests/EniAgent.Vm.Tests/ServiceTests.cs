using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Vm.Tests.Fixture;

namespace EniAgent.Vm.Tests;

/// <summary>The service under systemd, confined as its unit says.</summary>
[Trait("Needs", "root")]
public sealed class ServiceTests
{
    [Fact]
    public async Task It_does_all_of_its_work_confined()
    {
        await using var world = await ContainerWorld.CreateAsync();
        world.Container.Put("/etc/eni-agent/eni-agent.conf.d/test.conf", "[Agent]\nPollInterval=1s\n");
        await world.InstallAsync();
        await world.UntilInSyncAsync(enis: 1);
        await world.EverythingAnswersAsync();

        var eni = await world.Vpc.AttachNewAsync(world.Guest, world.B, secondaryAddresses: 2);
        await world.Vpc.AttachNewAsync(world.Guest, world.A);
        await world.UntilInSyncAsync(enis: 3);
        await world.EverythingAnswersAsync();
        Assert.Equal("3 ENIs, 6 addresses, in sync", await world.Container.UnitAsync("StatusText"));
        Assert.True(File.Exists(world.Container.PathOf("/etc/sysctl.d/90-eni-agent.conf")));
        Assert.True(File.Exists(world.Container.PathOf("/etc/iproute2/rt_tables.d/eni-agent.conf")));

        // Addresses come and go, somebody interferes, the configuration changes.
        await world.Vpc.AssignPrivateIpAddressesAsync(eni, 1);
        await world.UntilAsync(status => status is { State: "in-sync" } && status[eni.Mac].Addresses.Count == 4);
        await world.Guest.IpAsync("rule del pref 31000", $"address del {eni.PrimaryAddress}/24 dev eth1");
        await Eventually.TrueAsync(async () => (await world.Container.RunAsync("eni-agent", "plan", "--exit-code")).ExitCode == 0);
        await world.EverythingAnswersAsync();
        world.Container.Put("/etc/eni-agent/eni-agent.conf.d/test.conf", $"[Agent]\nPollInterval=1s\n[Route office]\nDestination=192.168.0.0/16\nEni={eni.Mac}\n");
        await world.Container.SucceedAsync("systemctl", "reload", "eni-agent");
        Assert.Contains("192.168.0.0/16", await world.Guest.IpOutputAsync("route"), StringComparison.Ordinal);

        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        await world.UntilInSyncAsync(enis: 2);
        await world.EverythingAnswersAsync();

        // Whatever was denied was not needed.
        Assert.DoesNotContain("EPERM", await world.Container.JournalAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("denied", await world.Container.JournalAsync(), StringComparison.Ordinal);
        Assert.Equal("0", await world.Container.UnitAsync("NRestarts"));
    }

    [Fact]
    public async Task Its_unit_is_sound_and_exposes_little()
    {
        await using var container = await Container.StartAsync();
        container.Put("/etc/eni-agent/eni-agent.conf.d/test.conf", "[Agent]\nStartTimeout=1s\n");
        await container.InstallAsync(Packages.Deb(Packages.Version));

        Assert.Equal("", (await container.SucceedAsync("systemd-analyze", "verify", "--man=no", "eni-agent.service")).Error);
        var security = (await container.SucceedAsync("systemd-analyze", "security", "--no-pager", "--threshold=17", "eni-agent.service")).Output;
        Assert.Contains("exposure level for eni-agent.service: 1.7", security, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_is_shown_where_people_look_and_nothing_is_touched()
    {
        await using var world = await ContainerWorld.CreateAsync();
        world.Container.Put("/etc/eni-agent/eni-agent.conf.d/test.conf", "[Network]\nRpFilter=sometimes\n");
        var before = await GuestState.CaptureAsync(world.Guest);

        await world.Container.InstallAsync(Packages.Deb(Packages.Version));
        await Eventually.TrueAsync(async () => await world.Container.UnitAsync("ActiveState") == "failed");

        var shown = (await world.Container.RunAsync("systemctl", "status", "--no-pager", "--full", "eni-agent")).Output;
        Assert.Contains("/etc/eni-agent/eni-agent.conf.d/test.conf:2", shown, StringComparison.Ordinal);
        Assert.Contains("RpFilter", shown, StringComparison.Ordinal);
        Assert.Equal("0", await world.Container.UnitAsync("NRestarts"));
        Assert.Empty(before.DifferencesTo(await GuestState.CaptureAsync(world.Guest)));

        world.Container.Put("/etc/eni-agent/eni-agent.conf.d/test.conf", "");
        await world.Container.SucceedAsync("systemctl", "start", "eni-agent");
        await world.UntilInSyncAsync(enis: 1);
    }

    [Fact]
    public async Task Without_metadata_it_is_ready_in_time_and_converges_when_that_appears()
    {
        await using var world = await ContainerWorld.CreateAsync();
        world.Container.Put("/etc/eni-agent/eni-agent.conf.d/test.conf", "[Agent]\nStartTimeout=3s\nPollInterval=1s\n");
        world.Vpc.Metadata.Faults.Add("**", Simulator.Metadata.Fault.Status(503));

        await world.InstallAsync();
        Assert.StartsWith("waiting for metadata: ", await world.Container.UnitAsync("StatusText"), StringComparison.Ordinal);

        world.Vpc.Metadata.Faults.Clear();
        await world.UntilInSyncAsync(enis: 1);
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_loop_that_hangs_is_ended_and_started_again()
    {
        await using var world = await ContainerWorld.CreateAsync();
        world.Container.Put("/etc/systemd/system/eni-agent.service.d/test.conf", "[Service]\nWatchdogSec=2s\n");
        await world.InstallAsync();
        await world.UntilInSyncAsync(enis: 1);

        // It lives, though there is nothing to do.
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.Equal("0", await world.Container.UnitAsync("NRestarts"));

        await world.Container.SucceedAsync("systemctl", "kill", "--signal=STOP", "eni-agent");
        await Eventually.TrueAsync(async () => await world.Container.UnitAsync("NRestarts") == "1" && await world.Container.UnitAsync("ActiveState") == "active");
        await world.UntilInSyncAsync(enis: 1);
    }

    [Fact]
    public async Task What_it_logs_is_explained()
    {
        await using var world = await ContainerWorld.CreateAsync();
        await world.InstallAsync();
        await world.UntilInSyncAsync(enis: 1);

        Assert.Contains("An ENI was configured", await world.Container.JournalAsync("--catalog"), StringComparison.Ordinal);
        var fields = await world.Container.JournalAsync("--output=verbose", "EVENT=EniChanged");
        Assert.Contains($"ENI_MAC={world.Guest.PrimaryEni.Mac}", fields, StringComparison.Ordinal);
        Assert.Contains("ENI_INTERFACE=eth0", fields, StringComparison.Ordinal);
        Assert.Contains($"ENI_ADDRESS={world.Guest.PrimaryEni.SecondaryAddresses[0]}/24", fields, StringComparison.Ordinal);
        Assert.Contains("CODE_FILE=src/EniAgent/Hosting/AgentLoop.cs", fields, StringComparison.Ordinal);
        Assert.DoesNotContain("Hosting environment", await world.Container.JournalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/var/lib/eni-agent", false)]
    [InlineData("/run/eni-agent", false)]
    [InlineData("/run/eni-agent", true)]
    public async Task A_folder_of_its_own_that_is_full_or_read_only_is_said_once_and_the_network_is_kept(string folder, bool readOnly)
    {
        await using var world = await ContainerWorld.CreateAsync();
        world.Container.Put("/etc/eni-agent/eni-agent.conf.d/test.conf", "[Agent]\nPollInterval=1s\n");
        await world.Container.SucceedAsync("mkdir", "-p", folder);
        await world.Container.SucceedAsync("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=2", "none", folder);
        await world.Container.RunAsync("dd", "if=/dev/zero", $"of={folder}/full", "bs=4k");
        if (readOnly)
        {
            await world.Container.SucceedAsync("mount", "-o", "remount,ro", folder);
        }

        await world.Container.InstallAsync(Packages.Deb(Packages.Version));
        await Eventually.TrueAsync(async () => (await world.Container.JournalAsync()).Contains(folder, StringComparison.Ordinal));

        Assert.Equal("active", await world.Container.UnitAsync("ActiveState"));
        Assert.Equal("0", await world.Container.UnitAsync("NRestarts"));
        await world.Vpc.AttachNewAsync(world.Guest, world.B);
        await Eventually.TrueAsync(async () => (await world.Vpc.AssertEverythingAnswersAsync(world.Guest, TimeSpan.FromSeconds(1))).Count == 0);
        await Task.Delay(TimeSpan.FromSeconds(3));
        var said = (await world.Container.JournalAsync("--priority=warning", "--output=cat")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // What only a change writes is said by each of the two changes, and nothing by each poll.
        Assert.All(said.GroupBy(line => line), same => Assert.InRange(same.Count(), 1, 2));
    }
}
