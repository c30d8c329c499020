using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;

namespace EniAgent.Core.Tests.Fakes;

/// <summary>The reconciler around the planner, with the ledger kept as the contract says: claimed before an add, cleared after a delete.</summary>
internal sealed class FakeAgent(FakeKernel kernel, AgentOptions options)
{
    public FakeKernel Kernel { get; } = kernel;

    public AgentOptions Options { get; set; } = options;

    public Ledger Ledger { get; set; } = Ledger.Empty;

    public PersistentState State { get; set; } = PersistentState.Empty;

    /// <summary>The same agent on the same kernel, from where both can go another way.</summary>
    public FakeAgent Clone() => new(Kernel.Clone(), Options) { Ledger = Ledger, State = State };

    public View Plan(Belief belief) => See(belief, DesiredStateBuilder.Build);

    public View PlanRelease() => See(new Belief(new MetadataSnapshot { InstanceId = "", PrimaryMac = default, Enis = [] }, [], [], null), DesiredStateBuilder.Release);

    /// <summary>Takes in what metadata says, as is done before anything is planned.</summary>
    public void Take(Belief belief)
    {
        Ledger = LedgerKeeper.Listing(Ledger, belief.Snapshot);
        State = State with { Slots = Slots.Assign(State.Slots, belief.Snapshot) };
    }

    /// <summary>Carries a plan out.</summary>
    public IReadOnlyList<StepOutcome> Apply(View view)
    {
        (Ledger, State) = LedgerKeeper.Before(Ledger, State, view.Steps, view.Owned);
        var outcomes = Kernel.Apply(view.Steps);
        (Ledger, State) = LedgerKeeper.After(Ledger, State, outcomes, view.Owned);
        return outcomes;
    }

    /// <summary>Is killed after <paramref name="count"/> steps: everything is claimed, nothing is cleared.</summary>
    public void ApplyAndDie(View view, int count)
    {
        (Ledger, State) = LedgerKeeper.Before(Ledger, State, view.Steps, view.Owned);
        Kernel.Apply([.. view.Steps.Take(count)]);
    }

    /// <summary>Passes until nothing is left to do; the plans of all of them.</summary>
    public IReadOnlyList<View> Converge(Belief belief)
    {
        Take(belief);
        var passes = Run(() => Plan(belief));
        Ledger = LedgerKeeper.Settled(Ledger, passes[^1].Observed, belief, passes[^1].Owned);
        return passes;
    }

    /// <summary>Leaves the machine.</summary>
    public IReadOnlyList<View> Release()
    {
        var passes = Run(PlanRelease);
        (Ledger, State) = (Ledger.Empty, State with { Settings = PersistentState.Empty.Settings });
        return passes;
    }

    private List<View> Run(Func<View> plan)
    {
        var passes = new List<View>();
        do
        {
            Assert.True(passes.Count < 5, "the fifth plan is still not empty: " + string.Join("; ", passes.Select(p => p.Text)));
            passes.Add(plan());
            var failed = Apply(passes[^1]).Where(o => o.Failure is not null).ToList();
            Assert.True(failed.Count == 0, $"{failed.FirstOrDefault()}\nin {passes[^1].Text}\non {string.Join('\n', Kernel.Print())}");
        }
        while (passes[^1].Steps.Count > 0);

        return passes;
    }

    private View See(Belief belief, Func<DesiredInput, DesiredState> build)
    {
        var macs = belief.Snapshot.Enis.Select(eni => eni.Mac).Concat(belief.Snapshot.Faults.Select(f => f.Mac)).Concat(Ledger.Macs)
            .Concat(State.Settings.Keys.Select(s => s.Mac)).Concat(State.Slots.Keys).ToHashSet();
        var observed = Kernel.Observe(new ObserveRequest(macs, Options.Network.RouteProtocol, !Kernel.Features.RuleSuppression));
        var owned = new OwnedObjects(Ledger, Options.Network, observed.Links);
        var desired = build(new DesiredInput
        {
            Belief = belief,
            Observed = observed,
            Options = Options,
            Features = Kernel.Features,
            Owned = owned,
            State = State,
        });
        return new View(observed, owned, desired, Planner.Create(desired, observed, owned), Kernel.NameOf);
    }

    internal sealed record View(ObservedState Observed, OwnedObjects Owned, DesiredState Desired, Core.Planning.Planning Planning, Func<int, string> LinkName)
    {
        public IReadOnlyList<Step> Steps => Planning.Plan.Steps;

        public string Text => string.Join('\n', Steps.Select(step => $"{step.Sign} {StepText.Of(step, LinkName)}"));
    }
}
