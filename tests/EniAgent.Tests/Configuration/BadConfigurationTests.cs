namespace EniAgent.Tests.Configuration;

/// <summary>What a person reads about each mistake: the place, the key, what is wrong and what would be right.</summary>
public class BadConfigurationTests
{
    private const string File = "/etc/eni-agent/eni-agent.conf";

    [Theory]
    [InlineData("[Network]\nRpFiltre=loose", ":2: [Network] RpFiltre: unknown key; did you mean RpFilter?")]
    [InlineData("[Network]\nrpfilter=loose", ":2: [Network] rpfilter: unknown key; did you mean RpFilter?")]
    [InlineData("[Network]\nRuels=auto", ":2: [Network] Ruels: unknown key; did you mean Rules?")]
    [InlineData("[Metadata]\nProxy=none", ":2: [Metadata] Proxy: unknown key; known: Endpoint, Timeout")]
    [InlineData("[Agent]\nRpFilter=loose", ":2: [Agent] RpFilter: unknown key here; it belongs in [Network]")]
    [InlineData("[Eni eth1]\nGateway=10.0.3.1", ":2: [Eni eth1] Gateway: unknown key here; it belongs in [Route NAME]")]
    [InlineData("[Netwrok]\nRpFilter=loose", ":1: [Netwrok]: unknown section; did you mean Network?")]
    [InlineData("[Enis eth1]", ":1: [Enis]: unknown section; did you mean Eni?")]
    [InlineData("[Kubernetes]", ":1: [Kubernetes]: unknown section; known: Metadata, Agent, Network, Persistence, Metrics, Eni, Route")]
    [InlineData("[Network eth0]", ":1: [Network eth0]: write [Network]")]
    [InlineData("[Eni]\nManage=no", ":1: [Eni]: write [Eni MAC | INTERFACE | SUBNET]")]
    [InlineData("[Route]", ":1: [Route]: write [Route NAME]")]
    [InlineData("[Network]\nArp=auto\nArp=keep", $":3: [Network] Arp: set twice; first at {File}:2")]
    [InlineData("[Network]\nArp=auto\n[Agent]\n[Network]\nArp=keep", $":5: [Network] Arp: set twice; first at {File}:2")]
    [InlineData("[Network]\nArp=\nArp=keep", $":3: [Network] Arp: set twice; first at {File}:2")]
    [InlineData("[Eni 52:54:00:BF:B3:51]\nManage=no\n[Eni 52:54:00:bf:b3:51]\nManage=yes",
        $":4: [Eni 52:54:00:bf:b3:51] Manage: set twice; first at {File}:2")]
    [InlineData("[Network]\nArp = 1", ":2: [Network] Arp: '1' is not one of auto, strict, keep")]
    [InlineData("[Network]\nArp=auto,keep", ":2: [Network] Arp: 'auto,keep' is not one of auto, strict, keep")]
    [InlineData("[Network]\nRpFilter=loose # see rp_filter", ":2: [Network] RpFilter: 'loose # see rp_filter' is not one of loose, off, keep; a comment needs a line of its own")]
    [InlineData("[Agent]\nLogLevel=info", ":2: [Agent] LogLevel: 'info' is not one of debug, information, warning, error")]
    [InlineData("[Network]\nSubnetRoute=both", ":2: [Network] SubnetRoute: 'both' is not one of main, table")]
    [InlineData("[Network]\nRules=yes", ":2: [Network] Rules: 'yes' is not one of auto, always, never")]
    [InlineData("[Persistence]\nBackend=NM", ":2: [Persistence] Backend: 'NM' is not one of auto, ifcfg, networkmanager, netplan, networkd, ifupdown, none")]
    [InlineData("[Eni eth1]\nManage=maybe", ":2: [Eni eth1] Manage: 'maybe' is not one of yes, no, true, false, on, off, 1, 0")]
    public void Unknown_and_repeated_words(string text, string error) => Reads(text, error);

