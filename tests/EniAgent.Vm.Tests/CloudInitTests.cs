using EniAgent.Vm.Tests.Fixture;

namespace EniAgent.Vm.Tests;

/// <summary>A machine whose primary NIC cloud-init configures, as the images of clouds have it.</summary>
[Trait("Needs", "root")]
public sealed class CloudInitTests
{
    [Fact]
    public async Task The_service_comes_between_cloud_init_and_what_needs_the_network_at_every_boot()
    {
        await using var world = await VmWorld.CreateAsync("bookworm", "netplan", "cloud-init");
        await world.Vpc.AttachNewAsync(world.Guest, world.B, secondaryAddresses: 2);
        await world.StartWithCloudInitAsync();
        var first = await BootedAsync(world);

        // As a new instance, so that cloud-init writes its file again: the agent's lies beside it now.
        await world.Machine.SucceedAsync("cloud-init clean && rm /etc/netplan/50-cloud-init.yaml");
        await world.Machine.RebootAsync();
        Assert.Equal(first, await BootedAsync(world));
    }

    // What one boot has made: the files of netplan and the addresses.
    private static async Task<string> BootedAsync(VmWorld world)
    {
        var machine = world.Machine;
        Assert.Equal("", await world.OrderingCyclesAsync());
        await world.UntilInSyncAsync(enis: 2, addresses: 5);
        await world.EverythingAnswersAsync();
        Assert.Equal("status: done", (await machine.SucceedAsync("cloud-init status --wait")).Trim('.', '\n'));

        Assert.DoesNotContain("cycle", (await machine.RunAsync("systemd-analyze verify --man=no default.target")).ToString(), StringComparison.OrdinalIgnoreCase);
        var found = await machine.SucceedAsync("cat /run/dependent");
        Assert.All(world.Guest.Enis.SelectMany(eni => eni.Addresses), address => Assert.Contains($" {address}/", found, StringComparison.Ordinal));
        Assert.Equal("", await machine.SucceedAsync("journalctl --no-pager -b -q -u eni-agent -p warning"));
        Assert.Contains("netplan:", await machine.SucceedAsync("eni-agent status"), StringComparison.Ordinal);
        return await machine.SucceedAsync("cd /etc/netplan && head -v -n -0 *; ip -4 -o address | sort");
    }
}
