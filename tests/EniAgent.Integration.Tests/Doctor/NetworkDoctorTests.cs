using System.Globalization;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Doctor;

/// <summary>Each scenario breaks one thing about metadata, NICs, addresses or the way of packets; doctor finds just that, and what it says to type mends it.</summary>
[Trait("Needs", "root")]
public sealed class NetworkDoctorTests(ITestOutputHelper output)
{
    private async Task<(World World, Eni Eni)> HealthyAsync(GuestOptions? options = null)
    {
        var world = await World.CreateAsync(output, options);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        return (world, eni);
    }

    [Fact]
    public async Task On_a_machine_in_sync_there_is_nothing_but_notes_with_the_daemon_and_without()
    {
        var (world, _) = await HealthyAsync(new() { SecondaryAddresses = 1 });
        await using var _1 = world;
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        Assert.All(await world.ExamineAsync(), found => Assert.Equal("note", found.Level));

        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        Assert.DoesNotContain(await world.ExamineAsync(), found => found.Check == "daemon");
        await world.IsWellAsync();
        Assert.EndsWith("0 errors, 0 warnings, 1 note\n", (await world.Agent.SucceedAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_sync_it_says_what_is_missing_and_a_sync_mends_it_all()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);

        var troubles = await world.TroublesAsync();

        Assert.Contains(troubles, found => found is { Check: "link", Subject: "eth1" });
        Assert.Contains(troubles, found => found is { Check: "address-missing", Subject: "eth1" });
        await world.Agent.SyncAsync();
        await world.IsWellAsync();
    }

    [Fact]
    public async Task Metadata_that_does_not_answer_is_a_finding_and_the_rest_goes_by_what_it_said_before()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        using (world.Vpc.Metadata.Faults.Add("**", Fault.Status(503)))
        {
            var found = await world.HasJustAsync("metadata", "169.254.0.23:80");
            Assert.Contains(found.Evidence, line => line.Contains("503", StringComparison.Ordinal));
            Assert.Contains(found.Evidence, line => line.Contains("dev eth0", StringComparison.Ordinal));
        }

        await world.IsWellAsync();
    }

