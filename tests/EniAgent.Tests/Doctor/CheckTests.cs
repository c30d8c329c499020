using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;
using EniAgent.Doctor;
using EniAgent.Linux.Files;
using EniAgent.Netlink;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Detection;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;
using EniAgent.Reporting;
using EniAgent.Tests.Fakes;
using EniAgent.Tests.Reporting;
using Moq;
using Finding = EniAgent.Doctor.Finding;

namespace EniAgent.Tests.Doctor;

/// <summary>Each check finds what it is for in facts that differ from a healthy machine's in just that, and nothing else is found.</summary>
public sealed class CheckTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private readonly Machine _machine = new();

    private MetadataSnapshot _snapshot = Machine.TwoEnis;

    private AgentOptions _options = new();

    private string _root = "/";

    private IReadOnlyList<string> _notSeen = [];

    public CheckTests()
    {
        Assert.True(_machine.Start().Converge(Vpc.Believe(_snapshot)).InSync);
        Put("etc/iproute2/rt_tables.d/x", "");
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void On_a_healthy_machine_nothing_is_found() => Assert.Empty(Troubles());

    [Fact]
    public void A_missing_address() => Just("address-missing", "eth1", Undo("address 10.0.1.11/24 dev eth1"));

    [Fact]
    public void A_link_that_is_down()
    {
        _machine.Kernel.SetUp("eth1", false);

        Just("link", "eth1", Troubles());
    }

    [Fact]
    public void A_rule_that_is_missing()
    {
        var finding = Just("path", "eth1", Undo("rule 31010: from 10.0.1.10/31 lookup 31001"));

        Assert.Contains("10.0.1.10 to 119.29.29.29 (internet): via 10.0.0.1 dev eth0 table main", finding.Evidence);
        Assert.Contains("by rule 32766: from all lookup main", finding.Evidence);
        Assert.Contains("missing: + rule 31010: from 10.0.1.10/31 lookup 31001", finding.Evidence);
        Assert.Equal(["eni-agent sync"], finding.Remedy);
    }

    [Theory]
    [InlineData("rule 500: from 10.0.0.0/8 lookup 100", "ip rule add pref 32100 from 10.0.0.0/8 lookup 100", "ip rule del pref 500 from 10.0.0.0/8 lookup 100")]
    [InlineData("rule 500: from 10.0.1.10 lookup 100", "ip rule del pref 500 from 10.0.1.10 lookup 100")]
    [InlineData("rule 500: from 10.0.1.0/24 lookup 100", "ip rule add pref 32100 from 10.0.1.0/24 lookup 100", "ip rule del pref 500 from 10.0.1.0/24 lookup 100")]
    public void A_rule_that_is_asked_first_is_moved_behind_unless_it_is_for_this_ENI_alone(string rule, params string[] remedy)
    {
        Assert.Null(IpWords.Make(_machine.Kernel, "route default via 10.0.0.1 dev eth0 table 100"));
        Assert.Null(IpWords.Make(_machine.Kernel, rule));

        Assert.Equal(remedy, Just("rule-hidden", "eth1", Troubles()).Remedy);
    }

    [Fact]
    public void Rules_keep_their_order_behind_and_the_exception_goes_last()
    {
        Make("rule 32101: from 192.168.0.0/16 lookup 100", "rule 500: from all lookup main suppress_prefixlength 0", "rule 501: from 10.0.0.0/8 lookup 100", "route default via 10.0.0.1 dev eth0 table 100");

        Assert.Equal(
            [
                "ip rule add pref 32100 from all lookup main suppress_prefixlength 0", "ip rule add pref 32102 from 10.0.0.0/8 lookup 100",
                "ip rule del pref 501 from 10.0.0.0/8 lookup 100", "ip rule del pref 500 from all lookup main suppress_prefixlength 0",
            ],
            Troubles().Single(finding => finding is { Check: "rule-hidden", Subject: "eth1" }).Remedy);

        // Alone it would leave the primary ENI's packets to the one behind it.
        Assert.Equal(["ip -d rule show pref 500"], Troubles().Single(finding => finding is { Check: "rule-hidden", Subject: "eth0" }).Remedy);
    }

    [Fact]
    public void A_route_that_comes_with_an_address_goes_with_it()
    {
        Make("link br0 mac 52:54:00:00:99:99 up kind bridge", "address 10.0.1.11/24 dev br0");

        Assert.Equal("ip rule", Troubles().Single(finding => finding.Check == "path").Remedy[0]);
        Assert.DoesNotContain(Troubles().SelectMany(finding => finding.Remedy), line => line.StartsWith("ip route del", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("br0 kind bridge", "10.0.1.11/24", "ip address del 10.0.1.11/24 dev br0")]
    [InlineData("br0 kind bridge", "10.0.0.10/24", "ip -d address show dev br0")]
    public void An_address_on_another_link_as_well_goes_only_where_nobody_can_be_logged_in_through_it(string link, string address, string remedy)
    {
        Make($"link {link} mac 52:54:00:00:99:99", $"address {address} dev br0");

        Assert.Equal([remedy], Troubles().Single(finding => finding.Check == "address-duplicate").Remedy);
    }

    [Fact]
    public void An_address_that_its_NIC_does_not_have_stays_where_it_is()
    {
        Make("link br0 mac 52:54:00:00:99:99 up kind bridge", "address 10.0.1.11/32 dev br0");

        Assert.Equal(["ip -d address show dev br0"], Undo("address 10.0.1.11/24 dev eth1").Single(finding => finding.Check == "address-duplicate").Remedy);
    }

    [Theory]
    [InlineData("kube-ipvs0 kind dummy", "kube-ipvs0", "10.0.1.11/32")]
    [InlineData("lo", "lo", "10.0.1.11/32")]
    public void An_address_that_stands_on_a_dummy_or_alone_on_lo_is_there_on_purpose(string link, string name, string address)
    {
        if (_machine.Kernel.Links.All(l => l.Name != name))
        {
            Make($"link {link} mac 00:00:00:00:00:00 up");
        }

        Make($"address {address} dev {name}");

        Assert.Empty(Troubles());
        Assert.Contains(Everything(), finding => finding is { Check: "address-duplicate", Level: Level.Note, Remedy.Count: 0 });
    }

    [Fact]
    public void A_rule_that_cannot_be_put_into_words_is_only_shown()
    {
        Make("route default via 10.0.0.1 dev eth0 table 100");
        Assert.Null(_machine.Kernel.Add(new Rule { Priority = 500, From = IpPrefix.Parse("10.0.1.10/32"), Table = 100, HasMore = true, Native = new RuleMessage { UnknownAttributes = new RawAttributes(new byte[8]) } }));

        Assert.Equal(["ip -d rule show pref 500"], Just("rule-hidden", "eth1", Troubles()).Remedy);
    }

    [Fact]
    public void A_rule_at_0_is_never_to_be_deleted()
    {
        Make("route default via 10.0.0.1 dev eth0 table 100", "rule 0: from 10.0.1.10 lookup 100");

        Assert.Equal(["ip rule", "ip route get 119.29.29.29 from 10.0.1.10"], Just("path", "eth1", Troubles()).Remedy);
    }

    [Fact]
    public void A_tunnels_halves_of_the_internet_go_behind_and_are_in_their_new_place_before_they_leave_the_old_one()
    {
        Make("link tun0 mac 52:54:00:00:99:99 up kind tun", "route 0.0.0.0/1 dev tun0", "route 128.0.0.0/1 dev tun0", "route 192.168.0.0/16 dev tun0");
        string[] routes =
        [
            "ip route replace 0.0.0.0/1 dev tun0 table 32100", "ip route replace 128.0.0.0/1 dev tun0 table 32100",
            "ip route del 0.0.0.0/1 dev tun0", "ip route del 128.0.0.0/1 dev tun0",
        ];

        Assert.Equal(
            ["ip rule add pref 32099 lookup main suppress_prefixlength 0", "ip rule add pref 32100 lookup 32100", .. routes],
            Troubles().Single(finding => finding.Check == "path").Remedy);

        Make("rule 32099: from all lookup main suppress_prefixlength 0", "rule 32100: from all lookup 32100", "route 0.0.0.0/1 dev tun0 table 32100");
        Assert.Equal(routes, Troubles().Single(finding => finding.Check == "path").Remedy);
    }

    [Fact]
    public void A_table_of_somebody_elses_takes_no_routes_of_a_tunnel()
    {
        Make("link tun0 mac 52:54:00:00:99:99 up kind tun", "route 0.0.0.0/1 dev tun0", "route default via 10.0.0.1 dev eth0 table 32100");

        Assert.Equal(
            ["ip rule add pref 32119 lookup main suppress_prefixlength 0", "ip rule add pref 32120 lookup 32120", "ip route replace 0.0.0.0/1 dev tun0 table 32120", "ip route del 0.0.0.0/1 dev tun0"],
            Troubles().Single(finding => finding.Check == "path").Remedy);
    }

    [Fact]
    public void A_default_route_of_another_ENI_that_draws_the_primary_ones_packets_does_not_lead_around_main()
    {
        Unroute("default via 10.0.0.1 dev eth0");
        var lost = Troubles().Single(finding => finding.Check == "path");
        Assert.Equal("packets from addresses of eth0 do not leave through it", lost.Summary);
        Make("route default via 10.0.1.1 dev eth1");

        var drawn = Troubles().Single(finding => finding.Check == "path");

        Assert.Equal("packets from addresses of eth0, the primary ENI, leave through eth1", drawn.Summary);
        Assert.Equal(["ip rule add pref 31015 from 10.0.0.10 lookup 31000"], drawn.Remedy);
    }

    [Theory]
    [InlineData("", "ip rule del pref 32700 from 10.0.1.10 lookup 101", "sed -i '2s/^/#/' /etc/iproute2/rt_tables", "ip route flush table 101")]
    [InlineData("rule 32710: from 192.168.0.0/16 lookup 101", "ip rule del pref 32700 from 10.0.1.10 lookup 101", "sed -i '2s/^/#/' /etc/iproute2/rt_tables")]
    [InlineData("route 192.168.0.0/16 dev eth0 table 101", "ip rule del pref 32700 from 10.0.1.10 lookup 101", "sed -i '2s/^/#/' /etc/iproute2/rt_tables")]
    public void Leftovers_of_the_vendors_helper_go_but_not_a_table_that_serves_others(string others, params string[] remedy)
    {
        Put("etc/iproute2/rt_tables", "31001\teth1\n101\teth1\n");
        Make("rule 32700: from 10.0.1.10 lookup 101", "rule 32701: from 10.0.1.11 lookup 31001", "rule 32702: from 10.0.0.10 lookup 31000", "route default via 10.0.1.1 dev eth1 table 101");
        if (others.Length > 0)
        {
            Make(others);
        }

        Assert.Equal(remedy, Just("vendor-helper", "eth1", Troubles()).Remedy);
    }

    [Fact]
    public void What_the_vendors_helper_left_goes_only_after_the_agents_own_is_there()
    {
        Make("rule 32700: from 10.0.1.10 lookup 101", "route default via 10.0.1.1 dev eth1 table 101");

        var finding = Undo("rule 31010: from 10.0.1.10/31 lookup 31001").Single(finding => finding.Check == "vendor-helper");

        Assert.Equal(["eni-agent sync", "ip rule del pref 32700 from 10.0.1.10 lookup 101", "ip route flush table 101"], finding.Remedy);
    }

    [Fact]
    public void Of_two_managers_one_gives_the_NIC_up_at_the_next_boot()
    {
        TwoManagers("[Match]\nName=eth0\n");
        var path = $"/etc/NetworkManager/conf.d/90-{$"{Vpc.Mac(0)}".Replace(":", "", StringComparison.Ordinal)}.conf";

        var finding = Just("two-managers", "eth0", Troubles());

        Assert.Equal([$"printf '[keyfile]\\nunmanaged-devices+=mac:{Vpc.Mac(0)}\\n' > {path}"], finding.Remedy);
        Assert.Contains($"{path} ends that at the next boot", finding.Evidence);
        Put(path[1..], $"[keyfile]\nunmanaged-devices+=mac:{Vpc.Mac(0)}\n");
        Assert.Empty(Troubles());
    }

    [Theory]
    [InlineData("Name=eth0", "mkdir -p /etc/systemd/network/80-cloud.network.d", "printf '[Link]\\nUnmanaged=yes\\n' > /etc/systemd/network/80-cloud.network.d/90-unmanaged.conf")]
    [InlineData("Name=eth*", "nmcli device show eth0", "networkctl status eth0")]
    [InlineData("Type=ether", "nmcli device show eth0", "networkctl status eth0")]
    public void Networkd_gives_a_NIC_up_only_where_its_file_is_for_that_alone(string match, params string[] remedy)
    {
        TwoManagers($"[Match]\n{match}\n\n[Network]\nDHCP=yes\n");

        Assert.Equal(remedy, Just("two-managers", "eth0", Look(host: new HostFacts { NetworkManagerManages = true })).Remedy);
    }

    private void TwoManagers(string network)
    {
        var index = _machine.Kernel.Links.Single(link => link.Name == "eth0").Index;
        Put($"run/NetworkManager/devices/{index}", "[device]\nmanaged=true\n");
        Put($"run/systemd/netif/links/{index}", "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/80-cloud.network\n");
        Put("etc/systemd/network/80-cloud.network", network);
    }

    [Fact]
    public void Strict_filtering()
    {
        _machine.Kernel.SetSysctl("eth1", SysctlKey.RpFilter, 1);

        Assert.Equal(["sysctl -w net.ipv4.conf.eth1.rp_filter=2"], Just("rp-filter", "eth1", Troubles()).Remedy);
    }

    [Fact]
    public void A_NIC_that_went_and_one_that_nobody_knows()
    {
        _machine.Kernel.RemoveLink("eth1");
        Just("eni-without-nic", $"{Vpc.Mac(1)}", Troubles());
        _machine.Plug(1);
        _machine.Plug(7);

        Assert.Contains(Troubles(), finding => finding is { Check: "nic-without-eni", Subject: "eth7" });
    }

    [Fact]
    public void An_ENI_whose_documents_are_wrong()
    {
        _snapshot = _snapshot with { Faults = [new EniFault(Vpc.Mac(1), IsPending: false, new("10.9.9.9 is outside", "10.9.9.9 不在子网内"))] };

        Just("eni-metadata", $"{Vpc.Mac(1)}", Troubles());
    }

    [Fact]
    public void Metadata_that_is_slow_or_away()
    {
        Just("metadata", "169.254.0.23:80", Look(time: TimeSpan.FromSeconds(1)));
        Just("metadata", "169.254.0.23:80", Look(failure: new MetadataResult.Failure(MetadataFailureKind.Unreachable, Sentence.AsIs("ECONNREFUSED"))));
    }

    [Theory]
    [InlineData("2026-05-07T00:00:00Z", true)]
    [InlineData("2026-05-06T07:08:30Z", false)]
    public void A_clock_that_was_set_back_shows_in_the_last_report(string lastSync, bool isWrong)
    {
        var troubles = Look(new MachineFacts { Now = Now, Status = StatusBuilder.Waiting(null) with { LastSync = DateTimeOffset.Parse(lastSync, null) } });

        Assert.Equal(isWrong ? ["clock"] : [], troubles.Select(finding => finding.Check));
    }

    [Fact]
    public void A_clock_from_before_this_program_was_made() => Just("clock", "clock", Look(new MachineFacts { Now = DateTimeOffset.UnixEpoch }));

    [Fact]
    public void A_service_that_is_stuck_and_one_that_is_in_trouble()
    {
        var status = StatusBuilder.Waiting(null) with { DaemonPid = 77, LastSync = Now - TimeSpan.FromMinutes(3) };
        Just("lock", "lock", Look(new MachineFacts { Now = Now, DaemonPid = 77, Status = status, StatusWritten = Now - TimeSpan.FromMinutes(3) }));

        status = status with { LastSync = Now, LastError = "contact was lost by the changes, and they were taken back" };
        Assert.Equal([status.LastError], Just("daemon", "eni-agent.service", Look(new MachineFacts { Now = Now, DaemonPid = 77, Status = status })).Evidence);

        // It looks at nothing while it holds changes back, and reports at every poll.
        status = status with { LastSync = Now - TimeSpan.FromMinutes(3), LastError = "eth1: EBUSY", WaitingFor = [new WaitReport(WaitFor.Retry) { Until = Now + TimeSpan.FromMinutes(7) }] };
        _machine.Kernel.SetUp("eth1", false);
        var held = Look(new MachineFacts { Now = Now, DaemonPid = 77, Status = status, StatusWritten = Now });
        Assert.Equal(["link", "daemon"], held.Select(finding => finding.Check));
        Assert.Equal("eth1: EBUSY", held[1].Evidence[0]);
        Assert.Contains("2026-05-06", held[1].Evidence[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Permissions()
    {
        Just("permissions", "CAP_NET_ADMIN", Look(new MachineFacts { Now = Now, MayConfigure = false }));
        Just("permissions", "/run/eni-agent", Look(new MachineFacts { Now = Now, FolderProblems = [("/run/eni-agent", new Sentence("/run/eni-agent belongs to user 1000", "/run/eni-agent 属于用户 1000"))] }));
        Just("permissions", "/run/eni-agent", Look(new MachineFacts { Now = Now, ReadOnly = ["/run/eni-agent"] }));
        Assert.Empty(Look(new MachineFacts { Now = Now, IsRoot = false, MayConfigure = false }));
    }

    [Fact]
    public void A_process_that_ended_halfway_and_another_instances_memory()
    {
        Just("interrupted", "transaction.json", Look(isInterrupted: true));
        Just("cloned-image", "ins-1", Look(isClone: true));
    }

    [Fact]
    public void A_file_that_undoes_a_setting()
    {
        _machine.Kernel.SetSysctl("all", SysctlKey.RpFilter, 0);
        _machine.Kernel.SetSysctl("eth1", SysctlKey.RpFilter, 1);
        Assert.True(_machine.Start().Converge(Vpc.Believe(_snapshot)).InSync);
        Put("etc/sysctl.d/99-x.conf", "net.ipv4.conf.eth1.rp_filter=1\n");

        Assert.Equal(["sed -i '1s/^/#/' /etc/sysctl.d/99-x.conf"], Just("sysctl-file", "/etc/sysctl.d/99-x.conf", Troubles()).Remedy);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "sysctl-file")]
    [InlineData(2, "")]
    public void Only_strict_filtering_in_a_file_undoes_loose_filtering(int value, string check)
    {
        _machine.Kernel.SetSysctl("eth1", SysctlKey.RpFilter, 1);
        Assert.True(_machine.Start().Converge(Vpc.Believe(_snapshot)).InSync);
        Put("etc/sysctl.d/99-x.conf", $"net.ipv4.conf.eth1.rp_filter={value}\n");

        Assert.Equal(check, string.Join(' ', Troubles().Select(finding => finding.Check)));
    }

    [Theory]
    [InlineData(RpFilterMode.Keep, true)]
    [InlineData(RpFilterMode.Off, false)]
    public void Strict_filtering_that_the_configuration_keeps_is_worth_a_note(RpFilterMode mode, bool isNoted)
    {
        _options = new AgentOptions { Network = new NetworkOptions { RpFilter = mode } };
        _machine.Kernel.SetSysctl("eth1", SysctlKey.RpFilter, 1);

        Assert.Equal(isNoted, Everything().Any(finding => finding is { Check: "rp-filter", Level: Level.Note, Subject: "eth1" }));
        Assert.DoesNotContain(Everything(), finding => finding is { Check: "rp-filter", Level: > Level.Note });
    }

    [Fact]
    public void What_seems_to_differ_is_a_note_where_not_everything_could_be_read()
    {
        Assert.Null(IpWords.Make(_machine.Kernel, "rule 31015: from 10.9.9.9 lookup 31001 proto 131"));
        Just("drift", "", Troubles());

        _notSeen = ["/var/lib/eni-agent/state.json"];
        var findings = Everything(new MachineFacts { Now = Now, IsRoot = false });
        Assert.DoesNotContain(findings, finding => finding.Level > Level.Note);
        Assert.Contains(findings, finding => finding is { Check: "drift", Level: Level.Note });
        Assert.Contains(findings, finding => finding.Check == "permissions" && finding.Evidence.Contains("/var/lib/eni-agent/state.json cannot be read"));
    }

    [Fact]
    public void A_folder_that_may_not_be_listed_counts_as_empty_and_is_noted()
    {
        var disk = new Mock<IFileTree>();
        disk.Setup(files => files.List("/etc/sysctl.d")).Throws<UnauthorizedAccessException>();
        disk.Setup(files => files.List("/run/sysctl.d")).Returns(["x.conf"]);
        var notSeen = new List<string>();
        var tree = new ReadableTree(disk.Object, notSeen);

        Assert.Empty(tree.List("/etc/sysctl.d"));
        Assert.Empty(tree.List("/etc/sysctl.d"));
        Assert.Equal(["x.conf"], tree.List("/run/sysctl.d"));
        Assert.Equal(["/etc/sysctl.d"], notSeen);
    }

    [Fact]
    public void Names_that_a_shell_would_not_take_as_one_word_are_quoted_and_files_are_below_the_root()
    {
        Assert.Equal(["eth0.5", "'a;b'", @"'it'\''s'", "'$(x)'", "''"], new[] { "eth0.5", "a;b", "it's", "$(x)", "" }.Select(Typed.Word));

        _root = "/mnt/image/";
        _machine.Kernel.SetSysctl("eth1", SysctlKey.RpFilter, 1);
        Assert.True(_machine.Start().Converge(Vpc.Believe(_snapshot)).InSync);
        Put("etc/sysctl.d/99 x.conf", "net.ipv4.conf.eth1.rp_filter=1\n");

        Assert.Equal(["sed -i '1s/^/#/' '/mnt/image/etc/sysctl.d/99 x.conf'"], Just("sysctl-file", "/etc/sysctl.d/99 x.conf", Troubles()).Remedy);
    }

    [Fact]
    public void A_folder_with_a_space_in_its_name() => Assert.Equal(
        ["chown root:root '/mnt/my image/run'", "chmod 755 '/mnt/my image/run'"],
        Just("permissions", "/mnt/my image/run", Look(new MachineFacts { Now = Now, FolderProblems = [("/mnt/my image/run", new Sentence("/mnt/my image/run is no folder", "/mnt/my image/run 不是目录"))] })).Remedy);

    [Fact]
    public void What_is_no_text_does_not_reach_a_terminal()
    {
        var finding = new Finding("path", Level.Error, "e\u001bth", "a\nb", ["1\t\u009bm2"], ["x\ry"]);

        Assert.Equal(("e?th", "a?b", "1\t?m2", "x?y"), (finding.Subject, finding.Summary, finding.Evidence[0], finding.Remedy[0]));
    }

    [Fact]
    public void A_file_in_a_folder_of_drop_ins_for_a_NIC_that_is_not_here()
    {
        Put("etc/systemd/network/10-x.network.d/eni-agent.conf", OwnFile);
        Put("etc/systemd/network/10 x.network", OwnFile);

        var findings = Look(failure: new MetadataResult.Failure(MetadataFailureKind.Unreachable, Sentence.AsIs("ECONNREFUSED"))).Where(finding => finding.Check == "file-of-another-nic");
        Assert.Equal(
            ["less '/etc/systemd/network/10 x.network'", "rm /etc/systemd/network/10-x.network.d/eni-agent.conf"],
            findings.SelectMany(finding => finding.Remedy).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Of_many_addresses_that_go_wrong_a_few_are_shown()
    {
        _snapshot = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, [.. Enumerable.Range(10, 20).Select(last => $"10.0.1.{last}")]));
        Assert.True(_machine.Start().Converge(Vpc.Believe(_snapshot)).InSync);
        Assert.Null(IpWords.Make(_machine.Kernel, "route default via 10.0.0.1 dev eth0 table 100"));
        Assert.Null(IpWords.Make(_machine.Kernel, "rule 500: from 10.0.0.0/8 lookup 100"));

        var evidence = Just("rule-hidden", "eth1", Troubles()).Evidence;

        Assert.Equal(5, evidence.Count(line => line.Contains(" to ", StringComparison.Ordinal)));
        Assert.Contains(evidence, line => line.StartsWith("and ", StringComparison.Ordinal) && line.EndsWith(" more", StringComparison.Ordinal));
    }

    [Fact]
    public void Published_ports_are_one_note_for_a_bridge_whatever_the_number_of_ENIs()
    {
        _machine.Plug(2);
        _snapshot = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10"), Vpc.Secondary(2, "10.0.2.10"));
        Assert.True(_machine.Start().Converge(Vpc.Believe(_snapshot)).InSync);
        _machine.Kernel.AddLink(new Link { Index = 0, Name = "docker0", Mac = default, Kind = "bridge", IsUp = true });
        Assert.Null(IpWords.Make(_machine.Kernel, "address 172.17.0.1/16 dev docker0"));

        var note = Assert.Single(Everything(new MachineFacts { Now = Now, Forwards = true }), finding => finding.Check == "published-ports");

        Assert.Equal("eth1, eth2", note.Subject);
        Assert.Equal(8, note.Remedy.Count);
        Assert.Contains("nft add rule ip eni-agent-ports replies iifname docker0 ct mark 31002 meta mark set ct mark", note.Remedy);
    }

    private static string OwnFile => Marker.For(Vpc.Mac(9)) + "\n";

    private static Finding Just(string check, string subject, IReadOnlyList<Finding> troubles)
    {
        Assert.True(troubles is [{ } only] && only.Check == check && only.Subject == subject, string.Join('\n', troubles.Select(f => $"{f.Check} {f.Subject}: {f.Summary}\n  {string.Join("\n  ", f.Evidence)}")));
        return troubles[0];
    }

    private void Put(string path, string text)
    {
        var full = Path.Combine(_machine.Paths.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private void Make(params string[] lines) => Assert.All(lines, line => Assert.Null(IpWords.Make(_machine.Kernel, line)));

    private void Unroute(string route)
    {
        var observed = _machine.Kernel.Observe(new ObserveRequest(_machine.Kernel.Links.Select(link => link.Mac).ToHashSet(), 131, AllMainRoutes: true));
        var there = observed.Routes.Single(r => r.Table == Route.MainTable && StepText.Of(r, index => _machine.Kernel.Links.Single(link => link.Index == index).Name) == route);
        Assert.All(_machine.Kernel.Apply([new DeleteRoute(there) { Phase = StepPhase.RouteRemoval, Reason = "" }]), outcome => Assert.Null(outcome.Failure));
    }

    // Somebody takes away what a line of `ip` puts there.
    private IReadOnlyList<Finding> Undo(string line)
    {
        var observed = _machine.Kernel.Observe(new ObserveRequest(_machine.Kernel.Links.Select(link => link.Mac).ToHashSet(), 131, AllMainRoutes: false));
        var steps = observed.Addresses.Where(a => line.StartsWith($"address {a.Address} ", StringComparison.Ordinal)).Select(a => (Step)new DeleteAddress(a) { Phase = StepPhase.AddressRemoval, Reason = "" })
            .Concat(observed.Rules.Where(rule => line == $"rule {StepText.Of(rule)}").Select(rule => new DeleteRule(rule) { Phase = StepPhase.RuleRemoval, Reason = "" })).ToList();
        Assert.Single(steps);
        Assert.All(_machine.Kernel.Apply(steps), outcome => Assert.Null(outcome.Failure));
        return Troubles();
    }

    private IReadOnlyList<Finding> Troubles() => Look();

    private IReadOnlyList<Finding> Look(MachineFacts? facts = null, TimeSpan time = default, MetadataResult.Failure? failure = null, bool isInterrupted = false, bool isClone = false, HostFacts? host = null) =>
        [.. Everything(facts, time, failure, isInterrupted, isClone, host).Where(finding => finding.Level > Level.Note)];

    // Whatever is found is also said in Chinese, but for what stands in a file.
    private IReadOnlyList<Finding> Everything(MachineFacts? facts = null, TimeSpan time = default, MetadataResult.Failure? failure = null, bool isInterrupted = false, bool isClone = false, HostFacts? host = null)
    {
        var examination = new Examination
        {
            Language = Language.Chinese,
            Options = _options,
            MetadataFailure = failure,
            MetadataTime = time,
            Belief = Vpc.Believe(_snapshot),
            Result = _machine.Start(_options).Plan(Vpc.Believe(_snapshot)) with
            {
                Files = host is null ? null : new FilesResult(new BackendChoice(null, "none", new BackendReason(BackendCause.Configured), host), FilePlan.Empty, []),
            },
            Kernel = new FakeInspector(_machine.Kernel),
            Features = _machine.Kernel.Features,
            Files = new DiskTree(Disk.Instance, _machine.Paths.Root),
            Machine = facts ?? new MachineFacts { Now = Now },
            IsInterrupted = isInterrupted,
            IsClone = isClone,
            Root = _root,
            NotSeen = _notSeen,
        };
        Assert.All(AllChecks.Look(examination), finding => Assert.All(finding.Evidence.Prepend(finding.Summary).Where(line => !line.StartsWith('#')), line => Assert.Empty(ChineseText.EnglishIn(line))));
        examination.Language = Language.English;
        return AllChecks.Look(examination);
    }
}
