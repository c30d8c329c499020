using System.Collections.Immutable;

namespace EniAgent.Core.Planning;

/// <summary>The steps that lead from what was observed to what is desired, in order; empty when in sync.</summary>
/// <param name="Steps">The steps.</param>
public sealed record Plan(ImmutableArray<Step> Steps)
{
    /// <summary>True when there is nothing to do.</summary>
    public bool IsEmpty => Steps.IsEmpty;

    /// <summary>The plan that takes this one back: every step's inverse, the last one first.</summary>
    public Plan Inverse => new([.. Steps.Reverse().Select(step => step.Inverse)]);

    /// <summary>The plan that takes back just those steps of this one that were carried out.</summary>
    public static Plan InverseOf(IEnumerable<Step> done) => new([.. done.Reverse().Select(step => step.Inverse)]);
}
