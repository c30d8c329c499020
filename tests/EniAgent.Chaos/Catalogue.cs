using EniAgent.Chaos.Deeds;

namespace EniAgent.Chaos;

/// <summary>Everything that may happen.</summary>
internal static class Catalogue
{
    /// <summary>The deeds by name.</summary>
    public static IReadOnlyDictionary<string, Entry> Deeds { get; } =
        new[] { CloudDeeds.All, MetadataDeeds.All, ProcessDeeds.All, NeighbourDeeds.All, FileDeeds.All }.SelectMany(deeds => deeds).ToDictionary();

    /// <summary>How often a deed happens in comparison to others, and what it is.</summary>
    internal sealed record Entry(int Weight, Func<World, int, int, Task> Do);
}
