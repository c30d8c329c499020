using EniAgent.Core.Addressing;
using EniAgent.Core.Options;

namespace EniAgent.Configuration;

/// <summary>A kind of section.</summary>
/// <param name="Kind">The first word of the header.</param>
/// <param name="Help">One line of help.</param>
/// <param name="Keys">Its keys, in the order of the manual.</param>
/// <param name="Name">What follows the kind in the header; null where nothing does.</param>
internal sealed record ConfigurationSection(
    string Kind, string Help, IReadOnlyList<ConfigurationKey> Keys, ValueSyntax<string>? Name = null)
{
    /// <summary>How a header of this kind is written: <c>[Eni MAC | INTERFACE | SUBNET]</c>.</summary>
    public string Header => Name is null ? $"[{Kind}]" : $"[{Kind} {Name.Values}]";
}

/// <summary>A [Route …] while its keys are read: nothing is set yet.</summary>
internal sealed record RouteDraft(IpPrefix Destination = default, EniSelector? Eni = null, IpAddress Gateway = default);

/// <summary>Every section and key there is: the one place that the reader, <c>config</c> and the manual follow. Defaults are those of the options.</summary>
internal static class ConfigurationSchema
{
    private const uint MostTables = 256;

    /// <summary>The sections that stand once, in order, with the keys that fill the options.</summary>
    private static readonly (string Kind, string Help, ConfigurationKey<AgentOptions>[] Keys)[] Fixed =
    [
        ("Metadata", "The instance metadata service.",
        [
            Key("Endpoint", EndpointSyntax.Http, o => o.Metadata.Endpoint, (o, v) => o with { Metadata = o.Metadata with { Endpoint = v } },
                "Where the metadata service answers: an IP literal; a name is an error."),
            Key("Timeout", DurationSyntax.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
                o => o.Metadata.Timeout, (o, v) => o with { Metadata = o.Metadata with { Timeout = v } },
                "How long one request may take."),
        ]),
        ("Agent", "The service itself.",
        [
            Key("PollInterval", DurationSyntax.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
                o => o.Agent.PollInterval, (o, v) => o with { Agent = o.Agent with { PollInterval = v } },
                "How often metadata is polled, with jitter; an unchanged snapshot costs 1+N requests for N ENIs."),
            Key("StartTimeout", DurationSyntax.Between(TimeSpan.Zero, TimeSpan.FromMinutes(10)),
                o => o.Agent.StartTimeout, (o, v) => o with { Agent = o.Agent with { StartTimeout = v } },
                "How long the service waits for a first good snapshot before it reports ready anyway."),
            Key("LogLevel", ValueSyntax.OneOf<LogLevelOption>(), o => o.Agent.LogLevel, (o, v) => o with { Agent = o.Agent with { LogLevel = v } },
                "The least severe level that is logged."),
        ]),
        ("Network", "What the kernel is made to look like.",
        [
            Key("RpFilter", ValueSyntax.OneOf<RpFilterMode>(), o => o.Network.RpFilter, (o, v) => o with { Network = o.Network with { RpFilter = v } },
                "Reverse-path filtering: loose where it is strict, off, or kept as it is."),
            Key("Arp", ValueSyntax.OneOf<ArpMode>(), o => o.Network.Arp, (o, v) => o with { Network = o.Network with { Arp = v } },
                "Answering ARP for another NIC's address: auto is strict where two ENIs share a subnet."),
            Key("SubnetRoute", ValueSyntax.OneOf<SubnetRouteMode>(),
                o => o.Network.SubnetRoute, (o, v) => o with { Network = o.Network with { SubnetRoute = v } },
                "Where a secondary ENI's subnet route stands: in the main table too, or in the ENI's table only."),
            Key("Rules", ValueSyntax.OneOf<RulesMode>(), o => o.Network.Rules, (o, v) => o with { Network = o.Network with { Rules = v } },
                "When routing policy rules are installed: auto is from two ENIs on."),
            // Clear of the kernel's tables 253 to 255, and room for a table a slot.
            Key("TableBase", ValueSyntax.Number(256, 4_294_900_000), o => o.Network.TableBase, (o, v) => o with { Network = o.Network with { TableBase = v } },
                $"The first of {MostTables} routing tables: an ENI's table is this plus its slot."),
            // The fallback begins 10 below, the last rule stands 20 above, and from 32765 down is where the kernel puts rules without a priority.
            Key("RulePriority", ValueSyntax.Number(100, 32_000),
                o => o.Network.RulePriority, (o, v) => o with { Network = o.Network with { RulePriority = v } },
                "The priority of the first rule; the others follow within 20, a fallback on older kernels stands 10 before."),
            Key("RouteProtocol", ValueSyntax.Protocol, o => o.Network.RouteProtocol, (o, v) => o with { Network = o.Network with { RouteProtocol = v } },
                "The protocol number that marks the agent's routes, rules and addresses."),
            // The kernel takes the group to suppress as a signed number (FRA_SUPPRESS_IFGROUP), and 0 is everybody's.
            Key("LinkGroup", ValueSyntax.Number(1, int.MaxValue), o => o.Network.LinkGroup, (o, v) => o with { Network = o.Network with { LinkGroup = v } },
                "The link group of the ENIs' interfaces."),
        ]),
        ("Persistence", "What brings the network up before the agent runs.",
        [
            Key("Backend", ValueSyntax.OneOf<PersistenceBackend>(), o => o.Backend, (o, v) => o with { Backend = v },
                "Whose network files are written: auto is whoever manages the primary NIC."),
        ]),
        ("Metrics", "Metrics in Prometheus' text format.",
        [
            Key("Socket", ValueSyntax.SocketPath, o => o.MetricsSocket, (o, v) => o with { MetricsSocket = v },
                "Also serve the metrics on this unix socket; empty: file only."),
        ]),
    ];

