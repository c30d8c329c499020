using System.Globalization;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests;

/// <summary>Classic ifcfg files: written while the agent runs, and enough without it.</summary>
[Trait("Needs", "root")]
public sealed class IfcfgTests(ITestOutputHelper output)
{
    private const string Scripts = "etc/sysconfig/network-scripts";

    [Fact]
    public async Task The_files_alone_bring_everything_up()
    {
        await using var world = await World.CreateAsync(output);
        var first = PutPrimary(world);
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        var copy = Directory.CreateTempSubdirectory("eni-agent-ifcfg-");
        foreach (var file in Directory.EnumerateFiles(Folder(world)))
        {
            File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        }

        File.Copy(Path.Combine(world.Agent.Root, "etc/sysctl.d/90-eni-agent.conf"), Path.Combine(copy.FullName, "sysctl.conf"));
        await world.Agent.ReleaseAsync();
        await world.Guest.IpAsync("address flush dev eth1");
        await world.Guest.IpAsync("address flush dev eth2");
        Assert.Equal(first, File.ReadAllText(Path.Combine(Folder(world), "ifcfg-eth0")));
        Assert.Equal(["ifcfg-eth0"], Directory.EnumerateFiles(Folder(world)).Select(Path.GetFileName));

        await GuestProcess.RunAsync(world.Guest, "bash", [Path.Combine(AppContext.BaseDirectory, "Fixture/network-scripts.sh"), copy.FullName]);

        copy.Delete(recursive: true);
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_start_after_the_files_have_brought_everything_up_takes_their_place()
    {
        await using var world = await World.CreateAsync(output);
        PutPrimary(world);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        await world.Agent.SyncAsync();
        Assert.True(await world.Agent.IsInSyncAsync());

        // The rules of the files, beside those of the agent.
        await GuestProcess.RunAsync(world.Guest, "bash", ["-c", $"grep -v '#' {Folder(world)}/rule-eth1 | while read -r line; do ip rule add $line; done"]);
        await world.Agent.SyncAsync();

        await world.EverythingAnswersAsync();
        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        await world.Agent.SyncAsync();
        Assert.DoesNotContain("310", await world.Guest.IpOutputAsync("rule"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Folder(world), "ifcfg-eth1")));
        Assert.False(File.Exists(Path.Combine(Folder(world), "rule-eth1")));
    }

