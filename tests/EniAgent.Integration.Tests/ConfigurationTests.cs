using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests;

/// <summary>What the configuration says is what the kernel gets, at start and on SIGHUP.</summary>
[Trait("Needs", "root")]
public sealed class ConfigurationTests(ITestOutputHelper output)
{
    private const string Office = "[Route office]\nDestination=192.168.0.0/16\nEni=10.0.2.0/24\n";

    [Fact]
    public async Task A_configured_route_stands_in_main_and_in_its_enis_table_until_it_leaves_the_configuration()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        var without = await SyncedStateAsync(world);
        world.Agent.Configure(Office);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        var routes = await world.LinesAsync("route dst 192.168.0.0/16");
        Assert.Equal(2, routes.Count);
        Assert.All(routes, route => Assert.Contains("gateway 10.0.2.1 dev eth1", route, StringComparison.Ordinal));
        Assert.Contains(routes, route => route.Contains("table main", StringComparison.Ordinal));
        Assert.Contains(routes, route => route.Contains("table 31001", StringComparison.Ordinal));

        world.Agent.Configure("");
        daemon.Reload();
        await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(without)).Count == 0);

        world.Agent.Configure(Office + "Gateway=10.0.2.9\n");
        daemon.Reload();
        await Eventually.TrueAsync(async () => (await world.LinesAsync("route dst 192.168.0.0/16", "gateway 10.0.2.9")).Count == 2);
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_host_behind_a_configured_route_is_reached_through_its_eni()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        // A host in the office, that only the second subnet's neighbour knows the way to.
        var office = IPAddress.Parse("192.168.7.7");
        await world.B.Client.IpAsync($"addr add {office}/32 dev lo");
        world.Agent.Configure(Office + $"Gateway={world.B.ClientAddress}\n");

        await world.Agent.SyncAsync();

        Assert.Empty(await Pinger.PingAllAsync(
        [
            new Ping(world.Guest.Namespace, office, "guest"),
            new Ping(world.Guest.Namespace, office, "guest") { Source = world.Guest.Enis[1].PrimaryAddress },
        ], TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task A_bad_configuration_on_reload_is_reported_and_the_old_one_stays_in_force()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        world.Agent.Configure(Office);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();

        world.Agent.Configure("[Network]\nRpFiltre=loose\n");
        daemon.Reload();
        await daemon.UntilLoggedAsync("RpFilter");

        Assert.Contains("eni-agent.conf", Assert.Single(daemon.LogLines("RpFiltre")), StringComparison.Ordinal);
        await world.Guest.IpAsync("route del 192.168.0.0/16 table main");
        await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(before)).Count == 0);

        world.Agent.Configure("");
        daemon.Reload();
        await Eventually.TrueAsync(async () => (await world.LinesAsync("route dst 192.168.0.0/16")).Count == 0);
    }

    [Fact]
    public async Task A_bad_configuration_at_start_changes_nothing()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        world.Agent.Configure("[Network]\nRpFiltre=loose\n");
        var before = await world.StateAsync();

        foreach (var command in new[] { "sync", "daemon", "plan", "status", "config", "release" })
        {
            var result = await world.Agent.RunAsync(command);

            Assert.Equal(2, result.ExitCode);
            Assert.Contains("RpFilter", result.Error, StringComparison.Ordinal);
        }
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    [Fact]
    public async Task Subnet_routes_can_be_kept_out_of_main()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        await world.AttachAsync(world.B);
        world.Agent.Configure("[Network]\nSubnetRoute=table\n");

        await world.Agent.SyncAsync();

        Assert.DoesNotContain(await world.LinesAsync("route", "table main"), route => !route.Contains("dev eth0", StringComparison.Ordinal));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Subnet_routes_move_when_the_configuration_changes()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var inMain = await world.StateAsync();

        world.Agent.Configure("[Network]\nSubnetRoute=table\n");
        daemon.Reload();
        await Eventually.TrueAsync(async () => (await world.LinesAsync("route dst 10.0.2.0/24", "table main")).Count == 0);
        await Eventually.TrueAsync(world.Agent.IsInSyncAsync);
        await world.EverythingAnswersAsync();

        world.Agent.Configure("");
        daemon.Reload();
        await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(inMain)).Count == 0, state: async () => string.Join('\n', await world.ChangesSinceAsync(inMain)));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Rp_filter_can_be_kept()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        world.Agent.Configure("[Network]\nRpFilter=keep\n");

        await world.Agent.SyncAsync();

        Assert.Equal(["1", "1"], RpFilters(world));
    }

    [Fact]
    public async Task Rp_filter_can_be_switched_off_where_the_machine_allows_it()
    {
        await using var world = await World.CreateAsync(output, new() { RpFilterAll = 0 });
        await world.AttachAsync(world.B);
        world.Agent.Configure("[Network]\nRpFilter=off\n");

        await world.Agent.SyncAsync();

        Assert.Equal(["0", "0"], RpFilters(world));
        await world.EverythingAnswersAsync();
        await world.Agent.ReleaseAsync();
        Assert.Equal(["1", "1"], RpFilters(world));
    }

    [Fact]
    public async Task Rp_filter_off_is_refused_with_the_reason_where_it_would_have_no_effect()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        world.Agent.Configure("[Network]\nRpFilter=off\n");

        var result = await world.Agent.RunAsync("sync");

        Assert.Contains("net.ipv4.conf.all.rp_filter is 1", result.Error, StringComparison.Ordinal);
        Assert.Equal(["1", "1"], RpFilters(world));
    }

    [Fact]
    public async Task Rp_filter_is_not_made_stricter_than_it_was()
    {
        await using var world = await World.CreateAsync(output, new() { RpFilterAll = 0, RpFilterDefault = 0 });
        await world.AttachAsync(world.B);

        await world.Agent.SyncAsync();

        Assert.Equal(["0", "0"], RpFilters(world));
        await world.EverythingAnswersAsync();
    }

    [Theory]
    [InlineData("auto", "0 1 1")]
    [InlineData("strict", "1 1 1")]
    [InlineData("keep", "0 0 0")]
    public async Task Arp_is_strict_where_the_configuration_says_so(string mode, string expected)
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await world.AttachAsync(world.B);
        world.Agent.Configure($"[Network]\nArp={mode}\n");

        await world.Agent.SyncAsync();

        Assert.Equal(expected, Each(world, nic => $"conf/{nic}/arp_ignore"));
        Assert.Equal(expected.Replace('1', '2'), Each(world, nic => $"conf/{nic}/arp_announce"));
        if (mode != "keep")
        {
            await world.EverythingAnswersAsync();
        }
        await world.Agent.ReleaseAsync();
        Assert.Equal("0 0 0", Each(world, nic => $"conf/{nic}/arp_ignore"));
        Assert.Equal("0 0 0", Each(world, nic => $"conf/{nic}/arp_announce"));
    }

    [Fact]
    public async Task Rules_can_be_had_for_a_single_eni_too()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        world.Agent.Configure("[Network]\nRules=always\n");

        await world.Agent.SyncAsync();

        Assert.NotEmpty(await world.LinesAsync("rule priority 31000"));
        Assert.Equal(2, (await world.LinesAsync("route", "table 31000")).Count);
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Rules_can_be_refused()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        var rules = await world.LinesAsync("rule");
        world.Agent.Configure("[Network]\nRules=never\n");

        await world.Agent.SyncAsync();

        Assert.Equal(rules, await world.LinesAsync("rule"));
        Assert.Empty(await world.LinesAsync("route", "table 31"));
        Assert.NotEmpty(await world.LinesAsync("addr 10.0.2.5/24"));
        // Not more than without the agent, but no less.
        Assert.True(await Pinger.AnswersAsync(world.Vpc.Internet, world.Guest.PrimaryEni.PrimaryAddress));
    }

    [Fact]
    public async Task Every_number_can_be_another()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        await world.AttachAsync(world.B);
        world.Agent.Configure("[Network]\nTableBase=5000\nRulePriority=700\nRouteProtocol=77\nLinkGroup=9\n");
        var before = await world.StateAsync();

        await world.Agent.SyncAsync();

        Assert.Equal(6, (await world.LinesAsync("route", "table 500")).Count(route => route.Contains("protocol 77", StringComparison.Ordinal)));
        Assert.Single(await world.LinesAsync("rule priority 700", "suppress_ifgroup 9"));
        Assert.DoesNotContain((await world.StateAsync()).Lines, line => line.Contains(" 131", StringComparison.Ordinal) || line.Contains("3100", StringComparison.Ordinal)
            && !line.Contains("metric 3100", StringComparison.Ordinal));
        await world.EverythingAnswersAsync();
        await world.Agent.ReleaseAsync();
        Assert.All(await world.ChangesSinceAsync(before), change => Assert.StartsWith("link eth", change[2..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_excluded_eni_is_left_alone_and_the_others_work_without_its_link_group()
    {
        await using var world = await World.CreateAsync(output);
        var managed = await world.AttachAsync(world.B, secondaryAddresses: 1);
        var excluded = await world.AttachAsync(await world.Vpc.CreateSubnetAsync());
        await world.Guest.IpAsync("link set eth2 up group 5");
        var before = await world.StateAsync();
        world.Agent.Configure($"[Eni {excluded.Mac}]\nManage=no\n");

        await world.Agent.SyncAsync();

        Assert.NotEmpty(await world.LinesAsync("rule priority 30990"));
        Assert.Empty(await world.LinesAsync("rule", "suppress_ifgroup"));
        Assert.DoesNotContain(await world.ChangesSinceAsync(before), change => change.Contains("eth2", StringComparison.Ordinal) || change.Contains("group 31000", StringComparison.Ordinal));
        Assert.Equal("excluded", (await world.Agent.StatusAsync())[excluded.Mac].State);
        await world.AllOfAnswersAsync(world.Guest.PrimaryEni, managed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_link_in_somebody_elses_group_stays_there_and_everything_answers(bool primary)
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        await world.AttachAsync(world.B);
        var container = await ContainerBridge.AddAsync(world.Guest);
        var nic = primary ? "eth0" : "eth2";
        await world.Guest.IpAsync($"link set {nic} group 5");

        await world.Agent.SyncAsync();

        Assert.Single(await world.LinesAsync("link", "group 5"));
        Assert.Empty(await world.LinesAsync("link", "group 31000"));
        Assert.NotEmpty(await world.LinesAsync("rule priority 30990"));
        await world.EverythingAnswersAsync();
        Assert.Empty(await Pinger.PingAllAsync(world.Guest.Enis.Select(eni => new Ping(world.Guest.Namespace, container.Address, "guest") { Source = eni.PrimaryAddress })));
    }

    private static async Task<GuestState> SyncedStateAsync(World world)
    {
        await world.Agent.SyncAsync();
        return await world.StateAsync();
    }

    private static string[] RpFilters(World world) => Each(world, nic => $"conf/{nic}/rp_filter").Split(' ');

    private static string Each(World world, Func<string, string> path) =>
        string.Join(' ', world.Guest.Enis.Select(eni => world.Guest.Namespace.Sysctl(path(eni.NicName!))));
}
