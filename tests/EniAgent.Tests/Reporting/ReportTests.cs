using System.Text.Json;
using System.Text.RegularExpressions;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;
using EniAgent.Doctor;
using EniAgent.Linux.State;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Detection;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;
using EniAgent.Reporting;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Reporting;

public sealed partial class ReportTests : IDisposable
{
    private static readonly Terminal Plain = new(false);

    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    /// <summary>Two ENIs with names and numbers as long as they are in life; the secondary one has an EIP.</summary>
    private static MetadataSnapshot Typical => Vpc.Snapshot(
        Vpc.Primary() with { SubnetId = "subnet-5ruq9mzz", VpcId = "vpc-kd7d06of" },
        Vpc.Secondary(1) with
        {
            SubnetId = "subnet-0a1b2c3d",
            VpcId = "vpc-kd7d06of",
            Addresses = [new AddressMetadata(Vpc.Ip("10.0.1.10"), Vpc.Ip("203.0.113.114"), "NAT"), new AddressMetadata(Vpc.Ip("10.0.1.111"))],
        })
        with
        { InstanceId = "ins-0a1b2c3d" };

    [Fact]
    public void The_plan_of_a_new_ENI() => Matches("plan.txt", PlanOf(_machine.Start().Plan(Vpc.Believe(Typical)), Plain));

    [Fact]
    public void The_plan_of_a_machine_in_sync_says_so()
    {
        Converge(Typical);

        Assert.Equal("in sync, nothing to do\n", PlanOf(_machine.Start().Plan(Vpc.Believe(Typical)), Plain));
    }

    [Fact]
    public void The_plan_of_a_detached_ENI()
    {
        Converge(Typical);

        Matches("plan-detached.txt", PlanOf(_machine.Start().Plan(Vpc.Believe(Vpc.Snapshot(Vpc.Primary()))), Plain));
    }

