using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;

namespace EniAgent.Reconciliation;

/// <summary>
/// A look at the machine's files after which there was nothing to write. Beside what is held here, which is immutable, it goes by the files alone:
/// which back end there is, what it wants and what stands there is all read through one <see cref="Linux.Files.WitnessingDisk"/>.
/// </summary>
/// <param name="belief">What was believed.</param>
/// <param name="desired">What the kernel must look like.</param>
/// <param name="observed">What it looked like.</param>
/// <param name="options">The configuration.</param>
/// <param name="filed">The addresses that files of ours hold.</param>
/// <param name="filedRules">The rules that they hold.</param>
/// <param name="result">What it came to.</param>
internal sealed class FormerLook(
    Belief belief,
    DesiredState desired,
    ObservedState observed,
    AgentOptions options,
    IReadOnlyCollection<ListedAddress> filed,
    IReadOnlyCollection<string> filedRules,
    FilesResult result)
{
    /// <summary>What it came to.</summary>
    public FilesResult Result => result;

    /// <summary>Whether a look that begins with these comes to the same, should the files be as they were.</summary>
    public bool BeganWith(Belief anotherBelief, ReconcileResult run, Reconciler reconciler) =>
        ReferenceEquals(belief, anotherBelief) && ReferenceEquals(desired, run.Desired) && ReferenceEquals(observed, run.Observed)
        && ReferenceEquals(options, reconciler.Options) && ReferenceEquals(filed, reconciler.Filed) && ReferenceEquals(filedRules, reconciler.FiledRules);
}
