using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>Debian's ifupdown: its files are enough without the agent, as the real program reads them.</summary>
[Trait("Needs", "root")]
public sealed class IfupdownTests(ITestOutputHelper output)
{
    private const string Folder = "etc/network";

    private const string Run = """
        /lib/systemd/systemd-sysctl
        mkdir -p /run/network
        ifup -a
        ifup -a --allow=hotplug
        """;

    [Fact]
    public async Task The_files_alone_bring_everything_up()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        var first = PutPrimary(world);
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        Assert.True(await world.Agent.IsInSyncAsync());
        Assert.Contains("ifupdown: ifupdown is in use", (await world.Agent.SucceedAsync("status")).Output, StringComparison.Ordinal);

        await Consumer.BringsEverythingUpAsync(world, Run);

        Assert.Equal(first, File.ReadAllText(Path.Combine(world.Agent.Root, Folder, "interfaces")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(world.Agent.Root, Folder, "interfaces.d")));
    }

    [Fact]
    public async Task What_comes_up_can_be_brought_down_and_up_again()
    {
        await using var world = await World.CreateAsync(output);
        PutPrimary(world);
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.Agent.SyncAsync();

        await Consumer.BringsEverythingUpAsync(world, Run + "\nifdown eth1\nip rule | grep -q 31010: && exit 1\nifup eth1\nifup --force eth1");
    }

    /// <summary>As on a machine made from an image: the files are another machine's, and its primary NIC must come up all the same.</summary>
    [Fact]
    public async Task Files_for_other_NICs_keep_no_NIC_down()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        PutPrimary(world);
        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        var copy = Consumer.CopyFiles(world);
        await world.Agent.ReleaseAsync();
        await world.Guest.IpAsync("address flush dev eth0");
        await world.Guest.IpAsync("address flush dev eth1");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(copy, Folder, "interfaces.d")))
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace("grep -qi 52:54:00", "grep -qi 52:54:99", StringComparison.Ordinal));
        }

        await Consumer.RunAsync(world.Guest, copy, Run);

        Directory.Delete(copy, recursive: true);
        Assert.Equal([$"addr {world.Guest.PrimaryEni.PrimaryAddress}/24 dev eth0"], (await world.LinesAsync("addr")).Where(l => !l.Contains("dev lo", StringComparison.Ordinal)).Select(l => string.Join(' ', l.Split(' ')[..4])));
        Assert.DoesNotContain("310", await world.Guest.IpOutputAsync("rule"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_detached_ENIs_file_goes()
    {
        await using var world = await World.CreateAsync(output);
        PutPrimary(world);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        var file = Path.Combine(world.Agent.Root, Folder, "interfaces.d/eni-agent-eth1");
        Assert.True(File.Exists(file));

        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        await world.Agent.SyncAsync();

        Assert.False(File.Exists(file));
    }

    private static string PutPrimary(World world)
    {
        var text = $"source /etc/network/interfaces.d/*\n\nauto eth0\niface eth0 inet static\n    address {world.Guest.PrimaryEni.PrimaryAddress}/24\n    gateway 10.0.1.1\n";
        Directory.CreateDirectory(Path.Combine(world.Agent.Root, Folder, "interfaces.d"));
        File.WriteAllText(Path.Combine(world.Agent.Root, Folder, "interfaces"), text);
        Directory.CreateDirectory(Path.Combine(world.Agent.Root, "run/network"));
        File.WriteAllText(Path.Combine(world.Agent.Root, "run/network/ifstate.eth0"), "eth0\n");
        return text;
    }
}
