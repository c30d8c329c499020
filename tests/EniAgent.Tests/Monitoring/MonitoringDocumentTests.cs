using System.Text.Json;
using System.Text.RegularExpressions;

namespace EniAgent.Tests.Monitoring;

/// <summary>Dashboard, alert rules and their description speak of the metrics that there are.</summary>
public partial class MonitoringDocumentTests
{
    // As the golden text has them: families, and a histogram's series.
    private static readonly string[] Exported =
    [
        .. Type().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reporting", "Texts", "metrics.prom")))
            .SelectMany(type => type.Groups[2].Value == "histogram" ? new[] { "", "_bucket", "_sum", "_count" }.Select(end => type.Groups[1].Value + end) : [type.Groups[1].Value]),
    ];

    [Theory]
    [InlineData("docs/monitoring/grafana.json")]
    [InlineData("docs/monitoring/alerts.yml")]
    [InlineData("docs/monitoring/alerts_test.yml")]
    [InlineData("docs/monitoring/README.md")]
    public void Every_metric_that_is_named_is_exported(string document)
    {
        var named = Named(RepositoryFolder.Read(document));

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Exported));
    }

    [Fact]
    public void Every_metric_that_is_exported_is_described() =>
        Assert.DoesNotContain(Exported.Except(Named(RepositoryFolder.Read("docs/monitoring/README.md"))), name => !Regex.IsMatch(name, "_(bucket|sum|count)$"));

    [Fact]
    public void The_dashboard_is_JSON_whose_panels_all_ask_for_something()
    {
        using var dashboard = JsonDocument.Parse(RepositoryFolder.Read("docs/monitoring/grafana.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();

        Assert.NotEmpty(panels);
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, panel => Assert.All(
            panel.GetProperty("targets").EnumerateArray(), target => Assert.NotEmpty(Named(target.GetProperty("expr").GetString()!))));
    }

    private static string[] Named(string text) => [.. Name().Matches(text).Select(name => name.Value).Distinct()];

    [GeneratedRegex("^# TYPE (\\S+) (\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("\\beni_agent_[a-z_]+")]
    private static partial Regex Name();
}
