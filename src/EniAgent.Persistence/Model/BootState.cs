using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;

namespace EniAgent.Persistence.Model;

/// <summary>
/// What the files must bring up at the next boot without the agent: the desired state without what is true for this boot only (link indexes, foreign
/// addresses, what the kernel can do).
/// </summary>
public sealed record BootState
{
    /// <summary>The ENIs that are configured, the primary one first, the others by slot.</summary>
    public required IReadOnlyList<BootEni> Enis { get; init; }

    /// <summary>The configuration of tables, priorities, groups and tags.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Whether there are rules, and with them the ENIs' own tables; false on a machine with one ENI.</summary>
    public bool HasRules { get; init; }

    /// <summary>ENIs of which too little is known now: their files stay as they are.</summary>
    public IReadOnlySet<MacAddress> Untouched { get; init; } = new HashSet<MacAddress>();

    /// <summary>True while the files of an ENI that is not mentioned at all must stay.</summary>
    public bool HoldRemovals { get; init; }

    /// <summary>True while too little is known of some ENI to take away what may be its own.</summary>
    public bool IsUnclear => HoldRemovals || Untouched.Count > 0;

    /// <summary>
    /// Addresses that were an ENI's and are not any more (released, or of the machine that this one was cloned from): they leave files that are edited. What
    /// stands in such a file and is neither here nor in <see cref="BootEni.Addresses"/> is the administrator's, and stays.
    /// </summary>
    public IReadOnlySet<ListedAddress> Former { get; init; } = new HashSet<ListedAddress>();

    /// <summary>The primary ENI; null when it is not among <see cref="Enis"/>.</summary>
    public BootEni? Primary => Enis.FirstOrDefault(eni => eni.IsPrimary);

    /// <summary>The secondary ENIs, by slot.</summary>
    public IEnumerable<BootEni> Secondaries => Enis.Where(eni => !eni.IsPrimary);

    /// <summary>What the machine's own files say by themselves: the primary ENI with its primary address, and nothing that the agent adds.</summary>
    public BootState Bare => this with
    {
        Enis = [.. Enis.Where(eni => eni.IsPrimary).Select(eni => eni with { Addresses = [eni.Addresses[0]], Routes = [], Settings = [] })],
        HasRules = false,
    };

    /// <summary>Equal when the files that follow from both are.</summary>
    public bool Equals(BootState? other) =>
        other is not null && Network == other.Network && HasRules == other.HasRules && HoldRemovals == other.HoldRemovals
        && Enis.SequenceEqual(other.Enis) && Untouched.SetEquals(other.Untouched) && Former.SetEquals(other.Former);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Enis.Count, HasRules, HoldRemovals, Former.Count);
}

/// <summary>One ENI as the files must bring it up.</summary>
public sealed record BootEni
{
    /// <summary>Its identity: the files match by it, for names may change between boots.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The name of its NIC now.</summary>
    public required string Interface { get; init; }

    /// <summary>Whether it is the primary ENI: its definition is somebody else's (an image's, cloud-init's), and ours only adds to it.</summary>
    public required bool IsPrimary { get; init; }

    /// <summary>Its slot; 0 is the primary ENI's.</summary>
    public required int Slot { get; init; }

    /// <summary>Its own routing table; in use only when <see cref="BootState.HasRules"/>.</summary>
    public required uint Table { get; init; }

    /// <summary>Its subnet; every address has its prefix length.</summary>
    public required IpPrefix Subnet { get; init; }

    /// <summary>Its gateway. A secondary ENI's default route stands in its own table only, never in main.</summary>
    public required IpAddress Gateway { get; init; }

    /// <summary>Its private addresses, the primary one first.</summary>
    public required IReadOnlyList<IpAddress> Addresses { get; init; }

    /// <summary>The administrator's configured routes through it: in main, and in its own table when there are rules.</summary>
    public IReadOnlyList<BootRoute> Routes { get; init; } = [];

    /// <summary>The metric of its subnet's prefix route in main; 0 (the kernel's own) for the primary ENI.</summary>
    public uint PrefixMetric { get; init; }

    /// <summary>Whether its prefix route stands in main; false for a secondary ENI under [Network] SubnetRoute=table.</summary>
    public bool SubnetInMain { get; init; } = true;

    /// <summary>Settings under net.ipv4.conf.NAME that differ from the system's, e.g. rp_filter 2.</summary>
    public IReadOnlyList<(string Name, int Value)> Settings { get; init; } = [];

    /// <summary>
    /// The same settings as they are in force now: a line of a file that says just that stays, though it is not known any more (a lost state.json) why it is
    /// there.
    /// </summary>
    public IReadOnlyList<(string Name, int Value)> InForce { get; init; } = [];

    /// <summary>The address with its prefix length.</summary>
    public IEnumerable<InterfaceAddress> InterfaceAddresses => Addresses.Select(a => new InterfaceAddress(a, Subnet.Length));

    /// <summary>Whether the gateway lies outside the subnet, so that its route needs to be told that it is on the link.</summary>
    public bool NeedsOnLink(IpAddress gateway) => gateway.Family == Subnet.Family && !Subnet.Contains(gateway);

    /// <summary>Everything that stands in the ENI's own table: its subnet, the default route, the configured routes.</summary>
    public IEnumerable<BootRoute> TableRoutes =>
        new[] { new BootRoute(Subnet, default), new BootRoute(IpPrefix.Default(Subnet.Family), Gateway) }.Concat(Routes).DistinctBy(r => r.Destination);

    /// <summary>Equal when everything in it is equal, in order.</summary>
    public bool Equals(BootEni? other) =>
        other is not null && Mac == other.Mac && Interface == other.Interface && IsPrimary == other.IsPrimary && Slot == other.Slot && Table == other.Table
        && Subnet == other.Subnet && Gateway == other.Gateway && PrefixMetric == other.PrefixMetric && SubnetInMain == other.SubnetInMain
        && Addresses.SequenceEqual(other.Addresses) && Routes.SequenceEqual(other.Routes) && Settings.SequenceEqual(other.Settings) && InForce.SequenceEqual(other.InForce);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mac, Subnet, Gateway, Addresses.Count);
}

/// <summary>A route through an ENI.</summary>
/// <param name="Destination">Where to.</param>
/// <param name="Gateway">Through which gateway; none for an on-link destination.</param>
public readonly record struct BootRoute(IpPrefix Destination, IpAddress Gateway);
