using System.Globalization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;

namespace EniAgent.Core.Tests.Fakes;

/// <summary>Writes kernel objects in the words of <c>ip</c>, and makes them in a <see cref="FakeKernel"/> from such words.</summary>
internal static class IpWords
{
    private static readonly Dictionary<byte, string> Protocols = new() { [2] = "kernel", [3] = "boot", [4] = "static", [16] = "dhcp", [131] = "eni-agent" };

    public static string Of(Link link) =>
        $"link {link.Name} mac {link.Mac} {(link.IsUp ? "up" : "down")}" + (link.Group != 0 ? $" group {link.Group}" : "")
        + (link.Kind is { } kind ? $" kind {kind}" : "") + (link.IsPort ? " port" : "");

    public static string Of(LinkAddress address, Func<int, string> linkName) => $"address {StepText.Of(address, linkName)}{Proto(address.Protocol)}";

    public static string Of(Route route, Func<int, string> linkName) => $"route {StepText.Of(route, linkName)}{Proto(route.Protocol)}";

    public static string Of(Rule rule) => $"rule {StepText.Of(rule)}{(rule.HasMore ? " fwmark 0x1" : "")}{Proto(rule.Protocol)}";

    /// <summary>Makes what a line says; the kernel's own routes and rules come by themselves and are not written.</summary>
    public static StepFailure? Make(FakeKernel kernel, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string? After(string word) => Array.IndexOf(words, word) is > 0 and var i ? words[i + 1] : null;
        uint Number(string word) => After(word) is { } text ? uint.Parse(text, CultureInfo.InvariantCulture) : 0;
        IpAddress Address(string word) => After(word) is { } text ? IpAddress.Parse(text) : default;
        IpPrefix? Selector(string word) => After(word) is { } text and not "all" ? PrefixOf(text) : null;
        uint? Maybe(string word) => After(word) is { } text ? uint.Parse(text, CultureInfo.InvariantCulture) : null;
        uint Table(string word) => After(word) switch { null or "main" => Route.MainTable, "local" => FakeKernel.LocalTable, var text => uint.Parse(text, CultureInfo.InvariantCulture) };
        var protocol = After("proto") is { } name
            ? Protocols.FirstOrDefault(p => p.Value == name) is { Key: > 0 and var known } ? known : byte.Parse(name, CultureInfo.InvariantCulture)
            : (byte)0;
        switch (words[0])
        {
            case "link":
                kernel.AddLink(new Link
                {
                    Index = 0,
                    Name = words[1],
                    Mac = MacAddress.Parse(After("mac")!),
                    IsUp = words.Contains("up"),
                    Group = Number("group"),
                    Kind = After("kind"),
                    IsPort = words.Contains("port"),
                });
                return null;
            case "address":
                return kernel.Add(new LinkAddress
                {
                    LinkIndex = kernel.LinkOf(After("dev")!).Index,
                    Address = InterfaceAddress.TryParse(words[1], out var address) ? address : throw new FormatException(line),
                    Metric = kernel.Features.AddressMetric ? Number("metric") : 0,
                    NoPrefixRoute = kernel.Features.NoPrefixRoute && words.Contains("noprefixroute"),
                    Protocol = kernel.Features.AddressProtocol ? protocol : (byte)0,
                });
            case "route":
                return kernel.Add(new Route
                {
                    Table = Table("table"),
                    Destination = PrefixOf(words[1]),
                    LinkIndex = kernel.LinkOf(After("dev")!).Index,
                    Gateway = Address("via"),
                    Metric = Number("metric"),
                    PreferredSource = Address("src"),
                    OnLink = words.Contains("onlink"),
                    IsLinkScope = After("via") is null,
                    Protocol = protocol,
                });
            case "rule":
                return kernel.Add(new Rule
                {
                    Priority = uint.Parse(words[1].TrimEnd(':'), CultureInfo.InvariantCulture),
                    From = Selector("from"),
                    To = Selector("to"),
                    OutputInterface = After("oif"),
                    Goto = Maybe("goto"),
                    Table = After("goto") is null ? Table("lookup") : null,
                    SuppressPrefixLength = (int?)Maybe("suppress_prefixlength"),
                    SuppressGroup = Maybe("suppress_ifgroup"),
                    HasMore = words.Contains("fwmark"),
                    Protocol = kernel.Features.RuleProtocol ? protocol : (byte)0,
                });
            case "sysctl":
                var key = words[1]["net.ipv4.conf.".Length..];
                var dot = key.LastIndexOf('.');
                kernel.SetSysctl(key[..dot].Replace('/', '.'), key[(dot + 1)..], int.Parse(words[2], CultureInfo.InvariantCulture));
                return null;
            default:
                throw new FormatException(line);
        }
    }

    private static string Proto(byte protocol) => protocol == 0 ? "" : $" proto {Protocols.GetValueOrDefault(protocol, $"{protocol}")}";

    private static IpPrefix PrefixOf(string text) =>
        text == "default" ? IpPrefix.Default(AddressFamily.IPv4) : text.Contains('/') ? IpPrefix.Parse(text) : IpPrefix.Host(IpAddress.Parse(text));
}
