using System.Net;
using EniAgent.Configuration;
using EniAgent.Core.Addressing;
using EniAgent.Core.Options;

namespace EniAgent.Tests.Configuration;

/// <summary>What good configurations mean, and where each value comes from.</summary>
public class ConfigurationLoaderTests
{
    private const string File = "/etc/eni-agent/eni-agent.conf";

    [Fact]
    public void Without_any_file_the_options_are_the_defaults()
    {
        using var folder = new ConfigurationFolder();

        ConfigurationFolder.AssertSame(new AgentOptions(), folder.Loaded().Options);
        Assert.Empty(folder.Loaded().Files);
        Assert.All(folder.Loaded().Values, value => Assert.Equal("built-in", value.Origin));
    }

    [Fact]
    public void Every_key_reaches_its_option()
    {
        using var folder = new ConfigurationFolder().With("""
            [Metadata]
            Endpoint=http://10.1.2.3:8080/
            Timeout=500ms
            [Agent]
            PollInterval=2min
            StartTimeout=0
            LogLevel=DEBUG
            [Network]
            RpFilter=off
            Arp=strict
            SubnetRoute=table
            Rules=always
            TableBase=5000
            RulePriority=100
            RouteProtocol=200
            LinkGroup=7
            [Persistence]
            Backend=NetworkManager
            [Metrics]
            Socket=/run/eni-agent/metrics.sock
            [Eni 52:54:00:BF:B3:51]
            Manage=no
            [Route office]
            Destination=192.168.0.0/16
            Eni=10.0.3.0/24
            Gateway=10.0.3.1
            """);

        var options = folder.Loaded().Options;

        Assert.Equal(new MetadataOptions { Endpoint = new IPEndPoint(IPAddress.Parse("10.1.2.3"), 8080), Timeout = TimeSpan.FromMilliseconds(500) }, options.Metadata);
        Assert.Equal(new DaemonOptions { PollInterval = TimeSpan.FromMinutes(2), StartTimeout = TimeSpan.Zero, LogLevel = LogLevelOption.Debug }, options.Agent);
        Assert.Equal(new NetworkOptions
        {
            RpFilter = RpFilterMode.Off, Arp = ArpMode.Strict, SubnetRoute = SubnetRouteMode.Table, Rules = RulesMode.Always,
            TableBase = 5000, RulePriority = 100, RouteProtocol = 200, LinkGroup = 7,
        }, options.Network);
        Assert.Equal(PersistenceBackend.NetworkManager, options.Backend);
        Assert.Equal("/run/eni-agent/metrics.sock", options.MetricsSocket);
        Assert.Equal([new EniOptions(ConfigurationFolder.Selector("52:54:00:bf:b3:51"), Manage: false)], options.Enis.AsEnumerable());
        Assert.Equal([new RouteOptions("office", IpPrefix.Parse("192.168.0.0/16"), ConfigurationFolder.Selector("10.0.3.0/24"), IpAddress.Parse("10.0.3.1"))], options.Routes.AsEnumerable());
    }