    [Fact]
    public async Task Without_any_answer_since_boot_doctor_works_all_the_same()
    {
        await using var world = await World.CreateAsync(output);
        using var fault = world.Vpc.Metadata.Faults.Add("**", Fault.Reset);

        await world.HasJustAsync("metadata", "169.254.0.23:80");
        Assert.Contains("\nok: kernel, clock, permissions, agent\n", (await world.Agent.RunAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slow_metadata()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        using (world.Vpc.Metadata.Faults.Add("**", Fault.Delay(TimeSpan.FromMilliseconds(700))))
        {
            await world.HasJustAsync("metadata", "169.254.0.23:80");
        }

        await world.IsWellAsync();
    }

    [Fact]
    public async Task A_route_that_draws_metadata_to_another_NIC()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("route add 169.254.0.0/16 dev eth1 metric 1003");

        var found = await world.IsHealedOfAsync("metadata-route", "eth1");

        Assert.Contains(found.Evidence, line => line.StartsWith("169.254.0.0/16 dev eth1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_ENI_whose_documents_are_wrong()
    {
        var (world, eni) = await HealthyAsync();
        await using var _1 = world;
        using (world.Vpc.Metadata.Faults.Add($"**/{eni.Mac}/gateway", Fault.Body("nonsense")))
        {
            var next = await world.AttachAsync(world.A);
            using var wrong = world.Vpc.Metadata.Faults.Add($"**/{next.Mac}/primary-local-ipv4", Fault.Body("nonsense"));
            var found = (await world.TroublesAsync()).Single(found => found.Check == "eni-metadata");
            Assert.Equal(next.Mac, found.Subject, ignoreCase: true);
            Assert.Contains(found.Evidence, line => line.Contains("nonsense", StringComparison.Ordinal));
            await world.IsSaidInChineseAsync();
        }
    }

    [Fact]
    public async Task A_MAC_without_a_NIC()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        var eni = await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        await world.Guest.IpAsync($"link del {eni.NicName}");

        var found = await world.HasJustAsync("eni-without-nic", eni.Mac);

        Assert.Contains(eni.Mac, found.Summary, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_NIC_without_a_MAC()
    {
        var (world, eni) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync($"link add stray address {eni.Mac[..8]}:00:00:01 type veth peer name strange");

        await world.HasJustAsync("nic-without-eni", "stray");

        await world.Guest.IpAsync("link del stray");
        await world.IsWellAsync();
    }

    [Fact]
    public async Task A_link_that_is_down()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("link set eth1 down");

        await world.IsHealedOfAsync("link", "eth1");

        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_link_that_is_not_in_the_group_that_the_rules_rest_on()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("link set eth1 group default");

        // Without it main's routes through eth1 are everybody's.
        var troubles = await world.TroublesAsync();
        Assert.Equal([("link", "eth1"), ("path", "eth0")], troubles.Select(found => (found.Check, found.Subject)).Order());
        Assert.Contains("missing: ~ link eth1 group 0 -> 31000", troubles.Single(found => found.Check == "path").Evidence);
        Assert.All(troubles, found => Assert.Equal(["eni-agent sync"], found.Remedy));

        await world.TypeAsync(troubles[0]);
        await world.IsWellAsync();
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Two_NICs_with_one_MAC()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        var eni = await world.AttachAsync(world.A);
        await world.Guest.IpAsync($"link add twin address {eni.Mac} type veth peer name strange");

        var found = await world.HasJustAsync("eni-without-nic", eni.Mac);
        Assert.Equal(["eth2 veth", "twin veth"], found.Evidence.Order());
        await world.TypeAsync(found);

        await world.Guest.IpAsync("link del twin");
        await world.Agent.SyncAsync();
        await world.IsWellAsync();
    }

    [Fact]
    public async Task An_ENI_whose_documents_are_not_there_yet()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        var next = world.Vpc.CreateNetworkInterface(world.A);
        using (world.Vpc.Metadata.Faults.Add($"**/{next.Mac}/primary-local-ipv4", Fault.Status(404)))
        {
            await world.Vpc.AttachNetworkInterfaceAsync(world.Guest, next);
            await world.Agent.RunAsync("sync");

            var found = await world.HasJustAsync("eni-metadata", next.Mac);

            Assert.Contains("not complete yet", found.Summary, StringComparison.Ordinal);
            Assert.Contains(found.Evidence, line => line.EndsWith("/primary-local-ipv4 is missing", StringComparison.Ordinal));
        }

        await world.Agent.SyncAsync();
        await world.IsWellAsync();
    }

    [Fact]
    public async Task An_ENI_that_a_container_cluster_has_taken_is_a_note()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        var index = (await world.Guest.IpOutputAsync("-o link show eth1")).Split(':')[0];
        await world.Guest.IpAsync("link set eth1 up", $"route add 10.0.2.0/24 dev eth1 table {2000 + int.Parse(index, CultureInfo.InvariantCulture)}");
        await world.Agent.SyncAsync();

        var found = (await world.ExamineAsync()).Single(found => found.Check == "cluster-network");

        Assert.Equal(("note", "eth1"), (found.Level, found.Subject));
        await world.IsSaidInChineseAsync();
        Assert.Contains(found.Evidence, line => line.EndsWith($"in table {2000 + int.Parse(index, CultureInfo.InvariantCulture)}", StringComparison.Ordinal));
        await world.IsWellAsync();
    }

    [Fact]
    public async Task An_address_that_is_missing()
    {
        var (world, eni) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync($"addr del {eni.SecondaryAddresses[0]}/24 dev eth1");

        var found = await world.IsHealedOfAsync("address-missing", "eth1");

        Assert.Contains($"{eni.SecondaryAddresses[0]}/24", found.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_stands_on_another_link_as_well()
    {
        var (world, eni) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("link add br9 type bridge", $"addr add {eni.SecondaryAddresses[0]}/32 dev br9");

        var found = await world.IsHealedOfAsync("address-duplicate", "eth1");

        Assert.EndsWith("dev br9", found.Remedy[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_somebody_elses_with_another_prefix_length()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Guest.IpAsync("link set eth1 up", $"addr add {eni.SecondaryAddresses[0]}/32 dev eth1");
        await world.Agent.RunAsync("sync");

        await world.IsHealedOfAsync("address-conflict", "eth1");

        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task An_address_that_was_released_in_the_console()
    {
        var (world, eni) = await HealthyAsync();
        await using var _1 = world;
        await world.Vpc.UnassignPrivateIpAddressesAsync(eni, eni.SecondaryAddresses[0]);

        await world.IsHealedOfAsync("address-released", "eth1");
    }

    [Fact]
    public async Task A_virtual_address_is_a_note()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("addr add 10.0.2.200/32 dev eth1");
        await world.Agent.SyncAsync();

        Assert.Contains(await world.ExamineAsync(), found => found is { Check: "address-foreign", Level: "note", Subject: "eth1" });
        await world.IsWellAsync();
    }

    [Fact]
    public async Task A_rule_of_the_agents_that_is_gone_is_seen_in_the_way_of_the_packets()
    {
        var (world, eni) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("rule del pref 31010");

        var found = await world.IsHealedOfAsync("path", "eth1");

        Assert.Contains(found.Evidence, line => line.Contains(eni.PrimaryAddress.ToString(), StringComparison.Ordinal) && line.Contains("dev eth0 table main", StringComparison.Ordinal));
        Assert.Contains("by rule 32766: from all lookup main", found.Evidence);
        Assert.Contains(found.Evidence, line => line.StartsWith("missing: + rule 31010: from 10.0.2.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Something_of_the_agents_that_is_gone_without_harm_yet()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("rule del pref 31020");

        var found = await world.IsHealedOfAsync("drift", "");

        Assert.Contains(found.Evidence, line => line.Contains("oif eth1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rule_of_somebody_elses_that_is_asked_first()
    {
        var (world, eni) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync($"route add default via {world.A.Gateway} dev eth0 table 100", $"rule add pref 500 from {eni.PrimaryAddress} lookup 100");

        var found = await world.IsHealedOfAsync("rule-hidden", "eth1");

        Assert.Contains($"by rule 500: from {eni.PrimaryAddress} lookup 100", found.Evidence);
    }

    [Fact]
    public async Task A_rule_of_somebody_elses_that_does_no_harm_is_a_note()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("rule add pref 500 fwmark 0x10 lookup 100");

        Assert.Contains(await world.ExamineAsync(), found => found is { Check: "foreign-rule", Level: "note" } && found.Evidence.Contains("500: from all fwmark 0x10 lookup 100"));
        await world.IsWellAsync();
    }

    [Fact]
    public async Task A_route_of_somebody_elses_in_the_agents_table()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await world.Guest.IpAsync("link set eth1 up", "addr add 10.0.2.250/24 dev eth1", $"route add default via {world.A.Gateway} dev eth0 table 31001");
        await world.Agent.RunAsync("sync");
        await world.Guest.IpAsync("addr del 10.0.2.250/24 dev eth1");

        var troubles = await world.TroublesAsync();
        var conflict = Assert.Single(troubles, found => found.Check == "route-conflict");
        Assert.All(troubles, found => Assert.Contains(found.Check, (string[])["route-conflict", "path"]));
        await world.IsSaidInChineseAsync();

        await world.TypeAsync(conflict);
        await world.IsWellAsync();
    }

    [Fact]
    public async Task A_more_specific_route_of_a_tunnel_that_draws_packets_away()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.Guest.IpAsync("link add tun0 type bridge", "link set tun0 up", "route add 0.0.0.0/1 dev tun0", $"route add 169.254.0.23 via {world.A.Gateway} dev eth0");

        var troubles = await world.TroublesAsync();
        Assert.Equal(["path", "vpn"], troubles.Select(found => found.Check).Order());
        var path = troubles.Single(found => found.Check == "path");
        Assert.Contains("by route 0.0.0.0/1 dev tun0", path.Evidence);
        foreach (var found in troubles)
        {
            await world.TypeAsync(found);
        }

        await world.IsWellAsync();
    }

    [Fact]
    public async Task Whoever_is_logged_in_through_the_tunnel_or_beside_it_stays_so_after_each_line_that_is_typed()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await FullTunnel.AddHalvesAsync(world.Guest);
        await world.Guest.IpAsync($"route add 169.254.0.23 via {world.A.Gateway} dev eth0");
        Ping[] contacts =
        [
            new(world.Guest.Namespace, FullTunnel.FarAddress, "through the tunnel"),
            new(world.Guest.Namespace, Vpc.InternetAddress, "the tunnel's own peer"),
            .. world.Vpc.Inward(world.Guest.PrimaryEni).Where(ping => ping.From == world.A.Client),
        ];
        Assert.Equal(3, contacts.Length);
        Assert.Empty(await Pinger.PingAllAsync(contacts));

        var troubles = await world.TroublesAsync();
        Assert.Equal(["path", "vpn"], troubles.Select(found => found.Check));
        foreach (var line in troubles.SelectMany(found => found.Remedy))
        {
            await world.TypeAsync(line);
            Assert.True(await Pinger.PingAllAsync(contacts) is [], line);
        }

        await world.IsWellAsync();
        Assert.Empty(await Pinger.PingAllAsync(world.Guest.Enis.SelectMany(world.Vpc.Inward)));
    }

    [Fact]
    public async Task A_VPN_that_takes_the_primary_ENIs_answers()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await FullTunnel.AddAsync(world.Guest);
        await world.Guest.IpAsync($"route add 169.254.0.23 via {world.A.Gateway} dev eth0");
        await world.Agent.SyncAsync();

        await world.IsHealedOfAsync("vpn", "wg0");

        Assert.Empty(await Pinger.PingAllAsync(world.Guest.Enis.SelectMany(world.Vpc.Inward)));
    }

    /// <summary>Whoever adds a rule without a priority gets the one before the first that is there: the agent's.</summary>
    [Fact]
    public async Task A_VPN_that_came_up_after_the_agent_has_its_rules_moved_behind_and_goes_on()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await FullTunnel.AddAsync(world.Guest);
        await world.Guest.IpAsync($"route add 169.254.0.23 via {world.A.Gateway} dev eth0");

        var troubles = await world.TroublesAsync();
        Assert.Equal(["rule-hidden", "vpn"], troubles.Select(found => found.Check).Order());
        foreach (var found in troubles)
        {
            await world.TypeAsync(found);
        }

        await world.IsWellAsync();
        Assert.Empty(await Pinger.PingAllAsync([.. world.Guest.Enis.SelectMany(world.Vpc.Inward), new Ping(world.Guest.Namespace, FullTunnel.FarAddress, "through the tunnel")]));
    }

    [Fact]
    public async Task Strict_reverse_path_filtering_and_the_file_that_sets_it()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        var file = Path.Combine(world.Agent.Root, "etc/sysctl.d/50-hardening.conf");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "# strict\nnet.ipv4.conf.default.rp_filter = 1\n");
        world.Guest.Namespace.SetSysctls(("conf/eth1/rp_filter", 1));

        var found = await world.IsHealedOfAsync("rp-filter", "eth1");

        Assert.Contains("set by /etc/sysctl.d/50-hardening.conf:2: net.ipv4.conf.default.rp_filter = 1", found.Evidence);
    }

    [Fact]
    public async Task Reverse_path_filtering_that_cannot_be_switched_off()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        world.Guest.Namespace.SetSysctls(("conf/all/rp_filter", 2));
        world.Agent.Configure("[Network]\nRpFilter=off\n");
        await world.Agent.RunAsync("sync");

        var troubles = await world.TroublesAsync();
        Assert.All(troubles, found => Assert.Equal("rp-filter", found.Check));
        Assert.Contains(troubles, found => found.Evidence[0].StartsWith("[Network] RpFilter=off has no effect on eth1", StringComparison.Ordinal));

        await world.IsSaidInChineseAsync();
        await world.TypeAsync(troubles[0]);
        await world.IsWellAsync();
    }

    [Fact]
    public async Task A_file_that_undoes_a_setting_at_the_next_boot()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        var file = Path.Combine(world.Agent.Root, "etc/sysctl.d/99-hardening.conf");
        await File.WriteAllTextAsync(file, "net.ipv4.conf.eth1.rp_filter=1\n");

        await world.IsHealedOfAsync("sysctl-file", "/etc/sysctl.d/99-hardening.conf");

        Assert.Equal("#net.ipv4.conf.eth1.rp_filter=1\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Two_ENIs_of_one_subnet_that_answer_for_each_other()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.AttachAsync(world.A);
        await world.Agent.SyncAsync();
        world.Guest.Namespace.SetSysctls(("conf/eth2/arp_ignore", 0));

        await world.IsHealedOfAsync("arp", "eth2");
    }

    [Fact]
    public async Task Secondary_addresses_that_would_go_with_another_one()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        world.Guest.Namespace.SetSysctls(("conf/eth1/promote_secondaries", 0));

        await world.IsHealedOfAsync("promote-secondaries", "eth1");
    }
}
