using EniAgent.Core.Options;

namespace EniAgent.Core.Planning;

/// <summary>The priorities of our rules, in the order in which they are asked.</summary>
/// <param name="Main">Main answers, unless with a default route or through an ENI; [Network] RulePriority.</param>
public readonly record struct RulePriorities(uint Main)
{
    /// <summary>Jumps of the fallback over <see cref="Main"/>, for destinations that main has behind an ENI.</summary>
    public uint Jump => Main - 10;

    /// <summary>From a secondary ENI's address: its table.</summary>
    public uint Source => Main + 10;

    /// <summary>From the primary ENI's subnet to a secondary one's: the primary ENI's table.</summary>
    public uint PrimarySource => Main + 15;

    /// <summary>Sockets bound to a secondary ENI's device: its table.</summary>
    public uint Bound => Main + 20;

    /// <summary>The priorities of a configuration.</summary>
    public static RulePriorities From(NetworkOptions options) => new(options.RulePriority);

    /// <summary>Whether a priority is one of ours.</summary>
    public bool Holds(uint priority) => priority >= Jump && priority <= Bound;
}
