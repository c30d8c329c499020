using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;

namespace EniAgent.Core.Desired;

/// <summary>An ENI that is configured: its metadata and its NIC are both there.</summary>
internal sealed record ManagedEni(EniMetadata Metadata, Link Link, int Slot, uint Table)
{
    public MacAddress Mac => Metadata.Mac;

    public bool IsPrimary => Metadata.IsPrimary;

    public IpPrefix Subnet => Metadata.Subnet;

    public IpAddress Gateway => Metadata.Gateway;
}

/// <summary>What the parts of the desired state have in common.</summary>
/// <param name="Input">What the desired state follows from.</param>
/// <param name="Enis">The ENIs that are attached.</param>
/// <param name="Managed">Those that are configured.</param>
/// <param name="Mode">How main and the ENIs' tables are told apart.</param>
internal sealed record DesiredContext(DesiredInput Input, IReadOnlyList<DesiredEni> Enis, IReadOnlyList<ManagedEni> Managed, RoutingMode Mode)
{
    public NetworkOptions Network => Input.Options.Network;

    public ObservedState Observed => Input.Observed;

    public KernelFeatures Features => Input.Features;

    public ManagedEni? Primary => Managed.FirstOrDefault(eni => eni.IsPrimary);

    public IEnumerable<ManagedEni> Secondaries => Managed.Where(eni => !eni.IsPrimary);

    public bool HasRules => Mode != RoutingMode.None;

    /// <summary>The NICs of every ENI that is or was attached.</summary>
    public IReadOnlyList<Link> Nics { get; } = [.. LinkMatcher.Nics(Input.Observed.Links)];

    /// <summary>The same by their indexes: what leaves through one that is not attached any more is on its way out, and nobody's other way.</summary>
    public HashSet<int> EniLinks { get; } = LinkMatcher.Nics(Input.Observed.Links).Select(link => link.Index).ToHashSet();

    /// <summary>The links of the attached ENIs but those that are to be left alone: they belong into our group.</summary>
    public HashSet<int> Members { get; } =
        Enis.Where(eni => eni.Link is not null && !eni.IsLeftAlone).Select(eni => eni.Link!.Index).ToHashSet();

    /// <summary>The metric of the primary ENI's own prefix route in main, as it really is.</summary>
    public uint PrimaryMetric { get; } = Managed.FirstOrDefault(eni => eni.IsPrimary) is not { } primary ? 0 : Input.Observed.Routes
        .Where(r => r.Table == Route.MainTable && r.LinkIndex == primary.Link.Index && r.Destination == primary.Subnet && r.Gateway.IsNone)
        .Select(r => r.Metric).DefaultIfEmpty(0u).Max();

    public static DesiredContext Create(DesiredInput input, IReadOnlyList<DesiredEni> enis)
    {
        var managed = enis.Where(eni => eni.Condition == EniCondition.Managed)
            .Select(eni => new ManagedEni(eni.Metadata!, eni.Link!, eni.Slot, eni.Table)).ToList();
        return new DesiredContext(input, enis, managed, ModeOf(input, enis, managed));
    }

    private static RoutingMode ModeOf(DesiredInput input, IReadOnlyList<DesiredEni> enis, List<ManagedEni> managed)
    {
        var wanted = input.Options.Network.Rules switch
        {
            RulesMode.Never => false,
            RulesMode.Always => managed.Count > 0,
            _ => managed.Any(eni => !eni.IsPrimary),
        };
        if (!wanted)
        {
            return RoutingMode.None;
        }

        if (!input.Features.RuleSuppression)
        {
            return RoutingMode.Destinations;
        }

        // A group rule is only right when every ENI's link is in the group, also that of an ENI whose metadata is not complete yet. A link that is in
        // somebody else's group stays there, and a link that we are told to leave alone is not put into ours.
        var ours = input.Options.Network.LinkGroup;
        var groupable = enis.Where(eni => eni.Link is not null)
            .All(eni => !eni.IsLeftAlone && (eni.Link!.Group == ours || eni.Link.Group == 0));
        return input.Features.RuleSuppressGroup && groupable ? RoutingMode.Group : RoutingMode.Jumps;
    }
}