    [Fact]
    public void A_plan_says_what_is_in_the_way()
    {
        Assert.Null(IpWords.Make(_machine.Kernel, "address 10.0.1.10/16 dev eth1"));

        var text = PlanOf(_machine.Start().Plan(Vpc.Believe(Typical)), Plain);

        Assert.Contains("\n! 10.0.1.10/16 stands on eth1 with another prefix length", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_of_files_shows_which_lines_change_and_why_they_are_those_files()
    {
        Converge(Typical);

        Matches("plan-files.txt", PlanOf(WithFiles(_machine.Start().Plan(Vpc.Believe(Typical))), Plain));
    }

    [Fact]
    public void What_files_of_others_hold_steers_no_terminal()
    {
        var result = WithFiles(_machine.Start().Plan(Vpc.Believe(Typical)));
        var change = new FileChange("/etc/netplan/a\e.yaml", "a: 1\r\n# \e]0;x\a\u202e\tä😀\n", "a: 2\n", default, FileChangeKind.Edited);

        var text = PlanOf(result with { Files = result.Files! with { Plan = new FilePlan([change], []), Problems = ["a\e[2J"] } }, Plain);

        Assert.Contains("~ /etc/netplan/a\\u001b.yaml\n    -a: 1\\u000d\n    -# \\u001b]0;x\\u0007\\u202e\tä😀\n", text, StringComparison.Ordinal);
        Assert.Contains("! a\\u001b[2J\n", text, StringComparison.Ordinal);
        Assert.All(text, c => Assert.True(c is '\n' or '\t' || !char.IsControl(c)));
    }

    [Fact]
    public void The_plan_of_files_for_programs()
    {
        Converge(Typical);

        Matches("plan-files.json", PlanJson.Of(WithFiles(_machine.Start().Plan(Vpc.Believe(Typical)))) + "\n");
    }

    [Fact]
    public void Every_field_for_programs_is_documented()
    {
        var sections = RepositoryFolder.Read("docs/json.md").Split("\n## ");
        var plan = PlanJson.Of(WithFiles(_machine.Start().Plan(Vpc.Believe(Typical))));
        var saved = SnapshotFile.ToText(Typical with { Faults = [new EniFault(Vpc.Mac(5), IsPending: true, Sentence.AsIs("local-ipv4s/ is not there yet"))] });
        var doctor = DoctorJson.Of([new EniAgent.Doctor.Finding("path", Level.Error, "eth1", "", [""], [""])], showAll: false);
        foreach (var (json, section) in new[] { plan, Report(Converge(Typical), Typical).ToJson(), saved, doctor }.Zip(sections[1..]))
        {
            Assert.All(NamesWithin(JsonDocument.Parse(json).RootElement), name => Assert.Matches($@"`(\w+\[\]\.)?{name}`", section));
        }
    }

    private static ReconcileResult WithFiles(ReconcileResult result)
    {
        var changes = new FileChange[]
        {
            new("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nIPADDR=10.0.0.9\n", "DEVICE=eth0\nIPADDR=10.0.0.10\n", default, FileChangeKind.Edited),
            new("/etc/sysconfig/network-scripts/ifcfg-eth1", null, "DEVICE=eth1\n", default, FileChangeKind.Created),
            new("/etc/sysctl.d/90-eni-agent.conf", "a=1\n", null, default, FileChangeKind.Created),
        };
        var choice = new BackendChoice(null, "ifcfg", new BackendReason(BackendCause.NetworkService), new HostFacts());

        return result with { Files = new FilesResult(choice, new FilePlan(changes, []), ["/etc is read-only"]) };
    }

    [Fact]
    public void A_plan_says_of_an_ENI_without_a_NIC_or_with_faulty_documents_what_is_the_matter()
    {
        var snapshot = Typical with { Enis = [.. Typical.Enis, Vpc.Secondary(3)], Faults = [new EniFault(Vpc.Mac(6), IsPending: false, Sentence.AsIs("10.9.9.9 is outside of 10.0.6.0/24"))] };
        Converge(Typical);

        Matches("plan-troubled.txt", PlanOf(_machine.Start().Plan(Vpc.Believe(snapshot)), Plain));
    }

    [Fact]
    public void Every_step_of_a_plan_has_its_reason()
    {
        var plan = _machine.Start().Plan(Vpc.Believe(Typical));
        var lines = PlanOf(plan, Plain).Split('\n');

        Assert.All(plan.Planning.Plan.Steps, step => Assert.NotEmpty(step.Reason));
        Assert.Equal(plan.Planning.Plan.Steps.Length, lines.Count(line => line.Contains("# ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_plan_for_programs() => Matches("plan.json", PlanJson.Of(_machine.Start().Plan(Vpc.Believe(Typical))) + "\n");

    [Theory]
    [InlineData("status.txt", false)]
    [InlineData("status.zh.txt", true)]
    public void The_status_of_a_machine_in_sync(string name, bool isChinese) =>
        Matches(name, StatusOf(Report(Converge(Typical), Typical), new Language(isChinese)));

    [Theory]
    [InlineData("status-troubled.txt", false)]
    [InlineData("status-troubled.zh.txt", true)]
    public void The_status_of_a_machine_where_all_sorts_of_things_are_wrong(string name, bool isChinese)
    {
        _machine.Plug(4);
        Assert.Null(IpWords.Make(_machine.Kernel, "address 10.0.4.10/16 dev eth4"));
        var snapshot = Typical with
        {
            Enis = [.. Typical.Enis, Vpc.Secondary(3), Vpc.Secondary(4)],
            Faults =
            [
                new EniFault(Vpc.Mac(5), IsPending: true, new("local-ipv4s/ is not there yet", "缺少 local-ipv4s/")),
                new EniFault(Vpc.Mac(6), IsPending: false, new("10.9.9.9 is outside of 10.0.6.0/24", "10.9.9.9 不在 10.0.6.0/24 内")),
            ],
        };
        _machine.Stack.Fails = step => step is AddAddress && step.Eni == Vpc.Mac(1) ? new StepFailure(FailureKind.Denied, "EPERM") : null;

        var report = Report(Converge(snapshot), snapshot) with { DaemonPid = null, LockHolder = 77, LastChange = null, NotSeen = ["/run/eni-agent/ledger.json"] };
        Matches(name, StatusOf(report, new Language(isChinese)).Replace(" (root may read them)", "", StringComparison.Ordinal).Replace("（请以 root 身份查看）", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("status-waiting.txt", false)]
    [InlineData("status-waiting.zh.txt", true)]
    public void The_status_before_metadata_has_answered(string name, bool isChinese) =>
        Matches(name, StatusOf(
            StatusBuilder.Waiting(new("metadata: no answer within 2 s", "实例元数据：2 秒内没有应答")) with { DaemonPid = 1234, WaitingFor = [new WaitReport(WaitFor.Metadata) { Since = At, Attempts = 7 }] },
            new Language(isChinese)));

    [Theory]
    [InlineData("status-waits.txt", false)]
    [InlineData("status-waits.zh.txt", true)]
    public void The_status_says_all_that_is_waited_for(string name, bool isChinese)
    {
        var gone = Vpc.Mac(7);
        var belief = Vpc.Believe(Typical) with
        {
            HeldEnis = [gone],
            HeldAddresses = [new(Vpc.Mac(1), Vpc.Ip("10.0.1.12")), new(Vpc.Mac(1), Vpc.Ip("10.0.1.11"))],
        };
        var report = StatusBuilder.Of(belief, _machine.Start().Converge(belief), null);
        Matches(name, StatusOf(
            report with
            {
                WaitingFor =
                [
                    .. report.WaitingFor,
                    new WaitReport(WaitFor.Metadata),
                    new WaitReport(WaitFor.Eni, gone.ToString()),
                    new WaitReport(WaitFor.Retry) { Until = At },
                    new WaitReport(WaitFor.Repair) { Until = At },
                ],
            },
            new Language(isChinese)));
    }

    [Theory]
    [InlineData("status.zh.txt")]
    [InlineData("status-troubled.zh.txt")]
    [InlineData("status-waiting.zh.txt")]
    [InlineData("status-waits.zh.txt")]
    [InlineData("doctor-chinese.txt")]
    public void A_report_in_chinese_is_chinese(string name) =>
        Assert.Empty(ChineseText.EnglishIn(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reporting/Texts", name))));

    [Fact]
    public void What_the_daemon_has_written_down_is_said_in_chinese_where_its_words_are_known()
    {
        var read = StatusReport.Parse((Report(Converge(Typical), Typical) with { LastError = "contact was lost by the changes, and they were taken back" }).ToJson())!;

        Assert.Contains("错误      变更导致失联，已全部回退\n", StatusOf(read, Language.Chinese), StringComparison.Ordinal);
        Assert.Contains("contact was lost by the changes, and they were taken back\n", StatusOf(read), StringComparison.Ordinal);
        Assert.Contains("错误      disk full\n", StatusOf(read with { LastError = "disk full" }, Language.Chinese), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_wait_has_words_in_both_languages()
    {
        var kinds = typeof(WaitFor).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.NotEmpty(kinds);
        Assert.All(kinds, kind => Assert.All([Language.English, Language.Chinese], language =>
            Assert.DoesNotContain("MAC", new StatusWords(language).Wait(new WaitReport(kind) { Detail = "MAC" }, At)[..3], StringComparison.Ordinal)));
        Assert.All(kinds, kind => Assert.NotEqual(kind, new StatusWords(Language.Chinese).Wait(new WaitReport(kind), At)));
    }

    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, " (0 s ago)")]
    [InlineData(59.9, " (59 s ago)")]
    [InlineData(60, " (1 min ago)")]
    [InlineData(3600, " (1 h ago)")]
    [InlineData(47 * 3600, " (47 h ago)")]
    [InlineData(49 * 3600, " (2 days ago)")]
    public void A_time_says_how_long_ago_it_is_unless_the_clock_was_set(double seconds, string age) =>
        Assert.Equal($"{At.ToLocalTime():yyyy-MM-dd HH:mm:ss}{age}", new StatusWords(Language.English).Time(At, At.AddSeconds(seconds)));

    [Fact]
    public void Signs_and_colours_are_beside_the_words_and_never_instead()
    {
        var report = Report(Converge(Typical), Typical);
        using var output = new StringWriter();
        StatusText.Write(output, new Terminal(true, true), Language.English, At.AddSeconds(12), report);

        Assert.Contains("\e[32m✓ in-sync\e[0m", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(Words(StatusOf(report)), Words(WithoutVersion(Colours().Replace(output.ToString(), "").Replace("✓ ", "", StringComparison.Ordinal))
            .Replace($"{At.ToLocalTime():yyyy-MM-dd HH:mm:ss}", "LOCAL TIME", StringComparison.Ordinal)));

        static string[] Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void The_status_for_programs() => Matches("status.json", WithoutVersion(Report(Converge(Typical), Typical).ToJson()) + "\n");

    [Fact]
    public void The_names_in_the_status_for_programs_are_those_of_the_contract()
    {
        var json = JsonDocument.Parse(Report(Converge(Typical), Typical).ToJson()).RootElement;
        var eni = json.GetProperty("enis")[1];

        Assert.Superset(Set("version instanceId state lastSync lastChange lastError backend enis counters"), Names(json));
        Assert.Superset(Set("name reason"), Names(json.GetProperty("backend")));
        Assert.Superset(Set("mac interface primary subnetId vpcId slot table gateway state addresses routes error"), Names(eni));
        Assert.Superset(Set("address primary publicAddress publicAddressMode state"), Names(eni.GetProperty("addresses")[0]));
        Assert.Superset(Set("syncs changes driftRepairs metadataRequests metadataFailures"), Names(json.GetProperty("counters")));
    }

    [Fact]
    public void What_is_written_can_be_read_and_what_is_no_report_is_none()
    {
        var json = Report(Converge(Typical), Typical).ToJson();

        Assert.Equal(json, StatusReport.Parse(json)!.ToJson());
        Assert.NotNull(StatusReport.Parse(json.Replace("\"slot\"", "\"somethingNew\": 1, \"slot\"", StringComparison.Ordinal)));
        Assert.Null(StatusReport.Parse(""));
        Assert.Null(StatusReport.Parse("null"));
        Assert.Null(StatusReport.Parse("{\"version\":1}"));
        Assert.Null(StatusReport.Parse("{\"version\":\"1.0.0\""));
    }

    [Fact]
    public void A_long_complaint_goes_on_below_its_beginning()
    {
        using var output = new StringWriter();
        new Terminal(true).WriteWrapped(output, "error: ", string.Join(' ', Enumerable.Repeat("12345", 14)));
        Plain.WriteWrapped(output, "! ", new string('x', 100));

        Assert.Equal(
            $"\e[31merror: {string.Join(' ', Enumerable.Repeat("12345", 12))}\e[0m\n\e[31m       12345 12345\e[0m\n! {new string('x', 100)}\n",
            output.ToString());
    }

    [Theory]
    [InlineData("in-sync", 0, "2 ENIs, 3 addresses, in sync")]
    [InlineData("in-sync", 1, "2 ENIs, 3 addresses, in sync, 1 change made")]
    [InlineData("degraded", 12, "2 ENIs, 3 addresses, degraded, 12 changes made")]
    public void The_summary_is_one_line(string state, int changes, string expected) =>
        Assert.Equal(expected, StatusText.Summary(Report(Converge(Typical), Typical) with { State = state }, changes));

    [Fact]
    public void Colour_changes_nothing_but_the_colour()
    {
        var plan = _machine.Start().Plan(Vpc.Believe(Typical));
        var coloured = PlanOf(plan, new Terminal(true));

        Assert.Contains("\e[32m+ address", coloured, StringComparison.Ordinal);
        Assert.Equal(PlanOf(plan, Plain), Colours().Replace(coloured, ""));
        Assert.DoesNotContain('\e', PlanOf(plan, Plain));
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(false, "", true)]
    [InlineData(false, "1", false)]
    [InlineData(true, null, false)]
    public void Colour_is_for_terminals_and_for_those_who_want_it(bool isRedirected, string? noColour, bool expected) =>
        Assert.Equal(expected, Terminal.Choose(isRedirected, noColour, isUtf8: false).UseColour);

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    public void Signs_are_for_terminals_that_show_them(bool isRedirected, bool isUtf8, bool expected) =>
        Assert.Equal(expected, Terminal.Choose(isRedirected, "1", isUtf8).UseSymbols);

    private static void Matches(string name, string actual)
    {
        Golden.Matches(name, actual);

        // The rule that lets main answer is longer than any terminal's line in the words of ip already.
        Assert.Empty(name.EndsWith(".txt", StringComparison.Ordinal) ? Golden.TooLong(actual).Where(line => !line.Contains("suppress_ifgroup", StringComparison.Ordinal)) : []);
    }

    private static HashSet<string> Names(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];

    private static IEnumerable<string> NamesWithin(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => NamesWithin(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(NamesWithin),
        _ => [],
    };

    private static HashSet<string> Set(string names) => [.. names.Split(' ')];

    private static string PlanOf(ReconcileResult result, Terminal terminal)
    {
        using var output = new StringWriter();
        PlanText.Write(output, terminal, result);
        return output.ToString();
    }

    private static string StatusOf(StatusReport report, Language? language = null)
    {
        // People are told the time of their own clock.
        using var output = new StringWriter();
        StatusText.Write(output, Plain, language ?? Language.English, At.AddSeconds(12), report);
        return WithoutVersion(output.ToString()).Replace($"{At.ToLocalTime():yyyy-MM-dd HH:mm:ss}", "LOCAL TIME", StringComparison.Ordinal);
    }

    private static string WithoutVersion(string text) => text.Replace(StatusBuilder.Version, "VERSION", StringComparison.Ordinal);

    private static StatusReport Report(ReconcileResult result, MetadataSnapshot snapshot) => StatusBuilder.Of(Vpc.Believe(snapshot), result, null) with
    {
        LastSync = At,
        LastChange = At,
        DaemonPid = 1234,
    };

    [GeneratedRegex("\e\\[[0-9]+m")]
    private static partial Regex Colours();

    private ReconcileResult Converge(MetadataSnapshot snapshot) => _machine.Start().Converge(Vpc.Believe(snapshot));
}
