using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>systemd-networkd: its files are enough without the agent, as the real program reads them.</summary>
[Trait("Needs", "root")]
public sealed class NetworkdTests(ITestOutputHelper output)
{
    private const string Folder = "etc/systemd/network";

    private const string Run = """
        /lib/systemd/systemd-sysctl
        mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
        chown -R systemd-network: /run/systemd/netif
        /lib/systemd/systemd-networkd >/run/log 2>&1 &
        # It asks for an IPv6 router for some twelve seconds, and there is none.
        for i in $(seq 600); do
            links=$(grep -l ADMIN_STATE=configured /run/systemd/netif/links/* 2>/dev/null | wc -l)
            [ "$links" -ge "$(ls /sys/class/net | grep -c ^eth)" ] && exit 0
            sleep 0.1
        done
        cat /run/log /run/systemd/netif/links/* >&2
        exit 1
        """;

    /// <summary>The machine's own definition of eth0: for it alone, or for whatever NIC there is.</summary>
    public static TheoryData<string, string> Definitions => new()
    {
        { "80-cloud.network", "Name=eth0" },
        { "80-cloud.network", "Name=e*" },
        { "20-cloud.network", "Type=ether" },
        { "80-cloud.network", "Name=eth0\n\n[Link]\nGroup=7" },
    };

    [Theory]
    [MemberData(nameof(Definitions))]
    public async Task The_files_alone_bring_everything_up(string name, string match)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        var first = await PutPrimaryAsync(world, name, match);
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        if (!match.StartsWith("Name=eth0", StringComparison.Ordinal))
        {
            await DefinesAsync(world, "eth1", $"/{Folder}/{name}");
            await DefinesAsync(world, "eth2", $"/{Folder}/{name}");
        }

        await world.Agent.SyncAsync();
        Assert.True(await world.Agent.IsInSyncAsync());
        Assert.Contains($"networkd: systemd-networkd is in use, with /{Folder}/{name}", await world.Agent.StatusLineAsync(), StringComparison.Ordinal);

        await Consumer.BringsEverythingUpAsync(world, Run);

        Assert.Equal(first, File.ReadAllText(Path.Combine(world.Agent.Root, Folder, name)));
        Assert.Equal([name], Directory.EnumerateFiles(Path.Combine(world.Agent.Root, Folder), "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_detached_ENIs_file_goes()
    {
        await using var world = await World.CreateAsync(output);
        await PutPrimaryAsync(world, "80-cloud.network", "Name=eth0");
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        Assert.Contains(Directory.EnumerateFiles(Path.Combine(world.Agent.Root, Folder)), path => Path.GetFileName(path).Contains("eni-agent", StringComparison.Ordinal));

        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        await world.Agent.SyncAsync();

        Assert.DoesNotContain("310", await world.Guest.IpOutputAsync("rule"), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(world.Agent.Root, Folder)), path => Path.GetFileName(path).Contains("eni-agent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Beside_netplan_the_files_alone_bring_everything_up()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        var eni = world.Guest.PrimaryEni;
        Directory.CreateDirectory(Path.Combine(world.Agent.Root, "etc/netplan"));
        File.WriteAllText(
            Path.Combine(world.Agent.Root, "etc/netplan/50-cloud-init.yaml"),
            $$"""
            network:
              version: 2
              ethernets:
                eth0:
                  addresses: [{{eni.PrimaryAddress}}/24]
                  routes: [{to: default, via: 10.0.1.1}]
            """);

        // As netplan makes it at every boot.
        const string Made = "10-netplan-eth0.network";
        Directory.CreateDirectory(Path.Combine(world.Agent.Root, "run/systemd/network"));
        File.WriteAllText(Path.Combine(world.Agent.Root, "run/systemd/network", Made), $"[Match]\nName=eth0\n\n[Network]\nAddress={eni.PrimaryAddress}/24\n");
        await PutSystemdAsync(world, "/run/systemd/network/" + Made);
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.Agent.SyncAsync();

        await Consumer.BringsEverythingUpAsync(world, "netplan generate\ngrep -q Address= /run/systemd/network/" + Made + "\n" + Run);
    }

    private static async Task<string> PutPrimaryAsync(World world, string name, string match)
    {
        var root = world.Agent.Root;
        var text = $"[Match]\n{match}\n\n[Network]\nAddress={world.Guest.PrimaryEni.PrimaryAddress}/24\nGateway=10.0.1.1\n";
        Directory.CreateDirectory(Path.Combine(root, Folder));
        File.WriteAllText(Path.Combine(root, Folder, name), text);
        await PutSystemdAsync(world, $"/{Folder}/{name}");
        return text;
    }

    private static async Task PutSystemdAsync(World world, string definition)
    {
        Directory.CreateDirectory(Path.Combine(world.Agent.Root, "usr/lib/systemd"));
        File.WriteAllText(Path.Combine(world.Agent.Root, "usr/lib/systemd/libsystemd-shared-252.so"), "");
        await DefinesAsync(world, "eth0", definition);
    }

    // What networkd says of a link while it runs.
    private static async Task DefinesAsync(World world, string link, string definition)
    {
        var index = (await world.Guest.IpOutputAsync($"-o link show {link}")).Split(':')[0];
        var folder = Directory.CreateDirectory(Path.Combine(world.Agent.Root, "run/systemd/netif/links")).FullName;
        File.WriteAllText(Path.Combine(folder, index), $"ADMIN_STATE=configured\nNETWORK_FILE={definition}\n");
    }
}
