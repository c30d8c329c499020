using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;

namespace EniAgent.Core.Ownership;

/// <summary>A machine made from an image of another one: what is remembered belongs to that other instance.</summary>
public static class Clone
{
    /// <summary>Every MAC that the state remembers something of.</summary>
    public static IReadOnlySet<MacAddress> Recorded(PersistentState state) =>
        state.Slots.Keys.Concat(state.Filed.Select(address => address.Mac)).Concat(state.Settings.Keys.Select(setting => setting.Mac)).ToHashSet();

    /// <summary>
    /// Whether the state is another instance's: its instance-id is another, and none of its MACs is here. An instance-id alone can be wrong, and NICs can all be
    /// exchanged; both together cannot be the same machine.
    /// </summary>
    /// <param name="state">What is remembered.</param>
    /// <param name="snapshot">What metadata says.</param>
    /// <param name="present">The MACs of the links that are here.</param>
    public static bool IsOne(PersistentState state, MetadataSnapshot snapshot, IEnumerable<MacAddress> present)
    {
        var recorded = Recorded(state);
        return state.InstanceId.Length > 0 && snapshot.InstanceId.Length > 0 && state.InstanceId != snapshot.InstanceId
            && recorded.Count > 0 && !present.Any(recorded.Contains) && !snapshot.Enis.Any(eni => recorded.Contains(eni.Mac));
    }
}
