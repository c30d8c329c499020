using System.Diagnostics;

namespace EniAgent.Chaos;

/// <summary>Finds the few deeds of a long walk that it takes (delta debugging: Zeller, Hildebrandt, "Simplifying and isolating failure-inducing input").</summary>
internal static class Shrinker
{
    /// <summary>Leaves deeds out as long as the walk still ends with the same kind of violation.</summary>
    /// <param name="deeds">The deeds until the violation.</param>
    /// <param name="fails">Walks; true when it ended as the whole walk did.</param>
    /// <param name="limit">After what time it is good enough.</param>
    public static async Task<IReadOnlyList<Deed>> ShrinkAsync(IReadOnlyList<Deed> deeds, Func<IReadOnlyList<Deed>, Task<bool>> fails, TimeSpan limit)
    {
        var (since, parts) = (Stopwatch.GetTimestamp(), 2);
        while (deeds.Count > 1)
        {
            var size = (deeds.Count + parts - 1) / parts;
            IReadOnlyList<Deed>? shorter = null;
            for (var start = 0; start < deeds.Count && shorter is null; start += size)
            {
                IReadOnlyList<Deed> rest = [.. deeds.Take(start), .. deeds.Skip(start + size)];
                if (Stopwatch.GetElapsedTime(since) > limit)
                {
                    return deeds;
                }

                shorter = await fails(rest) ? rest : null;
            }

            if (shorter is not null)
            {
                (deeds, parts) = (shorter, Math.Max(2, parts - 1));
            }
            else if (size > 1)
            {
                parts = Math.Min(parts * 2, deeds.Count);
            }
            else
            {
                return deeds;
            }
        }

        return deeds;
    }
}
