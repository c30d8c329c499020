namespace EniAgent.Simulator;

/// <summary>How a detachment unfolds; both sides start at once.</summary>
public sealed record DetachOptions
{
    /// <summary>NIC and metadata at once.</summary>
    public static DetachOptions AtOnce { get; } = new();

    /// <summary>Before the NIC is unplugged.</summary>
    public TimeSpan NicDelay { get; init; }

    /// <summary>Before metadata forgets the MAC.</summary>
    public TimeSpan MetadataDelay { get; init; }
}