    [Theory]
    [InlineData("10", 10_000)]
    [InlineData("10s", 10_000)]
    [InlineData("2min", 120_000)]
    [InlineData("1m 30 sec", 90_000)]
    [InlineData("1min30s", 90_000)]
    [InlineData("1.5 s", 1_500)]
    [InlineData("1500ms", 1_500)]
    [InlineData("1500000 us", 1_500)]
    [InlineData("1500000µs", 1_500)]
    [InlineData("1min 1", 61_000)]
    [InlineData("0.5h", 1_800_000)]
    [InlineData("3600 seconds", 3_600_000)]
    [InlineData("1hr", 3_600_000)]
    public void Time_spans_are_read_as_systemd_reads_them(string text, int milliseconds)
    {
        using var folder = new ConfigurationFolder().With($"[Agent]\nPollInterval={text}");

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), folder.Loaded().Options.Agent.PollInterval);
    }

    [Theory]
    [InlineData("http://169.254.0.23", "169.254.0.23:80", "http://169.254.0.23")]
    [InlineData("HTTP://169.254.0.23:80", "169.254.0.23:80", "http://169.254.0.23")]
    [InlineData("http://127.0.0.1:8000", "127.0.0.1:8000", "http://127.0.0.1:8000")]
    [InlineData("http://[fd00::23]", "[fd00::23]:80", "http://[fd00::23]")]
    [InlineData("http://[fd00::23]:8080/", "[fd00::23]:8080", "http://[fd00::23]:8080")]
    public void An_endpoint_is_an_ip_literal_and_perhaps_a_port(string text, string endpoint, string shown)
    {
        using var folder = new ConfigurationFolder().With($"[Metadata]\nEndpoint={text}");

        Assert.Equal(endpoint, folder.Loaded().Options.Metadata.Endpoint.ToString());
        Assert.Equal(shown, folder.Value("Metadata", "Endpoint").Value);
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("TRUE", true)]
    [InlineData("on", true)]
    [InlineData("1", true)]
    [InlineData("no", false)]
    [InlineData("False", false)]
    [InlineData("off", false)]
    [InlineData("0", false)]
    [InlineData("", true)]
    public void Booleans_are_read_as_systemd_reads_them(string text, bool manage)
    {
        using var folder = new ConfigurationFolder().With($"[Eni eth1]\nManage={text}");

        Assert.Equal(manage, Assert.Single(folder.Loaded().Options.Enis).Manage);
    }

    [Fact]
    public void Later_files_override_earlier_ones_in_the_order_of_their_names_and_the_environment_overrides_all()
    {
        using var folder = new ConfigurationFolder()
            .With("[Network]\nTableBase=1001\nRulePriority=1001\nLinkGroup=1001\nRouteProtocol=201\n")
            .With("eni-agent.conf.d/20.conf", "[Network]\nRulePriority=1020\nLinkGroup=1020\nRouteProtocol=220\n")
            .With("eni-agent.conf.d/10.conf", "[Network]\nRulePriority=1010\nLinkGroup=1010\nRouteProtocol=210\n")
            .With("eni-agent.conf.d/B.conf", "[Network]\nLinkGroup=1030\nRouteProtocol=230\n")
            .With("eni-agent.conf.d/a.conf", "[Network]\nLinkGroup=1040\nRouteProtocol=240\n")
            .With("eni-agent.conf.d/z.conf.bak", "nonsense")
            .With("eni-agent.conf.d/.hidden.conf", "nonsense")
            .WithVariable("ENI_AGENT__Network__RouteProtocol", "250");

        Assert.Equal(
        [
            "1001 /etc/eni-agent/eni-agent.conf:2",
            "1020 /etc/eni-agent/eni-agent.conf.d/20.conf:2",
            "250 ENI_AGENT__Network__RouteProtocol",
            "1040 /etc/eni-agent/eni-agent.conf.d/a.conf:2",
        ], ((string[])["TableBase", "RulePriority", "RouteProtocol", "LinkGroup"])
            .Select(key => folder.Value("Network", key)).Select(value => $"{value.Value} {value.Origin}"));
        Assert.Equal((1001u, 1020u, 250, 1040u), folder.Loaded().Options.Network switch
        {
            var network => (network.TableBase, network.RulePriority, network.RouteProtocol, network.LinkGroup),
        });
        Assert.Equal(
            ["", ".d/10.conf", ".d/20.conf", ".d/B.conf", ".d/a.conf"],
            folder.Loaded().Files.Select(file => file[folder.Main.Length..]));
    }

    [Fact]
    public void An_empty_value_takes_back_what_earlier_files_said()
    {
        using var folder = new ConfigurationFolder()
            .With("[Network]\nRpFilter=keep\nArp=keep\n[Metrics]\nSocket=/run/m\n[Route a]\nEni=eth1\nDestination=10.9.0.0/16\nGateway=10.0.0.1\n")
            .With("eni-agent.conf.d/1.conf", "[Network]\nRpFilter=\n[Metrics]\nSocket=\n[Route a]\nGateway=\n")
            .WithVariable("ENI_AGENT__Network__Arp", "");

        Assert.Equal(new EffectiveValue("Network", "RpFilter", "loose", "built-in"), folder.Value("Network", "RpFilter"));
        Assert.Equal(new EffectiveValue("Network", "Arp", "auto", "built-in"), folder.Value("Network", "Arp"));
        Assert.Equal(new EffectiveValue("Metrics", "Socket", "", "built-in"), folder.Value("Metrics", "Socket"));
        Assert.Equal("", folder.Loaded().Options.MetricsSocket);
        Assert.True(Assert.Single(folder.Loaded().Options.Routes).Gateway.IsNone);
    }

    [Fact]
    public void Variables_are_found_in_any_case_and_those_with_a_single_underscore_are_not_the_configurations()
    {
        using var folder = new ConfigurationFolder()
            .WithVariable("ENI_AGENT__NETWORK__RPFILTER", " keep ")
            .WithVariable("ENI_AGENT_WITHOUT_SUPPRESSION", "1")
            .WithVariable("PATH", "/bin");

        Assert.Equal(new EffectiveValue("Network", "RpFilter", "keep", "ENI_AGENT__NETWORK__RPFILTER"), folder.Value("Network", "RpFilter"));
    }

    [Fact]
    public void Named_sections_keep_the_order_of_the_files_and_merge_by_meaning()
    {
        using var folder = new ConfigurationFolder()
            .With("[Eni eth1]\n[Eni 52:54:00:BF:B3:51]\nManage=yes\n[Eni ETH1]\nManage=no\n")
            .With("eni-agent.conf.d/1.conf", "[Eni 10.0.3.0/24]\nManage=no\n[Eni 52:54:00:bf:b3:51]\nManage=no\n");

        Assert.Equal(
        [
            new EniOptions(ConfigurationFolder.Selector("eth1"), Manage: true),
            new EniOptions(ConfigurationFolder.Selector("52:54:00:bf:b3:51"), Manage: false),
            new EniOptions(ConfigurationFolder.Selector("ETH1"), Manage: false),
            new EniOptions(ConfigurationFolder.Selector("10.0.3.0/24"), Manage: false),
        ], folder.Loaded().Options.Enis.AsEnumerable());
        Assert.Equal($"{File}.d/1.conf:4", folder.Value("Eni 52:54:00:bf:b3:51", "Manage").Origin);
    }

    [Fact]
    public void A_named_file_is_read_with_its_own_drop_ins_instead_of_the_default()
    {
        using var folder = new ConfigurationFolder()
            .With("nonsense")
            .With("other.conf", "[Network]\nArp=keep\n")
            .With("other.conf.d/1.conf", "[Network]\nRules=never\n");

        var options = folder.Loaded(folder.Root + "/etc/eni-agent/other.conf").Options;

        Assert.Equal((ArpMode.Keep, RulesMode.Never), (options.Network.Arp, options.Network.Rules));
    }

    [Fact]
    public void Drop_ins_are_read_without_a_main_file()
    {
        using var folder = new ConfigurationFolder().With("eni-agent.conf.d/1.conf", "[Network]\nArp=keep\n");

        Assert.Equal(ArpMode.Keep, folder.Loaded().Options.Network.Arp);
    }

    [Fact]
    public void The_host_sees_the_same_values_under_safe_paths()
    {
        using var folder = new ConfigurationFolder()
            .With("[Network]\nRpFilter=keep\n[Eni 52:54:00:bf:b3:51]\nManage=no\n[Eni eth1]\nManage=no\n[Eni ETH1]\nManage=yes\n");
        var configuration = folder.Loaded().Configuration;

        Assert.Equal("keep", configuration["Network:RpFilter"]);
        Assert.Equal("auto", configuration["Network:Arp"]);
        Assert.Equal("no", configuration["Eni:52%3A54%3A00%3Abf%3Ab3%3A51:Manage"]);
        Assert.Equal("no", configuration["Eni:eth1:Manage"]);
        Assert.Equal("yes", configuration["Eni:%45%54%481:Manage"]);
    }
}
