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
        Assert.Contains("files      not in sync", (await world.Agent.SucceedAsync("status")).Output, StringComparison.Ordinal);

        await world.Agent.SyncAsync();

        var status = (await world.Agent.SucceedAsync("status")).Output;
        Assert.Contains("back end   ifcfg: network.service is in use", status, StringComparison.Ordinal);
        Assert.Contains("files      in sync", status, StringComparison.Ordinal);
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
