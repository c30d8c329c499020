using System.Text.Json;
using EniAgent.Configuration;

namespace EniAgent.Tests.Configuration;

/// <summary>The output of <c>eni-agent config</c>.</summary>
public class ConfigurationWriterTests
{
    [Fact]
    public void People_get_aligned_columns()
    {
        using var folder = new ConfigurationFolder()
            .With("[Agent]\nPollInterval=90\n[Route office]\nDestination=192.168.0.0/16\nEni=52:54:00:BF:B3:51\n")
            .WithVariable("ENI_AGENT__Network__Arp", "KEEP");

        Assert.Equal("""
            SECTION       KEY            VALUE                ORIGIN
            Metadata      Endpoint       http://169.254.0.23  built-in
            Metadata      Timeout        2s                   built-in
            Agent         PollInterval   1min 30s             /etc/eni-agent/eni-agent.conf:2
            Agent         StartTimeout   30s                  built-in
            Agent         LogLevel       information          built-in
            Network       RpFilter       loose                built-in
            Network       Arp            keep                 ENI_AGENT__Network__Arp
            Network       SubnetRoute    main                 built-in
            Network       Rules          auto                 built-in
            Network       TableBase      31000                built-in
            Network       RulePriority   31000                built-in
            Network       RouteProtocol  131                  built-in
            Network       LinkGroup      31000                built-in
            Persistence   Backend        auto                 built-in
            Metrics       Socket         -                    built-in
            Route office  Destination    192.168.0.0/16       /etc/eni-agent/eni-agent.conf:4
            Route office  Eni            52:54:00:bf:b3:51    /etc/eni-agent/eni-agent.conf:5
            Route office  Gateway        -                    built-in

            """, Written(folder, json: false));
    }

    [Fact]
    public void Programs_get_one_object_with_stable_names()
    {
        using var folder = new ConfigurationFolder().With("[Eni eth1]\nManage=no\n");

        using var json = JsonDocument.Parse(Written(folder, json: true));

        Assert.Equal(["files", "values"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("/etc/eni-agent/eni-agent.conf", Assert.Single(json.RootElement.GetProperty("files").EnumerateArray()).GetString());
        var values = json.RootElement.GetProperty("values").EnumerateArray().ToList();
        Assert.Equal(folder.Loaded().Values.Count, values.Count);
        Assert.Equal(
            ["section=Eni eth1", "key=Manage", "value=no", "origin=/etc/eni-agent/eni-agent.conf:2"],
            values[^1].EnumerateObject().Select(property => $"{property.Name}={property.Value}"));
    }

    private static string Written(ConfigurationFolder folder, bool json)
    {
        using var output = new StringWriter { NewLine = "\n" };
        ConfigurationWriter.Write(folder.Loaded(), output, json);
        return output.ToString().Replace(folder.Root, "", StringComparison.Ordinal);
    }
}
