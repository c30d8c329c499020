using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;
using EniAgent.Vm.Tests.Fixture;

namespace EniAgent.Vm.Tests;

/// <summary>The whole on a real kernel of a distribution's: boots, hot-plugged NICs.</summary>
[Trait("Needs", "root")]
public sealed class BootTests
{
    [Theory]
    [InlineData("bullseye", "networkd")]
    [InlineData("bookworm", "networkmanager")]
    [InlineData("trixie", "ifupdown")]
    public async Task Three_ENIs_are_there_after_the_first_boot_and_after_one_from_the_files_alone(string suite, string manager)
    {
        await using var world = await VmWorld.CreateAsync(suite, manager);
        await world.Vpc.AttachNewAsync(world.Guest, world.B, secondaryAddresses: 2);
        await world.Vpc.AttachNewAsync(world.Guest, world.A);

        await world.StartAndInstallAsync();

        await world.UntilInSyncAsync(enis: 3, addresses: 6);
        await world.EverythingAnswersAsync();
        Assert.Contains($"{manager}:", await world.Machine.SucceedAsync("eni-agent status"), StringComparison.Ordinal);

        Assert.Equal("", await world.Machine.SucceedAsync("journalctl --no-pager -b -q -u eni-agent -p warning"));

        await world.Machine.SucceedAsync("systemctl mask --now eni-agent");
        await world.Machine.RebootAsync();
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_machine_lives_through_what_an_administrator_and_a_cloud_do_to_it()
    {
        await using var world = await VmWorld.CreateAsync("bookworm", "networkd");
        await world.StartAndInstallAsync(Packages.Older);
        await world.Machine.SucceedAsync("systemctl is-active eni-agent");

        // ENIs and addresses come and go while it runs.
        var eni = await world.Vpc.AttachNewAsync(world.Guest, world.B, secondaryAddresses: 1);
        var other = await world.Vpc.AttachNewAsync(world.Guest, world.A);
        await world.UntilInSyncAsync(enis: 3, addresses: 5);
        await world.EverythingAnswersAsync();
        var assigned = await world.Vpc.AssignPrivateIpAddressesAsync(eni, 1);
        await world.UntilInSyncAsync(enis: 3, addresses: 6);
        await world.EverythingAnswersAsync();
        await world.Vpc.UnassignPrivateIpAddressesAsync(eni, [.. assigned]);
        await world.Vpc.DetachNetworkInterfaceAsync(other);
        await world.UntilInSyncAsync(enis: 2, addresses: 4);
        await world.EverythingAnswersAsync();

        // A newer package, under traffic.
        await using (var traffic = TrafficStream.Start(world.Vpc.Internet, eni.PrimaryAddress))
        {
            await world.InstallAsync(Packages.Version);
            await world.UntilInSyncAsync(enis: 2, addresses: 4);
            Assert.Empty((await traffic.StopAsync()).Lost);
        }

        await world.Machine.SucceedAsync("systemctl restart systemd-networkd");
        await world.EverythingAnswersAsync();

        // A boot with it: all is there before what needs it starts.
        await world.Machine.RebootAsync();
        await world.UntilInSyncAsync(enis: 2, addresses: 4);
        await world.EverythingAnswersAsync();
        var found = await world.Machine.SucceedAsync("cat /run/dependent");
        Assert.All(eni.Addresses, address => Assert.Contains($" {address}/", found, StringComparison.Ordinal));
        Assert.Contains("\n31010:", found, StringComparison.Ordinal);
        Assert.Equal("", await world.OrderingCyclesAsync());

        // A boot without it: the files alone.
        await world.Machine.SucceedAsync("systemctl mask --now eni-agent");
        await world.Machine.RebootAsync();
        await world.EverythingAnswersAsync();
        await world.Machine.SucceedAsync("systemctl unmask eni-agent && systemctl start eni-agent");
        await world.UntilInSyncAsync(enis: 2, addresses: 4);

        // The clock on its wall jumps.
        foreach (var jump in (string[])["1 year", "2 years ago"])
        {
            await world.Machine.SucceedAsync($"date -s '{jump}'");
            await world.Vpc.AssignPrivateIpAddressesAsync(eni, 1);
            await world.UntilInSyncAsync();
            await world.EverythingAnswersAsync();

            // It goes on to ask once a second, and says nothing of it.
            var polls = Polls(world);
            var time = await Eventually.TrueAsync(() => Task.FromResult(Polls(world) >= polls + 5));
            Assert.InRange(time.TotalSeconds, 3, 15);
        }

        Assert.Equal("", await world.Machine.SucceedAsync("journalctl --no-pager -q -u eni-agent -p warning _SYSTEMD_INVOCATION_ID=$(systemctl show --value -p InvocationID eni-agent)"));
    }

    private static int Polls(VmWorld world) => world.Vpc.Metadata.Requests.Count(request => request.Path.EndsWith("/macs/", StringComparison.Ordinal));
}
