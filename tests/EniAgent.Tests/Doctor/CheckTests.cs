using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Doctor;
using EniAgent.Linux.Files;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Files;
using EniAgent.Reporting;
using EniAgent.Tests.Fakes;
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
    public void A_rule_that_is_asked_first_is_moved_behind_unless_it_is_for_this_ENI_alone(string rule, params string[] remedy)
    {
        Assert.Null(IpWords.Make(_machine.Kernel, "route default via 10.0.0.1 dev eth0 table 100"));
        Assert.Null(IpWords.Make(_machine.Kernel, rule));

        Assert.Equal(remedy, Just("rule-hidden", "eth1", Troubles()).Remedy);
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
        _snapshot = _snapshot with { Faults = [new EniFault(Vpc.Mac(1), IsPending: false, "10.9.9.9 is outside")] };

        Just("eni-metadata", $"{Vpc.Mac(1)}", Troubles());
    }

    [Fact]
    public void Metadata_that_is_slow_or_away()
    {
        Just("metadata", "169.254.0.23:80", Look(time: TimeSpan.FromSeconds(1)));
        Just("metadata", "169.254.0.23:80", Look(failure: new MetadataResult.Failure(MetadataFailureKind.Unreachable, "ECONNREFUSED")));
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
        Just("lock", "lock", Look(new MachineFacts { Now = Now, DaemonPid = 77, Status = status }));

        status = status with { LastSync = Now, LastError = "contact was lost by the changes, and they were taken back" };
        Assert.Equal([status.LastError], Just("daemon", "eni-agent.service", Look(new MachineFacts { Now = Now, DaemonPid = 77, Status = status })).Evidence);
    }

    [Fact]
    public void Permissions()
    {
        Just("permissions", "CAP_NET_ADMIN", Look(new MachineFacts { Now = Now, MayConfigure = false }));
        Just("permissions", "/run/eni-agent", Look(new MachineFacts { Now = Now, FolderProblems = [("/run/eni-agent", "/run/eni-agent belongs to user 1000")] }));
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
        Just("permissions", "/mnt/my image/run", Look(new MachineFacts { Now = Now, FolderProblems = [("/mnt/my image/run", "/mnt/my image/run is no folder")] })).Remedy);

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

        var findings = Look(failure: new MetadataResult.Failure(MetadataFailureKind.Unreachable, "ECONNREFUSED")).Where(finding => finding.Check == "file-of-another-nic");
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

    private IReadOnlyList<Finding> Look(MachineFacts? facts = null, TimeSpan time = default, MetadataResult.Failure? failure = null, bool isInterrupted = false, bool isClone = false) =>
        [.. Everything(facts, time, failure, isInterrupted, isClone).Where(finding => finding.Level > Level.Note)];

    private IReadOnlyList<Finding> Everything(MachineFacts? facts = null, TimeSpan time = default, MetadataResult.Failure? failure = null, bool isInterrupted = false, bool isClone = false) =>
        AllChecks.Look(new Examination
        {
            Language = Language.English,
            Options = _options,
            MetadataFailure = failure,
            MetadataTime = time,
            Belief = Vpc.Believe(_snapshot),
            Result = _machine.Start(_options).Plan(Vpc.Believe(_snapshot)),
            Kernel = new FakeInspector(_machine.Kernel),
            Features = _machine.Kernel.Features,
            Files = new DiskTree(Disk.Instance, _machine.Paths.Root),
            Machine = facts ?? new MachineFacts { Now = Now },
            IsInterrupted = isInterrupted,
            IsClone = isClone,
            Root = _root,
            NotSeen = _notSeen,
        });
}