    /// <summary>The keys of [Eni …].</summary>
    public static IReadOnlyList<ConfigurationKey<EniOptions>> EniKeys { get; } =
    [
        new ConfigurationKey<EniOptions, bool>(ValueSyntax.Boolean, o => o.Manage, (o, v) => o with { Manage = v })
        {
            Name = "Manage", Default = "yes", Help = "no: leave this ENI alone altogether.",
        },
    ];

    /// <summary>[Route …] Destination.</summary>
    public static ConfigurationKey<RouteDraft> RouteDestination { get; } =
        new ConfigurationKey<RouteDraft, IpPrefix>(ValueSyntax.Destination, o => o.Destination, (o, v) => o with { Destination = v })
        {
            Name = "Destination", Default = "", Required = true, Help = "Where the route leads.",
        };

    /// <summary>The keys of [Route …].</summary>
    public static IReadOnlyList<ConfigurationKey<RouteDraft>> RouteKeys { get; } =
    [
        RouteDestination,
        new ConfigurationKey<RouteDraft, EniSelector>(ValueSyntax.Eni, o => o.Eni!, (o, v) => o with { Eni = v })
        {
            Name = "Eni", Default = "", Required = true, Help = "The ENI it goes through: its MAC, its interface's name or its subnet.",
        },
        new ConfigurationKey<RouteDraft, IpAddress>(ValueSyntax.Gateway, o => o.Gateway, (o, v) => o with { Gateway = v })
        {
            Name = "Gateway", Default = "", Help = "The gateway; the ENI's own when this is empty.",
        },
    ];

    /// <summary>[Eni …], any number of them.</summary>
    public static ConfigurationSection Eni { get; } = new(
        "Eni", "One ENI, by its MAC, its interface's name or its subnet; any number of sections.", EniKeys,
        new ValueSyntax<string>(
            ValueSyntax.Eni.Values,
            text => ValueSyntax.Eni.Parse(text) is { Error: { } error } ? Parsed<string>.Wrong(error) : ValueSyntax.Eni.Parse(text).Value!.ToString(),
            name => name));

    /// <summary>[Route …], any number of them.</summary>
    public static ConfigurationSection Route { get; } = new(
        "Route", "A route of the administrator's own through an ENI, in the main table and in the ENI's; any number of sections.", RouteKeys,
        new ValueSyntax<string>("NAME", text => text, name => name));

    /// <summary>Every section, in the order of the manual.</summary>
    public static IReadOnlyList<ConfigurationSection> Sections { get; } =
        [.. Fixed.Select(section => new ConfigurationSection(section.Kind, section.Help, section.Keys)), Eni, Route];

    /// <summary>The keys of the sections that stand once.</summary>
    public static IEnumerable<(ConfigurationSection Section, ConfigurationKey<AgentOptions> Key)> AgentKeys { get; } =
        [.. Sections.Where(section => section.Name is null)
            .SelectMany(section => section.Keys, (section, key) => (section, (ConfigurationKey<AgentOptions>)key))];

    private static ConfigurationKey<AgentOptions, T> Key<T>(
        string name, ValueSyntax<T> syntax, Func<AgentOptions, T> get, Func<AgentOptions, T, AgentOptions> set, string help) =>
        new(syntax, get, set) { Name = name, Help = help, Default = syntax.Format(get(new AgentOptions())) };
}
