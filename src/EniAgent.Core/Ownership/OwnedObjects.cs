using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;

namespace EniAgent.Core.Ownership;

/// <summary>Decides what is ours: the ledger says so, and for routes and rules so does our protocol tag inside our own ranges, should the ledger be lost.</summary>
public sealed class OwnedObjects
{
    /// <summary>How many routing tables from [Network] TableBase on are ours.</summary>
    public const uint TableCount = 256;

    // RTPROT_UNSPEC, RTPROT_BOOT, RTPROT_STATIC.
    private const byte UnspecifiedProtocol = 0, BootProtocol = 3, StaticProtocol = 4;

    private readonly Ledger _ledger;
    private readonly NetworkOptions _options;
    private readonly IReadOnlySet<string> _filedRules;
    private readonly Dictionary<int, MacAddress> _macs;
    private readonly HashSet<IpPrefix> _destinations;

    /// <summary>Binds a ledger to the links as they are now.</summary>
    /// <param name="ledger">What the agent added since boot.</param>
    /// <param name="options">The ranges that are ours.</param>
    /// <param name="links">The links.</param>
    /// <param name="filedRules">The rules that files of ours bring up: <see cref="PersistentState.FiledRules"/>.</param>
    public OwnedObjects(Ledger ledger, NetworkOptions options, IEnumerable<Link> links, IReadOnlySet<string>? filedRules = null)
    {
        _filedRules = filedRules ?? ImmutableHashSet<string>.Empty;
        _ledger = ledger;
        _options = options;
        _macs = LinkMatcher.Nics(links).ToDictionary(link => link.Index, link => link.Mac);
        _destinations = ledger.Routes.SelectMany(DestinationsOf).ToHashSet();
    }

    /// <summary>The MAC of a link; null for a link that is none of ours.</summary>
    public MacAddress? MacOf(int linkIndex) => _macs.TryGetValue(linkIndex, out var mac) ? mac : null;

    /// <summary>Whether the agent added this address.</summary>
    public bool Owns(LinkAddress address) =>
        MacOf(address.LinkIndex) is { } mac && _ledger.Addresses.Contains(new EniAddress(mac, address.Address));

    /// <summary>Whether the address goes when metadata does not list it: ours do, and those that metadata used to list.</summary>
    public bool GoesWhenUnlisted(LinkAddress address) =>
        Owns(address) || (MacOf(address.LinkIndex) is { } mac && _ledger.Listed.Contains(new ListedAddress(mac, address.Address.Address)));

    /// <summary>Whether the agent added this route.</summary>
    public bool Owns(Route route) =>
        (route.Protocol == _options.RouteProtocol && (route.Table == Route.MainTable || IsOwnTable(route.Table)))
        || (_destinations.Contains(route.Destination) && _ledger.Routes.Contains(KeyOf(route)));

    /// <summary>Whether the agent added this rule.</summary>
    public bool Owns(Rule rule) =>
        !rule.HasMore
        && (_ledger.Rules.Contains(KeyOf(rule))
            || (rule.Protocol == _options.RouteProtocol && RulePriorities.From(_options).Holds(rule.Priority))
            || IsFromFile(rule));

    /// <summary>Whether metadata has named this gateway for the primary ENI since boot.</summary>
    public bool WasPrimaryGateway(IpAddress gateway) => _ledger.PrimaryGateways.Contains(gateway);

    /// <summary>The ledger's name of a route: as <c>ip route</c> writes it, with the MAC in the place of a name that may change.</summary>
    public string KeyOf(Route route) => StepText.Of(route, index => MacOf(index)?.ToString() ?? $"#{index}");

    /// <summary>The ledger's name of a rule: as <c>ip rule</c> writes it, with its protocol, for rules that differ in nothing else may coexist.</summary>
    public static string KeyOf(Rule rule) => $"{StepText.Of(rule)} proto {rule.Protocol}";

    // Network managers add the rules of our files with tags of their own.
    private bool IsFromFile(Rule rule) =>
        rule.Protocol is UnspecifiedProtocol or BootProtocol or StaticProtocol && _filedRules.Contains(StepText.Of(rule));

    // Others may have thousands of routes: none of them is worth a text that the ledger cannot have.
    private static IEnumerable<IpPrefix> DestinationsOf(string key) => key.Split(' ')[0] switch
    {
        "default" => [IpPrefix.Default(AddressFamily.IPv4), IpPrefix.Default(AddressFamily.IPv6)],
        var word => IpPrefix.TryParse(word, out var destination) ? [destination] : [],
    };

    private bool IsOwnTable(uint table) => table >= _options.TableBase && table - _options.TableBase < TableCount;
}
