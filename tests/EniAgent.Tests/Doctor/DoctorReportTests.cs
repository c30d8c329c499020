using System.Text.RegularExpressions;
using EniAgent.Doctor;
using EniAgent.Reporting;
using EniAgent.Tests.Reporting;

namespace EniAgent.Tests.Doctor;

public partial class DoctorReportTests
{
    private static readonly IReadOnlyList<Finding> Some =
    [
        new("path", Level.Error, "eth1", "packets from addresses of eth1 do not leave through it",
            ["10.0.2.10 to 119.29.29.29 (internet): via 10.0.1.1 dev eth0 table main", "by rule 32766: from all lookup main", "by route default via 10.0.1.1 dev eth0"],
            ["eni-agent sync"]),
        new("sysctl-file", Level.Warning, "/etc/sysctl.d/99-hardening.conf", "a file undoes rp_filter of eth1 at the next boot",
            ["/etc/sysctl.d/99-hardening.conf:3: net.ipv4.conf.eth1.rp_filter = 1"], ["sed -i '3s/^/#/' /etc/sysctl.d/99-hardening.conf"]),
        new("daemon", Level.Note, "eni-agent.service", "the service does not run: changes in the console are not followed", [], ["systemctl enable --now eni-agent"]),
        new("link", Level.Ok, "eth0", "ENI 52:54:00:bf:b3:51, up", [], []),
    ];

    private static readonly IReadOnlyList<Finding> InChinese =
    [
        new("address-missing", Level.Error, "eth1", "eth1 上缺少内网 IP 10.0.3.133/24", ["元数据中有，内核中没有，这一行很长很长很长，需要在八十列之内换行，因此写到这里还没有结束，还要再写一些字"], ["eni-agent sync"]),
    ];

    [Fact]
    public void What_was_found_for_people() => Golden.Matches("doctor.txt", Text(Language.English, Some, showAll: false));

    [Fact]
    public void What_was_found_in_chinese() => Golden.Matches("doctor-chinese.txt", Text(Language.Chinese, InChinese, showAll: false));

    [Fact]
    public void What_is_well_one_by_one() => Assert.Contains("ok link eth0: ENI 52:54:00:bf:b3:51, up\n", Text(Language.English, Some, showAll: true), StringComparison.Ordinal);

    [Fact]
    public void What_could_not_be_looked_at_is_not_called_well() =>
        Assert.StartsWith("ok: metadata, kernel, clock, permissions, agent\n", Text(Language.English, [], showAll: false, hasBelief: false), StringComparison.Ordinal);

    [Fact]
    public void What_was_found_for_programs() => Golden.Matches("doctor.json", DoctorJson.Of(Some, showAll: false) + "\n");

    [Fact]
    public void A_command_is_never_broken_and_no_other_line_is_too_long()
    {
        var command = "ip rule add " + new string('x', 90);
        var finding = new Finding("path", Level.Error, "eth1", string.Join(' ', Enumerable.Repeat("word", 40)), [string.Join(' ', Enumerable.Repeat("word", 40))], [command]);

        var text = Text(Language.English, [finding], showAll: false);

        Assert.Equal(["        " + command], Golden.TooLong(text));
    }

    [Fact]
    public void The_worst_comes_first()
    {
        var found = new Findings();
        found.Note("daemon", "", "", []);
        found.Error("path", "1", "", [], []);
        found.Warn("clock", "", "", [], []);
        found.Error("path", "2", "", [], []);

        Assert.Equal(["path1", "path2", "clock", "daemon"], found.All.Select(finding => finding.Check + finding.Subject));
    }

    [Fact]
    public void Every_check_has_a_paragraph_in_the_document_and_none_is_made_up() => Assert.Equal(
        AllChecks.InOrder.SelectMany(check => check.Ids).Order(StringComparer.Ordinal),
        Paragraph().Matches(RepositoryFolder.Read("docs/doctor.md")).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_check_has_a_scenario_that_breaks_just_that()
    {
        var scenarios = string.Concat(Directory.EnumerateFiles(RepositoryFolder.PathOf("tests/EniAgent.Integration.Tests/Doctor"), "*DoctorTests.cs").Select(File.ReadAllText));

        Assert.DoesNotContain(AllChecks.InOrder.SelectMany(check => check.Ids), id => !scenarios.Contains($"\"{id}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Whatever_is_said_in_chinese_has_the_punctuation_of_chinese_and_no_english_in_it()
    {
        var files = Directory.EnumerateFiles(RepositoryFolder.PathOf("src"), "*Words.cs", SearchOption.AllDirectories).Where(file => !file.EndsWith("HelpWords.cs", StringComparison.Ordinal)).ToList();
        Assert.Contains(files, file => file.EndsWith("/AnswerWords.cs", StringComparison.Ordinal));
        foreach (var file in files.Append(RepositoryFolder.PathOf("src/EniAgent.Persistence/Detection/BackendReason.cs")))
        {
            var texts = Quoted().Matches(File.ReadAllText(file)).Select(match => Placeholder().Replace(match.Value, "x")).Where(text => text.Any(c => c is >= '\u4e00' and <= '\u9fff')).ToList();
            Assert.DoesNotContain(texts, text => text.IndexOfAny([',', ';', '(', ')', '?', '!']) >= 0 || text.Contains(": ", StringComparison.Ordinal));
            Assert.All(texts, text => Assert.Empty(ChineseText.EnglishIn(text.Trim('"'))));
        }
    }

    private static string Text(Language language, IReadOnlyList<Finding> findings, bool showAll, bool hasBelief = true)
    {
        using var output = new StringWriter { NewLine = "\n" };
        DoctorText.Write(output, new Terminal(false), language, AllChecks.That(hasBelief), findings, showAll);
        return output.ToString();
    }

    [GeneratedRegex("^`([a-z-]+)`:", RegexOptions.Multiline)]
    private static partial Regex Paragraph();

    [GeneratedRegex("\"(?:[^\"\\\\\\n]|\\\\.)*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();
}
