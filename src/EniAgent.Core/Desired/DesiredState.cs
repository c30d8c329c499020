using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Desired;

/// <summary>What the kernel must look like, as far as it is ours to say.</summary>
public sealed record DesiredState
{
    /// <summary>Every ENI that is attached or believed to be, the primary one first, with what is to be done about it.</summary>
    public required IReadOnlyList<DesiredEni> Enis { get; init; }

    /// <summary>How main and the ENIs' tables are told apart.</summary>
    public required RoutingMode Mode { get; init; }

    /// <summary>The links' groups and states.</summary>
    public required IReadOnlyList<DesiredLink> Links { get; init; }

    /// <summary>The addresses: metadata's, and those of others that stay.</summary>
    public required IReadOnlyList<DesiredAddress> Addresses { get; init; }

    /// <summary>The routes.</summary>
    public required IReadOnlyList<DesiredRoute> Routes { get; init; }

    /// <summary>Routes of others that must change because what they rest on goes: a former gateway of the primary ENI, a released preferred source.</summary>
    public required IReadOnlyList<RouteReplacement> Replacements { get; init; }

    /// <summary>The rules.</summary>
    public required IReadOnlyList<DesiredRule> Rules { get; init; }

    /// <summary>The settings.</summary>
    public required IReadOnlyList<DesiredSetting> Settings { get; init; }

    /// <summary>What is asked for and cannot be had, in words.</summary>
    public IReadOnlyList<Sentence> Refusals { get; init; } = [];

    /// <summary>What of ours stays when all else is released, in words.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>True while nothing but what belongs to a missing NIC may be removed.</summary>
    public bool HoldRemovals { get; init; }
}

/// <summary>How traffic of secondary ENIs is kept from main's routes through other ENIs.</summary>
public enum RoutingMode
{
    /// <summary>No rules at all.</summary>
    None,

    /// <summary>One rule that suppresses main's default routes and everything through the ENIs' link group.</summary>
    Group,

    /// <summary>Jumps over a rule that suppresses main's default routes only.</summary>
    Jumps,

    /// <summary>A rule for every destination that main has elsewhere: kernels that cannot suppress.</summary>
    Destinations,
}

/// <summary>What is to be done about an ENI.</summary>
public enum EniCondition
{
    /// <summary>It is configured.</summary>
    Managed,

    /// <summary>The configuration says to leave it alone.</summary>
    Excluded,

    /// <summary>It is a container cluster's own network's: it is left alone, and what was ours on it goes.</summary>
    Yielded,

    /// <summary>Its NIC is not there.</summary>
    NoLink,

    /// <summary>Its metadata is not complete yet.</summary>
    Pending,

    /// <summary>Its metadata is wrong, or its NIC cannot be told.</summary>
    Failed,
}

/// <summary>An ENI and its place in the machine.</summary>
/// <param name="Mac">Its identity.</param>
/// <param name="IsPrimary">Whether it is the primary ENI.</param>
/// <param name="Condition">What is to be done about it.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Table">Its routing table.</param>
/// <param name="Metadata">What metadata says; null while that is not usable.</param>
/// <param name="Link">Its NIC; null where there is none.</param>
/// <param name="Error">What is wrong, or why it is left alone; null for nothing.</param>
public sealed record DesiredEni(
    MacAddress Mac, bool IsPrimary, EniCondition Condition, int Slot, uint Table, EniMetadata? Metadata, Link? Link, Sentence? Error)
{
    /// <summary>Whether its NIC is not ours to touch.</summary>
    public bool IsLeftAlone => Condition is EniCondition.Excluded or EniCondition.Yielded;
}

/// <summary>A link's group, and that it is up.</summary>
/// <param name="Eni">Whose NIC.</param>
/// <param name="Link">The link as observed.</param>
/// <param name="Up">Whether it must be up; false leaves it as it is.</param>
/// <param name="Group">The group that it must be in.</param>
public sealed record DesiredLink(MacAddress Eni, Link Link, bool Up, uint Group);

/// <summary>An address that stays or comes.</summary>
/// <param name="Eni">Whose.</param>
/// <param name="Address">The address.</param>
/// <param name="IsForeign">True for one of somebody else's that just stays.</param>
public sealed record DesiredAddress(MacAddress Eni, LinkAddress Address, bool IsForeign);

/// <summary>A route that must be there.</summary>
/// <param name="Eni">Whose.</param>
/// <param name="Route">The route.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record DesiredRoute(MacAddress Eni, Route Route, string Reason);

/// <summary>A route of somebody else's that must change.</summary>
/// <param name="Eni">Because of which ENI.</param>
/// <param name="Old">The route as observed.</param>
/// <param name="New">The route as it must be; null for one that goes.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record RouteReplacement(MacAddress Eni, Route Old, Route? New, string Reason);

/// <summary>A rule that must be there.</summary>
/// <param name="Eni">Whose; null for one that serves all.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record DesiredRule(MacAddress? Eni, Rule Rule, string Reason);

/// <summary>A setting and the value it must have.</summary>
/// <param name="Eni">Whose.</param>
/// <param name="Key">The setting.</param>
/// <param name="Value">Its value to be.</param>
/// <param name="Restores">True when this is the former value that comes back.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record DesiredSetting(MacAddress Eni, SysctlKey Key, int Value, bool Restores, string Reason);
