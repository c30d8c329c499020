using System.Collections.Immutable;
using System.Net;
using EniAgent.Core.Addressing;

namespace EniAgent.Core.Options;

/// <summary>Everything that can be configured, validated; the defaults are the product's defaults (eni-agent.conf(5)).</summary>
public sealed record AgentOptions
{
    /// <summary>[Metadata].</summary>
    public MetadataOptions Metadata { get; init; } = new();

    /// <summary>[Agent].</summary>
    public DaemonOptions Agent { get; init; } = new();

    /// <summary>[Network].</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>[Persistence] Backend.</summary>
    public PersistenceBackend Backend { get; init; } = PersistenceBackend.Auto;

    /// <summary>[Metrics] Socket: the path of the unix socket that also serves the metrics; empty for none.</summary>
    public string MetricsSocket { get; init; } = "";

    /// <summary>[Eni …], in the order of the files.</summary>
    public ImmutableArray<EniOptions> Enis { get; init; } = [];

    /// <summary>[Route …], in the order of the files.</summary>
    public ImmutableArray<RouteOptions> Routes { get; init; } = [];

    /// <summary>Equal when everything in it is equal, in order.</summary>
    public bool Equals(AgentOptions? other) =>
        other is not null && Metadata == other.Metadata && Agent == other.Agent && Network == other.Network && Backend == other.Backend
        && MetricsSocket == other.MetricsSocket && Enis.SequenceEqual(other.Enis) && Routes.SequenceEqual(other.Routes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Metadata, Agent, Network, Backend, Enis.Length, Routes.Length);
}

/// <summary>[Metadata].</summary>
public sealed record MetadataOptions
{
    /// <summary>Where the service answers: an IP literal and a port, plain HTTP.</summary>
    public IPEndPoint Endpoint { get; init; } = new(new IPAddress([169, 254, 0, 23]), 80);

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>[Agent].</summary>
public sealed record DaemonOptions
{
    /// <summary>How often metadata is polled.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the service waits for a first good snapshot before it reports ready anyway.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The least severe level that is logged.</summary>
    public LogLevelOption LogLevel { get; init; } = LogLevelOption.Information;
}

/// <summary>The values of [Agent] LogLevel.</summary>
public enum LogLevelOption
{
    /// <summary>Every detail.</summary>
    Debug,

    /// <summary>What was done.</summary>
    Information,

    /// <summary>What needs attention.</summary>
    Warning,

    /// <summary>What failed.</summary>
    Error,
}

/// <summary>[Network].</summary>
public sealed record NetworkOptions
{
    /// <summary>What to do about reverse-path filtering.</summary>
    public RpFilterMode RpFilter { get; init; } = RpFilterMode.Loose;

    /// <summary>What to do about answering ARP for another NIC's address.</summary>
    public ArpMode Arp { get; init; } = ArpMode.Auto;

    /// <summary>Where a secondary ENI's subnet route stands.</summary>
    public SubnetRouteMode SubnetRoute { get; init; } = SubnetRouteMode.Main;

    /// <summary>When rules are installed.</summary>
    public RulesMode Rules { get; init; } = RulesMode.Auto;

    /// <summary>The routing table of slot 0; slot n has this plus n.</summary>
    public uint TableBase { get; init; } = 31000;

    /// <summary>The priority of the first rule (net of the fallback's, which is 10 less).</summary>
    public uint RulePriority { get; init; } = 31000;

    /// <summary>The protocol that tags our routes, rules and addresses (RTPROT_*, 1 to 255).</summary>
    public byte RouteProtocol { get; init; } = 131;

    /// <summary>The link group of every ENI.</summary>
    public uint LinkGroup { get; init; } = 31000;
}

/// <summary>The values of [Network] RpFilter.</summary>
public enum RpFilterMode
{
    /// <summary>2 where strict filtering is in effect.</summary>
    Loose,

    /// <summary>0, where conf/all allows it.</summary>
    Off,

    /// <summary>As it is.</summary>
    Keep,
}

/// <summary>The values of [Network] Arp.</summary>
public enum ArpMode
{
    /// <summary>Strict where two ENIs share a subnet.</summary>
    Auto,

    /// <summary>Strict on every ENI.</summary>
    Strict,

    /// <summary>As it is.</summary>
    Keep,
}

/// <summary>The values of [Network] SubnetRoute.</summary>
public enum SubnetRouteMode
{
    /// <summary>In the main table, with a metric behind the primary ENI's.</summary>
    Main,

    /// <summary>In the ENI's own table only.</summary>
    Table,
}

/// <summary>The values of [Network] Rules.</summary>
public enum RulesMode
{
    /// <summary>From two ENIs on.</summary>
    Auto,

    /// <summary>Even with one ENI.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>The values of [Persistence] Backend.</summary>
public enum PersistenceBackend
{
    /// <summary>The first that manages the primary NIC now.</summary>
    Auto,

    /// <summary>Classic network-scripts, or NetworkManager's ifcfg-rh.</summary>
    Ifcfg,

    /// <summary>NetworkManager keyfiles.</summary>
    NetworkManager,

    /// <summary>netplan.</summary>
    Netplan,

    /// <summary>systemd-networkd.</summary>
    Networkd,

    /// <summary>ifupdown.</summary>
    Ifupdown,

    /// <summary>No network files.</summary>
    None,
}

/// <summary>[Eni SELECTOR].</summary>
/// <param name="Selector">Which ENI.</param>
/// <param name="Manage">False: leave this ENI alone altogether.</param>
public sealed record EniOptions(EniSelector Selector, bool Manage);

/// <summary>[Route NAME]: an administrator's own route through an ENI.</summary>
/// <param name="Name">The section's name.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Eni">Through which ENI.</param>
/// <param name="Gateway">Through which gateway; none for the ENI's own.</param>
public sealed record RouteOptions(string Name, IpPrefix Destination, EniSelector Eni, IpAddress Gateway = default);