    [Theory]
    [InlineData("99ms", "'99ms' is not between 100ms and 1min")]
    [InlineData("61s", "'61s' is not between 100ms and 1min")]
    [InlineData("0", "'0' is not between 100ms and 1min")]
    [InlineData("-2s", "'-2s' is not between 100ms and 1min")]
    [InlineData("infinity", "'infinity' is not between 100ms and 1min")]
    [InlineData("99999999999999999999999999999999999999999999y", "'99999999999999999999999999999999999999999999y' is not between 100ms and 1min")]
    [InlineData("999999999999999y 999999999999999y", "'999999999999999y 999999999999999y' is not between 100ms and 1min")]
    [InlineData("soon", "'soon' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("-", "'-' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("2 sceonds", "'2 sceonds' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("2S", "'2S' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("1.2.3s", "'1.2.3s' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("1.s", "'1.s' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData(".5s", "'.5s' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("1,5s", "'1,5s' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("0x10", "'0x10' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("+2s", "'+2s' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    [InlineData("2s -1s", "'2s -1s' is not a time span, such as 500ms, 10s, 2min or 1h 30min")]
    public void Bad_time_spans(string value, string error) => Reads($"[Metadata]\nTimeout={value}", $":2: [Metadata] Timeout: {error}");

    [Theory]
    [InlineData("PollInterval=999ms", "'999ms' is not between 1s and 1h")]
    [InlineData("PollInterval=1h 1us", "'1h 1us' is not between 1s and 1h")]
    [InlineData("StartTimeout=11min", "'11min' is not between 0 and 10min")]
    [InlineData("StartTimeout=-1us", "'-1us' is not between 0 and 10min")]
    public void Every_time_span_names_its_own_range(string line, string error) =>
        Reads($"[Agent]\n{line}", $":2: [Agent] {line[..line.IndexOf('=')]}: {error}");

    [Theory]
    [InlineData("https://169.254.0.23", "'https://169.254.0.23': the metadata service speaks plain HTTP, not https; write http://169.254.0.23")]
    [InlineData("169.254.0.23", "'169.254.0.23' does not begin with http://")]
    [InlineData("http://metadata.tencentyun.com", "'http://metadata.tencentyun.com' is a name; the agent is a static program without a resolver: use an IP literal, http://169.254.0.23")]
    [InlineData("http://localhost:8080", "'http://localhost:8080' is a name; the agent is a static program without a resolver: use an IP literal, http://169.254.0.23")]
    [InlineData("http://", "'http://' has no address")]
    [InlineData("http://169.254.0.256", "'http://169.254.0.256' is not an IP literal, such as http://169.254.0.23 or http://[fd00::23]")]
    [InlineData("http://169.254.23", "'http://169.254.23' is not an IP literal, such as http://169.254.0.23 or http://[fd00::23]")]
    [InlineData("http://fd00::23", "'http://fd00::23' is not an IP literal, such as http://169.254.0.23 or http://[fd00::23]")]
    [InlineData("http://[169.254.0.23]", "'http://[169.254.0.23]' is not an IP literal, such as http://169.254.0.23 or http://[fd00::23]")]
    [InlineData("http://[fe80::1%eth0]", "'http://[fe80::1%eth0]' is not an IP literal, such as http://169.254.0.23 or http://[fd00::23]")]
    [InlineData("http://[fd00::23]80", "'http://[fd00::23]80' has a port that is not from 1 to 65535")]
    [InlineData("http://169.254.0.23/latest", "'http://169.254.0.23/latest' has a path, a query or a user; only http:// and an address (with a port) may stand here")]
    [InlineData("http://169.254.0.23?x", "'http://169.254.0.23?x' has a path, a query or a user; only http:// and an address (with a port) may stand here")]
    [InlineData("http://169.254.0.23#x", "'http://169.254.0.23#x' has a path, a query or a user; only http:// and an address (with a port) may stand here")]
    [InlineData("http://root@169.254.0.23", "'http://root@169.254.0.23' has a path, a query or a user; only http:// and an address (with a port) may stand here")]
    [InlineData("http://169.254.0.23:0", "'http://169.254.0.23:0' has a port that is not from 1 to 65535")]
    [InlineData("http://169.254.0.23:65536", "'http://169.254.0.23:65536' has a port that is not from 1 to 65535")]
    [InlineData("http://169.254.0.23:", "'http://169.254.0.23:' has a port that is not from 1 to 65535")]
    [InlineData("http://169.254.0.23:http", "'http://169.254.0.23:http' has a port that is not from 1 to 65535")]
    [InlineData("http://0.0.0.0", "'http://0.0.0.0' is not an address that a server can have")]
    [InlineData("http://224.0.0.1", "'http://224.0.0.1' is not an address that a server can have")]
    public void Bad_endpoints(string value, string error) => Reads($"[Metadata]\nEndpoint={value}", $":2: [Metadata] Endpoint: {error}");

    [Theory]
    [InlineData("TableBase=255", "'255' is not a whole number from 256 to 4294900000")]
    [InlineData("TableBase=4294900001", "'4294900001' is not a whole number from 256 to 4294900000")]
    [InlineData("TableBase=99999999999", "'99999999999' is not a whole number from 256 to 4294900000")]
    [InlineData("TableBase=0x7918", "'0x7918' is not a whole number from 256 to 4294900000")]
    [InlineData("TableBase=031000", "'031000' is not a whole number from 256 to 4294900000")]
    [InlineData("RulePriority=99", "'99' is not a whole number from 100 to 32000")]
    [InlineData("RulePriority=32001", "'32001' is not a whole number from 100 to 32000")]
    [InlineData("RulePriority=-1", "'-1' is not a whole number from 100 to 32000")]
    [InlineData("RouteProtocol=0", "'0' is not a whole number from 1 to 255")]
    [InlineData("RouteProtocol=256", "'256' is not a whole number from 1 to 255")]
    [InlineData("RouteProtocol=4", "4 is static's; choose one that nobody else uses, such as 131")]
    [InlineData("RouteProtocol=16", "16 is dhcp's; choose one that nobody else uses, such as 131")]
    [InlineData("RouteProtocol=186", "186 is bgp's; choose one that nobody else uses, such as 131")]
    [InlineData("LinkGroup=0", "'0' is not a whole number from 1 to 2147483647")]
    [InlineData("LinkGroup=2147483648", "'2147483648' is not a whole number from 1 to 2147483647")]
    [InlineData("LinkGroup=default", "'default' is not a whole number from 1 to 2147483647")]
    public void Bad_numbers(string line, string error) => Reads($"[Network]\n{line}", $":2: [Network] {line[..line.IndexOf('=')]}: {error}");

    [Fact]
    public void A_metrics_socket_is_an_absolute_path_that_fits()
    {
        var path = "/run/" + new string('m', 103);

        Reads("[Metrics]\nSocket=run/m.sock", ":2: [Metrics] Socket: 'run/m.sock' is not an absolute path");
        Reads("[Metrics]\nSocket=/", ":2: [Metrics] Socket: '/' is the path of a folder, not of a file");
        Reads("[Metrics]\nSocket=//", ":2: [Metrics] Socket: '//' is the path of a folder, not of a file");
        Reads("[Metrics]\nSocket=/run/m.sock/", ":2: [Metrics] Socket: '/run/m.sock/' is the path of a folder, not of a file");
        Reads($"[Metrics]\nSocket={path}",
            $":2: [Metrics] Socket: '{path[..80]}…' is longer than the 107 bytes that a unix socket's path may have");
    }

    [Theory]
    [InlineData("[Eni eth1/2]", ":1: [Eni eth1/2]: 'eth1/2' is not a MAC address, an interface name or a subnet")]
    [InlineData("[Eni 52-54-00-bf-b3-51]", ":1: [Eni 52-54-00-bf-b3-51]: '52-54-00-bf-b3-51' is not a MAC address, an interface name or a subnet")]
    [InlineData("[Eni 52:54:00:bf:b3]", ":1: [Eni 52:54:00:bf:b3]: '52:54:00:bf:b3' is not a MAC address, an interface name or a subnet")]
    [InlineData("[Eni a-name-too-long-]", ":1: [Eni a-name-too-long-]: 'a-name-too-long-' is not a MAC address, an interface name or a subnet")]
    [InlineData("[Eni 00:00:00:00:00:00]", ":1: [Eni 00:00:00:00:00:00]: '00:00:00:00:00:00' is a MAC address that no NIC can have")]
    [InlineData("[Eni 01:00:5e:00:00:01]", ":1: [Eni 01:00:5e:00:00:01]: '01:00:5e:00:00:01' is a MAC address that no NIC can have")]
    [InlineData("[Eni 10.0.3.7/24]", ":1: [Eni 10.0.3.7/24]: '10.0.3.7/24' has bits set beyond its length; write 10.0.3.0/24")]
    [InlineData("[Eni 10.0.3.0/33]", ":1: [Eni 10.0.3.0/33]: '10.0.3.0/33' has a prefix length above 32")]
    public void Bad_names_of_enis(string text, string error) => Reads(text, error);

    [Theory]
    [InlineData("Destination=192.168.1.0/16", "Destination: '192.168.1.0/16' has bits set beyond its length; write 192.168.0.0/16")]
    [InlineData("Destination=192.168.1.1", "Destination: '192.168.1.1' has no prefix length; for one address write 192.168.1.1/32")]
    [InlineData("Destination=192.168.0.0/255.255.0.0", "Destination: '192.168.0.0/255.255.0.0' is not ADDRESS/LENGTH, for example 192.168.0.0/16")]
    [InlineData("Destination=office", "Destination: 'office' is not ADDRESS/LENGTH, for example 192.168.0.0/16")]
    [InlineData("Destination=192.168.0.0/40", "Destination: '192.168.0.0/40' has a prefix length above 32")]
    [InlineData("Destination=0.0.0.0/0", "Destination: '0.0.0.0/0' is everything; a default route is not for an ENI to take")]
    [InlineData("Destination=default", "Destination: 'default' is not ADDRESS/LENGTH, for example 192.168.0.0/16")]
    [InlineData("Destination=fd00::/8", "Destination: 'fd00::/8' is not IPv4")]
    [InlineData("Destination=10.9.0.0/16\nGateway=fd00::1", "Gateway: 'fd00::1' is not the IPv4 address of a gateway", 4)]
    [InlineData("Destination=10.9.0.0/16\nGateway=10.0.3.1/24", "Gateway: '10.0.3.1/24' is not the IPv4 address of a gateway", 4)]
    [InlineData("Destination=10.9.0.0/16\nGateway=127.0.0.1", "Gateway: '127.0.0.1' is not the IPv4 address of a gateway", 4)]
    [InlineData("Destination=10.9.0.0/16\nGateway=0.0.0.0", "Gateway: '0.0.0.0' is not the IPv4 address of a gateway", 4)]
    public void Bad_routes(string lines, string error, int line = 3) =>
        Reads($"[Route office]\nEni=eth1\n{lines}", $":{line}: [Route office] {error}");

    [Fact]
    public void A_route_needs_a_destination_and_an_eni() =>
        Reads("[Agent]\n\n[Route office]\nGateway=10.0.3.1",
            ":3: [Route office] Destination: must be set",
            ":3: [Route office] Eni: must be set");

    [Fact]
    public void Two_routes_to_one_destination_cannot_both_stand_in_the_main_table() =>
        Reads("[Route a]\nDestination=10.9.0.0/16\nEni=eth1\n[Route b]\nEni=eth2\nDestination=10.9.0.0/16",
            $":6: [Route b] Destination: 10.9.0.0/16 is the destination of [Route a] as well ({File}:1)");

    [Fact]
    public void All_errors_of_all_files_and_variables_are_reported_at_once_in_order()
    {
        using var folder = new ConfigurationFolder()
            .With("[Network]\nRpFiltre=loose\nnonsense\nArp=never\n")
            .With("eni-agent.conf.d/50-more.conf", "[Agent]\nPollInterval=0\n[Route x]\n")
            .WithVariable("ENI_AGENT__Network__Rules", "sometimes");

        Assert.Equal(
        [
            "/etc/eni-agent/eni-agent.conf:2: [Network] RpFiltre: unknown key; did you mean RpFilter?",
            "/etc/eni-agent/eni-agent.conf:3: 'nonsense' is neither [Section] nor KEY=VALUE",
            "/etc/eni-agent/eni-agent.conf:4: [Network] Arp: 'never' is not one of auto, strict, keep",
            "/etc/eni-agent/eni-agent.conf.d/50-more.conf:2: [Agent] PollInterval: '0' is not between 1s and 1h",
            "/etc/eni-agent/eni-agent.conf.d/50-more.conf:3: [Route x] Destination: must be set",
            "/etc/eni-agent/eni-agent.conf.d/50-more.conf:3: [Route x] Eni: must be set",
            "ENI_AGENT__Network__Rules: [Network] Rules: 'sometimes' is not one of auto, always, never",
        ], folder.Errors());
    }

    [Fact]
    public void A_bad_value_is_an_error_even_where_a_later_file_overrides_it()
    {
        using var folder = new ConfigurationFolder().With("[Network]\nArp=never\n").With("eni-agent.conf.d/1.conf", "[Network]\nArp=keep\n");

        Assert.Equal([$"{File}:2: [Network] Arp: 'never' is not one of auto, strict, keep"], folder.Errors());
    }

    [Fact]
    public void A_variable_whose_name_would_do_something_on_a_terminal_is_named_in_quotes()
    {
        using var folder = new ConfigurationFolder().WithVariable("ENI_AGENT__\u001b[2J", "1");

        Assert.StartsWith("'ENI_AGENT__U+001B[2J': ", Assert.Single(folder.Errors()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ENI_AGENT__Network__RpFiltre", "unknown variable; did you mean ENI_AGENT__Network__RpFilter?")]
    [InlineData("ENI_AGENT__Eni__eth1__Manage", "[Eni MAC | INTERFACE | SUBNET] is set in a file only, not by the environment")]
    [InlineData("ENI_AGENT__ROUTE__OFFICE__ENI", "[Route NAME] is set in a file only, not by the environment")]
    public void An_unknown_variable_is_an_error(string variable, string error)
    {
        using var folder = new ConfigurationFolder().WithVariable(variable, "no");

        Assert.Equal([$"{variable}: {error}"], folder.Errors());
    }

    [Fact]
    public void The_same_key_in_two_variables_is_an_error()
    {
        using var folder = new ConfigurationFolder().WithVariable("ENI_AGENT__Network__Arp", "keep").WithVariable("ENI_AGENT__NETWORK__ARP", "keep");

        Assert.Equal(["ENI_AGENT__Network__Arp: [Network] Arp: set twice; first at ENI_AGENT__NETWORK__ARP"], folder.Errors());
    }

    [Fact]
    public void Files_that_cannot_be_read_are_named_with_the_reason()
    {
        using var folder = new ConfigurationFolder();
        Directory.CreateDirectory(folder.Main);
        Directory.CreateDirectory(folder.Main + ".d/dir.conf");
        System.IO.File.CreateSymbolicLink(folder.Main + ".d/dangling.conf", "nowhere");
        System.IO.File.CreateSymbolicLink(folder.Main + ".d/endless.conf", "/dev/zero");

        Assert.Equal(
        [
            $"{File}: is a directory, not a file",
            $"{File}.d/dangling.conf: does not exist",
            $"{File}.d/dir.conf: is a directory, not a file",
            $"{File}.d/endless.conf: is larger than 1 MiB",
        ], folder.Errors());
    }

    [Fact]
    public void A_file_where_the_folder_of_drop_ins_should_be_is_an_error()
    {
        using var folder = new ConfigurationFolder().With("eni-agent.conf.d", "");

        Assert.Equal([$"{File}.d: is not a directory"], folder.Errors());
    }

    [Fact]
    public void A_named_file_that_is_missing_is_an_error()
    {
        using var folder = new ConfigurationFolder();

        Assert.Equal(["/absent.conf: does not exist"], folder.Errors(folder.Root + "/absent.conf"));
    }

    private static void Reads(string text, params string[] errors)
    {
        using var folder = new ConfigurationFolder().With(text);

        Assert.Equal(errors.Select(error => File + error), folder.Errors());
    }
}
