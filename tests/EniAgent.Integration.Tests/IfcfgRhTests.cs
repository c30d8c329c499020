using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>
/// NetworkManager with its plugin for ifcfg files, as on RHEL 7 and 8: the machine's own programs, for Debian has none. Run by <c>make test-ifcfg-rh</c> only.
/// </summary>
[Trait("Needs", "ifcfg-rh")]
public sealed class IfcfgRhTests(ITestOutputHelper output)
{
    private const string Scripts = "etc/sysconfig/network-scripts";

    [Fact]
    public async Task The_files_alone_bring_everything_up()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        var plugin = Directory.GetFiles("/usr/lib64/NetworkManager", "libnm-settings-plugin-ifcfg-rh.so", SearchOption.AllDirectories).Single();
        Put(world, plugin[1..], "");
        var index = (await world.Guest.IpOutputAsync("-o link show eth0")).Split(':')[0];
        Put(world, $"run/NetworkManager/devices/{index}", "[device]\nmanaged=true\n");
        var first = $"DEVICE=eth0\nONBOOT=yes\nBOOTPROTO=none\nIPADDR={world.Guest.PrimaryEni.PrimaryAddress}\nPREFIX=24\nGATEWAY=10.0.1.1\n";
        Put(world, $"{Scripts}/ifcfg-eth0", first);
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        Assert.Contains("ifcfg: NetworkManager is in use, with its plugin for ifcfg files", await world.Agent.StatusLineAsync(), StringComparison.Ordinal);

        // The machine's own definitions are not the guest's.
        var names = string.Join(' ', Directory.GetFiles(Path.Combine(world.Agent.Root, Scripts)).Select(path => $"! -name {Path.GetFileName(path)}"));
        await Consumer.BringsEverythingUpAsync(
            world,
            $"""
            find /etc/sysconfig/network-scripts /etc/NetworkManager/system-connections -type f {names} -delete
            printf '[main]\nplugins=ifcfg-rh\n' >/etc/NetworkManager/NetworkManager.conf
            {NetworkManagerScript.Start}{NetworkManagerScript.WaitUntilUp}{NetworkManagerScript.Stop}
            """,
            system: "/");

        Assert.Equal(first, File.ReadAllText(Path.Combine(world.Agent.Root, Scripts, "ifcfg-eth0")));
    }

    private static void Put(World world, string path, string text)
    {
        var file = Path.Combine(world.Agent.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
