using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;

namespace EniAgent.Reconciliation;

/// <summary>
/// A run that ended in sync, for the next one to end with when nothing is new. What a run in sync comes to – the desired state, what is ours, the plan with its
/// conflicts – is made by pure functions of what is held here and of what was observed: <see cref="Core.Desired.DesiredStateBuilder"/>, <see cref="OwnedObjects"/>
/// and <see cref="Core.Planning.Planner"/> ask no clock and no file. The rest of it is empty: with no step due none is done and none fails, no transaction
/// begins, and ledger and state stay as they are, for the run has left them so. All that is immutable, so that the same object says the same; only
/// the kernel is looked at anew each time, all of it.
/// </summary>
/// <param name="belief">What was believed.</param>
/// <param name="options">The configuration.</param>
/// <param name="features">What the kernel can do.</param>
/// <param name="ledger">The ledger, by which the last look of the run was judged and which it left as it was.</param>
/// <param name="state">What is remembered, likewise.</param>
/// <param name="request">What was observed follows from all these.</param>
/// <param name="result">What it came to, but for what it did on the way.</param>
internal sealed class FormerRun(
    Belief belief, AgentOptions options, KernelFeatures features, Ledger ledger, PersistentState state, ObserveRequest request, ReconcileResult result)
{
    /// <summary>What to observe.</summary>
    public ObserveRequest Request => request;

    /// <summary>What it came to.</summary>
    public ReconcileResult Result => result;

    /// <summary>Whether a run that begins with these comes to the same, should the kernel be as it was.</summary>
    public bool BeganWith(Belief anotherBelief, AgentOptions otherOptions, KernelFeatures otherFeatures, Ledger anotherLedger, PersistentState anotherState) =>
        ReferenceEquals(belief, anotherBelief) && ReferenceEquals(options, otherOptions) && ReferenceEquals(features, otherFeatures)
        && ReferenceEquals(ledger, anotherLedger) && ReferenceEquals(state, anotherState);
}
