using System.Globalization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Linux.Kernel;
using EniAgent.Netlink.Tests.Kernel;

namespace EniAgent.Linux.Tests.Kernel;

/// <summary>A fresh network namespace with NICs eth0 (up, 10.0.0.10/24 with a default route) and eth1 (down), and "other", a link that is no ENI's.</summary>
internal sealed class Bed : IDisposable
{
    public const byte OwnProtocol = 131;
    public static readonly MacAddress Mac0 = MacAddress.Parse("52:54:00:00:00:10");
    public static readonly MacAddress Mac1 = MacAddress.Parse("52:54:00:00:00:11");

    private Bed()
    {
        Ip("link add eth0 address 52:54:00:00:00:10 type veth peer name far0");
        Ip("link add eth1 address 52:54:00:00:00:11 type veth peer name far1");
        Ip("link add other address 02:42:00:00:00:01 type veth peer name far2");
        foreach (var link in new[] { "eth0", "other", "far0", "far1", "far2" })
        {
            Ip($"link set {link} up");
        }

        Ip("address add 10.0.0.10/24 brd + dev eth0");
        Ip("address add 172.17.0.1/16 dev other");
        Ip("route add default via 10.0.0.1 dev eth0");
        Stack = LinuxNetworkStack.Open(null, null);
    }

    public LinuxNetworkStack Stack { get; }

    public Link Eth0 => LinkOf(Mac0);

    public Link Eth1 => LinkOf(Mac1);

    public static void Run(Action<Bed> test) => InNamespace.Run(() =>
    {
        using var bed = new Bed();
        test(bed);
    });

    public static string Ip(string arguments) => InNamespace.Ip(arguments);

    public static string Sysctl(string link, string name) => File.ReadAllText($"/proc/sys/net/ipv4/conf/{link}/{name}").Trim();

    public static void SetSysctl(string link, string name, int value) =>
        File.WriteAllText($"/proc/sys/net/ipv4/conf/{link}/{name}", value.ToString(CultureInfo.InvariantCulture));

    /// <summary>What <c>ip</c> and /proc/sys say of everything that a step may change.</summary>
    public static string Picture() => string.Join('\n',
        Ip("-4 -o address"),
        Ip("-4 route show table all"),
        Ip("-4 rule"),
        string.Join('\n', Ip("-o link").Split('\n').Where(line => line.Length > 0).Select(line =>
            $"{line.Split(' ')[1]} {(line[..line.IndexOf('>', StringComparison.Ordinal)].Split('<')[1].Split(',').Contains("UP") ? "up" : "down")} "
            + line[line.IndexOf("group ", StringComparison.Ordinal)..].Split(' ')[1])),
        string.Join('\n', SysctlKey.Names.SelectMany(_ => new[] { "eth0", "eth1" }, (name, link) => $"{link}.{name} {Sysctl(link, name)}")));

    public ObservedState Observe(bool allMainRoutes = false) =>
        Stack.Observe(new ObserveRequest(new HashSet<MacAddress> { Mac0, Mac1 }, OwnProtocol, allMainRoutes));

    /// <summary>Carries steps out, all of which must succeed.</summary>
    public void Do(params Step[] steps) =>
        Assert.All(Stack.Apply(steps), outcome => Assert.True(outcome.Failure is null, $"{outcome.Step}: {outcome.Failure?.Message}"));

    public static AddAddress Address(string text, Link link, uint metric = 0, MacAddress? eni = null) =>
        new(new LinkAddress { LinkIndex = link.Index, Address = Parse(text), Metric = metric, Protocol = OwnProtocol }) { Phase = StepPhase.Addresses, Eni = eni };

    public static AddRoute Route(Link link, string destination, uint table, string? gateway = null, uint metric = 0, MacAddress? eni = null) => new(new Route
    {
        Table = table,
        Destination = destination == "default" ? IpPrefix.Default(AddressFamily.IPv4) : IpPrefix.Parse(destination),
        LinkIndex = link.Index,
        Gateway = gateway is null ? default : IpAddress.Parse(gateway),
        Metric = metric,
        IsLinkScope = gateway is null,
        Protocol = OwnProtocol,
    })
    { Phase = gateway is null ? StepPhase.TableLinkRoutes : StepPhase.TableRoutes, Eni = eni };

    public static AddRule Rule(uint priority, uint table, string? from = null, MacAddress? eni = null) => new(new Rule
    {
        Priority = priority,
        From = from is null ? null : IpPrefix.Host(IpAddress.Parse(from)),
        Table = table,
        Protocol = OwnProtocol,
    })
    { Phase = StepPhase.Rules, Eni = eni };

    public void Dispose() => Stack.Dispose();

    private static InterfaceAddress Parse(string text) => InterfaceAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    private Link LinkOf(MacAddress mac) => Observe().Links.Single(link => link.Mac == mac);
}
