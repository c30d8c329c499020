using System.Collections.Immutable;
using EniAgent.Core.Addressing;

namespace EniAgent.Core.Ownership;

/// <summary>What must be remembered across reboots (/var/lib/eni-agent/state.json).</summary>
public sealed record PersistentState
{
    /// <summary>A state with nothing in it.</summary>
    public static readonly PersistentState Empty = new();

    /// <summary>The instance that this state belongs to; empty before metadata was first read.</summary>
    public string InstanceId { get; init; } = "";

    /// <summary>Every ENI's slot.</summary>
    public ImmutableSortedDictionary<MacAddress, int> Slots { get; init; } = ImmutableSortedDictionary<MacAddress, int>.Empty;

    /// <summary>The values that settings had before the agent changed them.</summary>
    public ImmutableDictionary<SettingOf, SettingChange> Settings { get; init; } = ImmutableDictionary<SettingOf, SettingChange>.Empty;

    /// <summary>The addresses that files of ours bring up at the next boot: one of them that metadata does not list any more is known as an ENI's former one.</summary>
    public ImmutableHashSet<ListedAddress> Filed { get; init; } = [];

    /// <summary>
    /// The rules that files of ours bring up at the next boot, as <c>ip rule</c> writes them: they come back without our tag, and are known by this.
    /// </summary>
    public ImmutableHashSet<string> FiledRules { get; init; } = [];

    /// <summary>Equal when it holds the same entries.</summary>
    public bool Equals(PersistentState? other) =>
        other is not null && InstanceId == other.InstanceId && Slots.SequenceEqual(other.Slots) && Filed.SetEquals(other.Filed) && FiledRules.SetEquals(other.FiledRules)
        && Settings.Count == other.Settings.Count && Settings.All(s => other.Settings.TryGetValue(s.Key, out var change) && change == s.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(InstanceId, Slots.Count, Settings.Count);
}

/// <summary>A setting of an ENI's NIC.</summary>
/// <param name="Mac">The ENI.</param>
/// <param name="Name">E.g. "rp_filter".</param>
public readonly record struct SettingOf(MacAddress Mac, string Name);

/// <summary>A setting that the agent changed.</summary>
/// <param name="Original">Its value before.</param>
/// <param name="Ours">The value that the agent gave it.</param>
public readonly record struct SettingChange(int Original, int Ours);
