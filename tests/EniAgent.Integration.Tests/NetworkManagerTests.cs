using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using static EniAgent.Integration.Tests.Fixture.NetworkManagerScript;

namespace EniAgent.Integration.Tests;

/// <summary>NetworkManager's keyfiles: they are enough without the agent, as the real program reads them.</summary>
[Trait("Needs", "root")]
public sealed class NetworkManagerTests(ITestOutputHelper output)
{
    private const string Folder = "etc/NetworkManager/system-connections";
    private const string Uuid = "11111111-2222-3333-4444-555555555555";

    [Theory]
    [InlineData("secondary ENIs that nobody defines")]
    [InlineData("an administrator's own profile")]
    [InlineData("SubnetRoute=table")]
    public async Task The_files_alone_bring_everything_up(string of)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        var first = await PutPrimaryAsync(world);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        var mine = Path.Combine(world.Agent.Root, Folder, "mine.nmconnection");
        if (of.StartsWith("an admin", StringComparison.Ordinal))
        {
            Put(mine, $"[connection]\nid=mine\ntype=ethernet\n\n[ethernet]\nmac-address={eni.Mac}\n\n[ipv4]\nmethod=manual\naddress1={eni.PrimaryAddress}/24\n");
        }
        else if (of.StartsWith("SubnetRoute", StringComparison.Ordinal))
        {
            world.Agent.Configure("[Network]\nSubnetRoute=table\n");
        }

        await world.Agent.SyncAsync();
        Assert.True(await world.Agent.IsInSyncAsync());
        Assert.Contains("networkmanager: NetworkManager is in use", (await world.Agent.SucceedAsync("status")).Output, StringComparison.Ordinal);
        Assert.Equal(of.StartsWith("an admin", StringComparison.Ordinal) ? 1 : 2, Ours(world).Length);

        await Consumer.BringsEverythingUpAsync(world, Start + WaitUntilUp + Stop);