    [Fact]
    public async Task A_plan_shows_what_changes_in_the_files_and_status_says_whether_they_are_in_sync()
    {
        await using var world = await World.CreateAsync(output);
        PutPrimary(world);
        await world.AttachAsync(world.B);

        var plan = (await world.Agent.SucceedAsync("plan")).Output;
        Assert.Contains("+ /etc/sysconfig/network-scripts/ifcfg-eth1", plan, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Folder(world), "ifcfg-eth1")));
        Assert.Contains("files        not in sync", (await world.Agent.SucceedAsync("status")).Output, StringComparison.Ordinal);

        await world.Agent.SyncAsync();

        var status = (await world.Agent.SucceedAsync("status")).Output;
        Assert.Contains("back end     ifcfg: network.service is in use", status, StringComparison.Ordinal);
        Assert.Contains("files        in sync", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_machine_made_from_an_image_the_former_machines_addresses_leave_the_files_and_the_NIC()
    {
        await using var former = await World.CreateAsync(output, new() { SecondaryAddresses = 2 });
        const string First = "DEVICE='eth0'\nONBOOT='yes'\nIPADDR='{0}'\nNETMASK='255.255.255.0'\nGATEWAY='10.0.1.1'\n# mine";
        var old = former.Guest.PrimaryEni;
        PutPrimary(former);
        File.WriteAllText(Path.Combine(Folder(former), "ifcfg-eth0"), string.Format(CultureInfo.InvariantCulture, First, old.PrimaryAddress));
        await former.AttachAsync(former.B);
        await former.Agent.SyncAsync();
        Assert.Contains("IPADDR2=", File.ReadAllText(Path.Combine(Folder(former), "ifcfg-eth0")), StringComparison.Ordinal);

        // Another subnet's addresses are in use here; those of the image came up from its files.
        await using var world = await World.CreateAsync(output);
        foreach (var folder in new[] { "etc", "var", "run/lock" })
        {
            await GuestProcess.RunAsync(world.Guest, "cp", ["-aT", Path.Combine(former.Agent.Root, folder), Path.Combine(world.Agent.Root, folder).Replace("run/lock", "run-lock", StringComparison.Ordinal)]);
        }

        Directory.CreateDirectory(Path.Combine(world.Agent.Root, "run"));
        Directory.Move(Path.Combine(world.Agent.Root, "run-lock"), Path.Combine(world.Agent.Root, "run/lock"));
        var stray = old.Addresses[2];
        await world.Guest.IpAsync($"address add {stray}/24 dev eth0");

        var result = await world.Agent.SyncAsync();

        var mine = world.Guest.PrimaryEni.PrimaryAddress;
        Assert.Contains("made from an image", result.Error, StringComparison.Ordinal);
        Assert.Equal(string.Format(CultureInfo.InvariantCulture, First, mine), File.ReadAllText(Path.Combine(Folder(world), "ifcfg-eth0")));
        Assert.Equal(["ifcfg-eth0"], Directory.EnumerateFiles(Folder(world)).Select(Path.GetFileName));
        Assert.Empty(await world.LinesAsync($"addr {stray}"));
        Assert.DoesNotContain(former.Guest.InstanceId, File.ReadAllText(Path.Combine(world.Agent.Root, "var/lib/eni-agent/state.json")), StringComparison.Ordinal);
        await world.EverythingAnswersAsync();

        // What comes back later is this machine's.
        await world.AttachAsync(world.B);
        await world.Vpc.AssignPrivateIpAddressesAsync(world.Guest.PrimaryEni, 1);
        await world.Agent.SyncAsync();
        Assert.DoesNotContain(First, File.ReadAllText(Path.Combine(Folder(world), "ifcfg-eth0")), StringComparison.Ordinal);
        await world.Agent.ReleaseAsync();
        Assert.Equal(string.Format(CultureInfo.InvariantCulture, First, mine), File.ReadAllText(Path.Combine(Folder(world), "ifcfg-eth0")));
    }

    [Fact]
    public async Task A_release_for_an_image_leaves_no_trace_and_names_what_it_cannot_know_better()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        PutPrimary(world);
        var own = $"DEVICE=eth0\nIPADDR={world.Guest.PrimaryEni.PrimaryAddress}\nPREFIX=24\n";
        File.WriteAllText(Path.Combine(Folder(world), "ifcfg-eth0"), own);
        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();

        var result = await world.Agent.SucceedAsync("release", "--for-image");

        Assert.Contains($"kept, though it names an address of this instance: /{Scripts}/ifcfg-eth0:2", result.Output, StringComparison.Ordinal);
        Assert.Equal(own, File.ReadAllText(Path.Combine(Folder(world), "ifcfg-eth0")));
        var left = Directory.EnumerateFiles(world.Agent.Root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(world.Agent.Root, path)).Order(StringComparer.Ordinal);
        Assert.Equal(["etc/eni-agent/eni-agent.conf", $"{Scripts}/ifcfg-eth0", "run/eni-agent/lock", "run/lock/subsys/network"], left);
    }

    /// <summary>What keeps /etc from being written: read-only, or full.</summary>
    public static TheoryData<string, string> Denials => new()
    {
        { "mount --bind {0} {0}; mount -o remount,bind,ro {0}", "Read-only file system" },
        { "mount -t tmpfs -o size=16k none {0}; cp -a {1}/. {0}; ! dd if=/dev/zero of={0}/full bs=4k status=none", "No space left on device" },
    };

    [Theory]
    [MemberData(nameof(Denials))]
    // What makes the folder unwritable needs the right to mount, and starts the agent.
    [Trait("Confined", "no")]
    public async Task Files_that_cannot_be_written_are_named_and_the_network_has_converged(string denial, string problem)
    {
        await using var world = await World.CreateAsync(output);
        var first = PutPrimary(world);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        var folder = Folder(world);
        var copy = Directory.CreateTempSubdirectory("eni-agent-etc-").FullName;
        File.Copy(Path.Combine(folder, "ifcfg-eth0"), Path.Combine(copy, "ifcfg-eth0"));
        world.Agent.Launcher = ["unshare", "--mount", "sh", "-ec", string.Format(CultureInfo.InvariantCulture, denial, folder, copy) + "; exec \"$@\"", "sh"];

        var result = await world.Agent.RunAsync("sync");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"/{Scripts}/ifcfg-eth1", result.Error, StringComparison.Ordinal);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllText(Path.Combine(folder, "ifcfg-eth0")));
        await world.EverythingAnswersAsync();
        Directory.Delete(copy, recursive: true);

        // What was in the way is gone: the next run writes them.
        world.Agent.Launcher = [];
        await world.Agent.SyncAsync();
        Assert.True(File.Exists(Path.Combine(folder, "ifcfg-eth1")));
    }

    private static string Folder(World world) => Path.Combine(world.Agent.Root, Scripts);

    private static string PutPrimary(World world)
    {
        const string First = "DEVICE=eth0\nBOOTPROTO=dhcp\nONBOOT=yes\n";
        Directory.CreateDirectory(Folder(world));
        Directory.CreateDirectory(Path.Combine(world.Agent.Root, "run/lock/subsys"));
        File.WriteAllText(Path.Combine(world.Agent.Root, "run/lock/subsys/network"), "");
        File.WriteAllText(Path.Combine(Folder(world), "ifcfg-eth0"), First);
        return First;
    }
}
