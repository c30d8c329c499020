using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>The alert rules of docs/monitoring, judged by Prometheus' own tool.</summary>
public sealed class AlertTests
{
    [Theory]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts_test.yml")]
    public Task Promtool_finds_the_alert_rules_right_and_each_fires_when_it_should(params string[] arguments) => Promtool.AcceptsAsync("", arguments);
}