        Assert.Equal(first, File.ReadAllText(Path.Combine(world.Agent.Root, Folder, "cloud-init-eth0.nmconnection")));
        Assert.Empty(Ours(world));
    }

    [Fact]
    public async Task Beside_netplan_the_files_alone_bring_everything_up()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        var address = world.Guest.PrimaryEni.PrimaryAddress;
        await PutPrimaryAsync(world);
        File.Delete(Path.Combine(world.Agent.Root, Folder, "cloud-init-eth0.nmconnection"));
        Put(
            Path.Combine(world.Agent.Root, "etc/netplan/01-network-manager-all.yaml"),
            $"""
            network:
              version: 2
              renderer: NetworkManager
              ethernets:
                lan:
                  match: {"{"}macaddress: "{world.Guest.PrimaryEni.Mac}"{"}"}
                  addresses: [{address}/24]
                  routes: [{"{"}to: default, via: 10.0.1.1{"}"}]
            """);

        // As netplan makes it at every boot.
        const string Made = "run/NetworkManager/system-connections/netplan-lan.nmconnection";
        Put(Path.Combine(world.Agent.Root, Made), $"[connection]\nid=netplan-lan\ntype=ethernet\n\n[ethernet]\nmac-address={world.Guest.PrimaryEni.Mac}\n");
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        Assert.Contains("netplan: NetworkManager is in use, with netplan's definition of 'lan'", await world.Agent.StatusLineAsync(), StringComparison.Ordinal);

        await Consumer.BringsEverythingUpAsync(world, $"chmod 600 /etc/netplan/*\nnetplan generate\ngrep -q address2= /{Made}\n{Start}{WaitUntilUp}{Stop}");

        Assert.Equal(["01-network-manager-all.yaml"], Directory.GetFiles(Path.Combine(world.Agent.Root, "etc/netplan")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_NetworkManager_has_written_anew_is_known_again()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 2 });
        await PutPrimaryAsync(world);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 2);
        await PutProfileAsync(world, "eth1", "mine", $"method=manual\naddress1={eni.PrimaryAddress}/24\nroute1=192.168.7.0/24,10.0.2.1\n");
        await world.Agent.SyncAsync();
        Assert.True(await world.Agent.IsInSyncAsync());

        var files = Consumer.CopyFiles(world);
        var written = await Consumer.RunAsync(world.Guest, files, Start + """
            nmcli connection modify cloud-init-eth0 connection.stable-id a ipv4.dns-search example.com
            nmcli connection modify mine connection.stable-id b
            cat /etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection
            echo ====
            cat /etc/NetworkManager/system-connections/mine.nmconnection
            """);
        Directory.Delete(files, recursive: true);
        Assert.Contains("stable-id=a", written, StringComparison.Ordinal);
        Assert.Contains("stable-id=b", written, StringComparison.Ordinal);
        Assert.DoesNotContain("=31000", written.Replace("table=31000", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var (primary, mine) = (Path.Combine(world.Agent.Root, Folder, "cloud-init-eth0.nmconnection"), Path.Combine(world.Agent.Root, Folder, "mine.nmconnection"));
        Put(primary, written.Split("====\n")[0]);
        Put(mine, written.Split("====\n")[1]);

        var plan = (await world.Agent.SucceedAsync("plan")).Output;
        Assert.False(plan.Contains(Folder, StringComparison.Ordinal), plan + written);

        // What is ours goes, what the administrator has said since stays.
        await world.Agent.ReleaseAsync();
        var (eth0, eth1) = (File.ReadAllText(primary), File.ReadAllText(mine));
        Assert.Contains("dns-search=example.com", eth0, StringComparison.Ordinal);
        Assert.Contains($"address1={world.Guest.PrimaryEni.PrimaryAddress}/24,10.0.1.1", eth0, StringComparison.Ordinal);
        Assert.DoesNotContain("address2", eth0, StringComparison.Ordinal);
        Assert.Contains("route1=192.168.7.0/24,10.0.2.1", eth1, StringComparison.Ordinal);
        Assert.DoesNotContain("table=", eth0 + eth1, StringComparison.Ordinal);
        Assert.DoesNotContain("route2", eth1, StringComparison.Ordinal);
    }

    [Fact]
    // The machine that NetworkManager runs in starts the agent.
    [Trait("Confined", "no")]
    public async Task Beside_NetworkManager_while_it_runs_everything_answers()
    {
        await using var world = await CreateWithProgramAsync();

        // Nobody answers DHCP: what NetworkManager tries by itself on a NIC that it does not know fails soon, and each time takes every address off.
        Put(Path.Combine(world.Agent.Root, "etc/NetworkManager/conf.d/soon.conf"), "[connection]\nipv4.dhcp-timeout=3\nipv6.ra-timeout=3\n");
        await world.Guest.IpAsync("address flush dev eth0");
        await world.Guest.IpAsync("link set eth0 down");
        await using var machine = Consumer.Start(world.Guest, world.Agent.Root, Start + WaitUntilUp + """
            # With our profile; or with none of its own, where the agent was faster.
            settled() {
                for i in $(seq 300); do
                    [ "$(nmcli -t -f DEVICE,CONNECTION device 2>/dev/null | grep -cE '^eth[12]:(eni-agent|eth)')" = 2 ] && return
                    sleep 0.1
                done
                cat /run/log >&2
                nmcli device >&2
                exit 1
            }
            mkdir -p /run/eni-agent /var/lib/eni-agent
            /usr/sbin/eni-agent daemon &
            settled
            echo NetworkManager tries nothing of its own
            sleep infinity
            """);
        await machine.WaitForTextAsync("eni-agent", TimeSpan.FromSeconds(30));
        await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await machine.WaitForTextAsync("NetworkManager tries nothing of its own", TimeSpan.FromSeconds(60));

        await world.EverythingAnswersAsync();
        Assert.DoesNotContain("was not told", machine.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    // The machine that NetworkManager runs in starts the agent.
    [Trait("Confined", "no")]
    public async Task What_NetworkManagers_automatic_profile_gets_by_DHCP_on_a_fresh_NIC_is_used()
    {
        await using var world = await CreateWithProgramAsync();
        var eni = world.Vpc.CreateNetworkInterface(world.B, secondaryAddresses: 1);
        await using var server = await DhcpServer.StartAsync(world.Vpc, world.B, eni);
        await using var machine = Consumer.Start(world.Guest, world.Agent.Root, Start + WaitUntilUp + """
            mkdir -p /run/eni-agent /var/lib/eni-agent
            /usr/sbin/eni-agent daemon &
            until ip -4 address show dev eth1 2>/dev/null | grep -q dynamic; do sleep 0.1; done
            echo NetworkManager has a lease
            until [ "$(eni-agent status --json | grep -c '"state": "in-sync"')" = 3 ]; do sleep 0.1; done
            echo the agent is in sync
            sleep infinity
            """);
        await machine.WaitForTextAsync("eni-agent", TimeSpan.FromSeconds(30));

        // Long before metadata lists it.
        var attaching = world.Vpc.AttachNetworkInterfaceAsync(world.Guest, eni, new() { MetadataDelay = TimeSpan.FromSeconds(8) });
        await machine.WaitForTextAsync("NetworkManager has a lease", TimeSpan.FromSeconds(30));
        var default1 = Assert.Single(await world.LinesAsync("route dst default", "dev eth1 table main"));
        await attaching;
        await machine.WaitForTextAsync("the agent is in sync", TimeSpan.FromSeconds(60));

        await world.EverythingAnswersAsync();
        Assert.Contains(default1, await world.LinesAsync("route dst default"));
        Assert.Contains("dev eth0", await world.Guest.IpOutputAsync($"route get {Vpc.InternetAddress}"), StringComparison.Ordinal);
    }

    [Fact]
    // The machine that NetworkManager runs in starts the agent.
    [Trait("Confined", "no")]
    public async Task The_profile_of_a_detached_ENI_is_forgotten()
    {
        await using var world = await CreateWithProgramAsync();
        await using var machine = Consumer.Start(world.Guest, world.Agent.Root, Start + WaitUntilUp + """
            mkdir -p /run/eni-agent /var/lib/eni-agent
            /usr/sbin/eni-agent daemon &
            until nmcli -t -f NAME connection | grep -q ^eni-agent; do sleep 0.1; done
            echo NetworkManager took our profile
            while nmcli -t -f NAME connection | grep -q ^eni-agent; do sleep 0.1; done
            echo NetworkManager forgot it
            sleep infinity
            """);
        await machine.WaitForTextAsync("eni-agent", TimeSpan.FromSeconds(30));
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await machine.WaitForTextAsync("NetworkManager took our profile", TimeSpan.FromSeconds(60));

        await world.Vpc.DetachNetworkInterfaceAsync(eni);

        await machine.WaitForTextAsync("NetworkManager forgot it", TimeSpan.FromSeconds(60));
        Assert.DoesNotContain("was not told", machine.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    // The machine that NetworkManager runs in starts the agent.
    [Trait("Confined", "no")]
    public async Task After_release_NetworkManager_writes_nothing_of_ours()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await PutPrimaryAsync(world);
        var files = Consumer.CopyFiles(world);
        Directory.CreateDirectory(Path.Combine(files, "usr/sbin"));
        File.Copy(AgentBinary.Path, Path.Combine(files, "usr/sbin/eni-agent"));

        var written = await Consumer.RunAsync(world.Guest, files, Start + WaitUntilUp + """
            mkdir -p /run/eni-agent /var/lib/eni-agent
            eni-agent sync >&2
            grep -q ^address31000= /etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection
            eni-agent release >&2
            nmcli connection modify cloud-init-eth0 connection.stable-id a
            cat /etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection
            """);
        Directory.Delete(files, recursive: true);

        Assert.Contains("stable-id=a", written, StringComparison.Ordinal);
        Assert.Contains($"address1={world.Guest.PrimaryEni.PrimaryAddress}/24,10.0.1.1", written, StringComparison.Ordinal);
        Assert.DoesNotContain("address2", written, StringComparison.Ordinal);
    }

    // The agent is installed in the machine whose NetworkManager runs, and its root is that machine's.
    private async Task<World> CreateWithProgramAsync()
    {
        var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await PutPrimaryAsync(world);
        Directory.Delete(Path.Combine(world.Agent.Root, "run"), recursive: true);
        world.Agent.Configure("");
        var program = Path.Combine(world.Agent.Root, "usr/sbin/eni-agent");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.Copy(AgentBinary.Path, program);
        return world;
    }

    private static string[] Ours(World world) => Directory.GetFiles(Path.Combine(world.Agent.Root, Folder), "eni-agent-*");

    private static async Task<string> PutPrimaryAsync(World world)
    {
        Put(Path.Combine(world.Agent.Root, "usr/lib/x86_64-linux-gnu/NetworkManager/1.42.4/libnm-wwan.so"), "");
        return await PutProfileAsync(world, "eth0", "cloud-init-eth0", $"method=manual\naddress1={world.Guest.PrimaryEni.PrimaryAddress}/24,10.0.1.1\n");
    }

    // A profile, and what NetworkManager says of its NIC while it runs.
    private static async Task<string> PutProfileAsync(World world, string link, string name, string ipv4)
    {
        var uuid = string.Concat(Uuid[..^1], link[^1..]);
        var text = $"[connection]\nid={name}\nuuid={uuid}\ntype=ethernet\ninterface-name={link}\n\n[ipv4]\n{ipv4}\n[ipv6]\nmethod=ignore\n";
        Put(Path.Combine(world.Agent.Root, Folder, name + ".nmconnection"), text);
        var index = (await world.Guest.IpOutputAsync($"-o link show {link}")).Split(':')[0];
        Put(Path.Combine(world.Agent.Root, "run/NetworkManager/devices", index), $"[device]\nmanaged=true\nconnection-uuid={uuid}\n");
        return text;
    }

    private static void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
