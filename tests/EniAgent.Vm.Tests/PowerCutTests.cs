using EniAgent.Simulator;
using EniAgent.Vm.Tests.Fixture;

namespace EniAgent.Vm.Tests;

/// <summary>Power that goes while the agent writes: of what was not synced, nothing is left.</summary>
[Trait("Needs", "root")]
public sealed class PowerCutTests
{
    private const string Profiles = "/etc/NetworkManager/system-connections";

    // A name with a dot in front is read by none of those who look there.
    private const string List = "find /etc/NetworkManager /etc/systemd/network /etc/network /etc/sysctl.d /etc/iproute2 -type f -exec sha256sum {} + | sort";

    [Fact]
    public async Task Whenever_the_power_goes_the_files_are_whole_and_the_machine_comes_back()
    {
        await using var world = await VmWorld.CreateAsync("bookworm", "networkmanager");
        world.Machine.IsDurable = true;
        await world.StartAndInstallAsync();
        await world.UntilInSyncAsync();

        // What the network managers find at a boot, before anybody mends it.
        await world.Machine.SucceedAsync(
            $"""
            printf '%s\n' '[Unit]' DefaultDependencies=no After=local-fs.target Before=network-pre.target Wants=network-pre.target \
                '[Service]' Type=oneshot "ExecStart=/bin/sh -c '{List} >/run/found'" '[Install]' WantedBy=multi-user.target >/etc/systemd/system/found.service
            systemctl enable -q found
            """);

        var (vpc, guest) = (world.Vpc, world.Guest);
        var eni = vpc.CreateNetworkInterface(world.B, secondaryAddresses: 1);
        var last = vpc.CreateNetworkInterface(world.A);
        var primary = $"{Profiles}/cloud-init-eth0.nmconnection";

        // A file is made and empty; an edited one is written and has not its name yet; it has its name and its folder is not synced; likewise one beside the back end's;
        // one goes: of the NIC whose name no other takes at the boot after, which would be a reason to write again.
        await CutAsync(world, "openat", Temporary(Own(eni)), () => vpc.AttachNetworkInterfaceAsync(guest, eni));
        await CutAsync(world, "fsync", Temporary(primary), () => vpc.AssignPrivateIpAddressesAsync(guest.PrimaryEni));
        await CutAsync(world, "renameat2", Temporary(primary), () => vpc.AssignPrivateIpAddressesAsync(guest.PrimaryEni));
        await CutAsync(world, "renameat2", Temporary("/etc/iproute2/rt_tables.d/eni-agent.conf"), () => vpc.AttachNetworkInterfaceAsync(guest, last));
        await CutAsync(world, "unlink", Own(last), () => vpc.DetachNetworkInterfaceAsync(last));
    }

    private static string Own(Eni eni) => $"{Profiles}/eni-agent-{eni.Mac.Replace(":", "", StringComparison.Ordinal)}.nmconnection";

    private static string Temporary(string path) => $"{Path.GetDirectoryName(path)}/.{Path.GetFileName(path)}.new";

    // Takes the power away when the agent has made this call on this file (its first argument), which it does because of the change.
    private static async Task CutAsync(VmWorld world, string call, string path, Func<Task> change)
    {
        // Nothing gets to the disk but by what asks for it, and no file system does that for a program that forgets.
        var machine = world.Machine;
        await machine.SucceedAsync(
            $"""
            mount -o remount,noauto_da_alloc,commit=300 / && sysctl -q vm.dirty_writeback_centisecs=0 && sync
            pid=$(systemctl show --value -p MainPID eni-agent)
            strace -f -p $pid -P {path} -e trace={call} -e inject={call}:signal=STOP -o /run/calls >/dev/null 2>&1 &
            timeout 30 sh -c "until ! grep -L 'TracerPid:.*[1-9]' /proc/$pid/task/*/status | grep -q .; do :; done"
            """);
        var before = Lines(await machine.SucceedAsync(List));
        await change();
        await machine.SucceedAsync("timeout 60 sh -c 'until grep -q \"stopped by SIGSTOP\" /run/calls; do :; done'");

        // What it had got to: the names of NICs, which stand in some files, may be others at the next boot, and all is written again then.
        var meanwhile = Lines(await machine.SucceedAsync(List));
        await machine.CutPowerAsync();

        await machine.StartAsync(world.Vpc.FabricNamespace);
        await world.UntilInSyncAsync();
        await world.EverythingAnswersAsync();
        var after = Lines(await machine.SucceedAsync(List));
        var found = Lines(await machine.SucceedAsync("cat /run/found"));
        Assert.NotEmpty(found);
        Assert.Equal("", string.Join('\n', found.Where(file => !IsHidden(file)).Except(before.Union(meanwhile).Union(after))));
        Assert.DoesNotContain(after, IsHidden);

        // NetworkManager is up before its NICs are.
        Assert.Equal("", await machine.SucceedAsync("journalctl --no-pager -b -q -u eni-agent -p warning | grep -v ' no connection (NetworkUnreachable)$'; true"));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsHidden(string line) => line.Contains("/.", StringComparison.Ordinal);
}
