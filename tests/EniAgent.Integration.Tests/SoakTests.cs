using System.Globalization;
using System.Xml.Linq;
using EniAgent.Chaos.Soak;
using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>A soak from its beginning to its end, in seconds; <c>make soak</c> takes its time.</summary>
[Trait("Needs", "root")]
// The soak starts the agent itself.
[Trait("Confined", "no")]
public sealed class SoakTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eni-soak-").FullName;

    [Fact]
    public async Task A_soak_of_seconds_finds_all_well_and_leaves_its_figures()
    {
        var found = await RunAsync(Pace.Hurried, TimeSpan.FromSeconds(15));

        // Memory takes minutes to be warm, and an idle thread stays for twenty seconds.
        Assert.All(
            found.Where(finding => !finding.What.Contains("memory", StringComparison.Ordinal) && finding.What != "threads"),
            finding => Assert.True(finding.IsWell, $"{finding.What}: {finding.Words}"));
        var rows = File.ReadAllLines(Path.Combine(_folder, "soak.csv")).Select(line => line.Split(',')).ToList();
        var last = rows[0].Zip(rows[^1].Select(value => double.Parse(value, CultureInfo.InvariantCulture))).ToDictionary();
        Assert.InRange(last["changes"], 25, 60);
        Assert.InRange(last["log_lines"], 10, last["log_lines_allowed"]);
        Assert.InRange(last["requests"], 10 * 5, last["requests_allowed"]);
        Assert.InRange(last["descriptors"], 4, 100);
        Assert.InRange(last["private_dirty_mb"], 1, 40);
        var picture = XDocument.Load(Path.Combine(_folder, "soak.svg")).Root!;
        Assert.Equal(Series.All.Count + Series.All.Count(series => series.Allowed is not null), picture.Descendants(picture.Name.Namespace + "polyline").Count());
        Assert.NotEmpty(File.ReadAllLines(Path.Combine(_folder, "eni-agent.log")));
    }

    [Fact]
    public async Task An_agent_that_asks_more_often_than_it_should_is_found_out()
    {
        var minute = TimeSpan.FromMinutes(1);

        var found = await RunAsync(Pace.Hurried with { Poll = minute, Address = minute, Eni = minute, Hiccup = minute }, TimeSpan.FromSeconds(6));

        Assert.False(found.Single(finding => finding.What == "metadata requests").IsWell);
        Assert.True(found.Single(finding => finding.What == "log lines").IsWell);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<IReadOnlyList<Finding>> RunAsync(Pace pace, TimeSpan length) =>
        SoakRun.RunAsync(AgentBinary.Path, pace, length, _folder);
}
