using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;
using EniAgent.Linux.State;
using Microsoft.Extensions.Logging;

namespace EniAgent.Reconciliation;

/// <summary>
/// The one function behind every trigger: observe, compute a plan, apply it, look again. It is in sync when the plan made from a fresh observation is empty.
/// </summary>
internal sealed class Reconciler
{
    // One pass to do it, one to verify it, and two for what only shows on the way (a route that went with an address, a feature that is not there).
    private const int MostPasses = 4;

    private static readonly IpPrefix Loopback = IpPrefix.Parse("127.0.0.0/8");

    private readonly INetworkStack _stack;
    private readonly StateStore _store;
    private readonly ILogger<Reconciler> _logger;
    private Ledger _ledger;
    private PersistentState _state;
    private Ledger _writtenLedger;
    private PersistentState _writtenState;
    private FormerRun? _former;

    public Reconciler(INetworkStack stack, StateStore store, AgentOptions options, ILogger<Reconciler> logger)
    {
        _stack = stack;
        _store = store;
        _logger = logger;
        Options = options;
        _state = store.ReadState();

        // What a file of ours has brought up is an ENI's, though no process of this boot has put it there.
        var ledger = store.ReadLedger();
        _ledger = ledger with { Listed = ledger.Listed.Union(_state.Filed) };
        (_writtenLedger, _writtenState) = (_ledger, _state);
        Open = store.ReadTransaction();
    }

    /// <summary>The configuration in force.</summary>
    public AgentOptions Options { get; set; }

    /// <summary>What metadata has listed since boot.</summary>
    public IEnumerable<ListedAddress> Listed => _ledger.Listed;

    /// <summary>The addresses that files of ours hold.</summary>
    public IReadOnlyCollection<ListedAddress> Filed => _state.Filed;

    /// <summary>Called just before the kernel is observed: what it has said until then is contained in the observation.</summary>
    public Action BeforeObserve { get; set; } = () => { };

    /// <summary>Called with the links just observed; true when they were not watched yet, and must be observed again now that they are.</summary>
    public Func<ObservedState, bool> WatchMore { get; set; } = _ => false;

    /// <summary>Says what would be done; changes nothing.</summary>
    public ReconcileResult Plan(Belief belief)
    {
        var ledger = LedgerKeeper.Listing(_ledger, belief.Snapshot);
        var state = _state with { Slots = Slots.Assign(_state.Slots, belief.Snapshot) };
        var view = View(belief, ledger, state, DesiredStateBuilder.Build);
        return new ReconcileResult(view.Desired, view.Owned, view.Observed, view.Planning, [], [], []);
    }

    /// <summary>The transaction that has begun and not ended, in this process or an earlier one; null where there is none.</summary>
    public Transaction? Open { get; private set; }

    /// <summary>Makes the kernel what the belief says.</summary>
    /// <param name="belief">What is believed.</param>
    /// <param name="begin">
    /// Makes a transaction of what was observed and all steps of this run until now, or null where nothing is at stake: it is noted before the steps are made,
    /// until <see cref="EndTransaction"/>.
    /// </param>
    public ReconcileResult Converge(Belief belief, Func<ObservedState, IReadOnlyList<Step>, Transaction?>? begin = null)
    {
        ObservedState? seen = null;
        if (_former is { } former && Open is null && IsWritten && former.BeganWith(belief, Options, _stack.Features, _ledger, _state))
        {
            seen = Observe(former.Request);
            if (seen.SaysTheSameAs(former.Result.Observed))
            {
                return former.Result;
            }
        }

        _former = null;
        var problems = new List<string>();
        Keep(LedgerKeeper.Listing(_ledger, belief.Snapshot), _state with
        {
            Slots = Slots.Assign(_state.Slots, belief.Snapshot),
            InstanceId = belief.Snapshot.InstanceId,
        });
        var result = Run(belief, DesiredStateBuilder.Build, problems, begin, seen);
        if (result.InSync)
        {
            var (ledger, state) = (_ledger, _state);
            Save(LedgerKeeper.Settled(_ledger, result.Observed, belief, OwnedIn(result.Observed)), _state, problems);
            if (ReferenceEquals(ledger, _ledger))
            {
                _former = new FormerRun(belief, Options, _stack.Features, ledger, state, RequestFor(belief, ledger, state), result with { Done = [], Problems = [] });
            }
        }

        return result;
    }

    /// <summary>Whether what is remembered may be another instance's, as on a machine made from an image; <see cref="Clone.IsOne"/> tells for sure.</summary>
    public bool MayBeClone(Belief belief) => _state.InstanceId.Length > 0 && _state.InstanceId != belief.Snapshot.InstanceId;

    /// <summary>Whether what is remembered is another instance's.</summary>
    public bool IsClone(Belief belief, ObservedState observed) => Clone.IsOne(_state, belief.Snapshot, observed.Links.Select(link => link.Mac));

    /// <summary>
    /// Forgets the instance from whose image this machine was made. Its addresses that files have brought up on our NICs are then known as ones that metadata
    /// does not list any more.
    /// </summary>
    /// <returns>Why that could not be written; empty when it was.</returns>
    public IReadOnlyList<string> LeaveFormerInstance(Belief belief, ObservedState observed)
    {
        var former = _state.Filed.Select(filed => filed.Address).ToHashSet();
        var macs = observed.Links.ToDictionary(link => link.Index, link => link.Mac);
        var up = observed.Addresses.Where(a => former.Contains(a.Address.Address) && macs.ContainsKey(a.LinkIndex))
            .Select(a => new ListedAddress(macs[a.LinkIndex], a.Address.Address));
        var problems = new List<string>();
        Save(
            _ledger with { Listed = _ledger.Listed.Except(_state.Filed).Union(up) },
            PersistentState.Empty with { InstanceId = belief.Snapshot.InstanceId },
            problems);
        return problems;
    }

    /// <summary>Takes everything of ours away and gives back what was changed; see <see cref="DesiredStateBuilder.Release"/>.</summary>
    public ReconcileResult Release()
    {
        var problems = new List<string>();

        // Nobody will learn any more whether changes in whose middle a process ended have cost the machine its contact.
        if (Open is { } transaction)
        {
            var observed = _stack.Observe(new ObserveRequest(_ledger.Macs.ToHashSet(), Options.Network.RouteProtocol, AllMainRoutes: false));
            problems.AddRange(TakeBack(transaction.DoneIn(observed), observed));
            problems.AddRange(EndTransaction());
        }

        var nothing = new Belief(new MetadataSnapshot { InstanceId = _state.InstanceId, PrimaryMac = default, Enis = [] }, [], [], null);
        var result = Run(nothing, DesiredStateBuilder.Release, problems);
        if (result.InSync)
        {
            Save(Ledger.Empty, _state with { Settings = PersistentState.Empty.Settings }, problems);
        }

        return result;
    }

    /// <summary>The rules that files of ours hold, as <c>ip rule</c> writes them.</summary>
    public IReadOnlyCollection<string> FiledRules => _state.FiledRules;

    /// <summary>Remembers which addresses and rules files of ours hold.</summary>
    /// <returns>Why that could not be written; empty when it was.</returns>
    public IReadOnlyList<string> Remember(IEnumerable<ListedAddress> filed, IEnumerable<string> rules)
    {
        var problems = new List<string>();
        Save(_ledger, _state with { Filed = [.. filed], FiledRules = [.. rules] }, problems);
        return problems;
    }

    /// <summary>Takes steps back, the last one first.</summary>
    /// <returns>Why a step could not be taken back, in words; empty when all were.</returns>
    public IReadOnlyList<string> TakeBack(IReadOnlyList<Step> done, ObservedState observed)
    {
        var problems = new List<string>();
        var owned = OwnedIn(observed);
        var steps = Core.Planning.Plan.InverseOf(done).Steps;
        var (ledger, state) = LedgerKeeper.Before(_ledger, _state, steps, owned);
        Save(ledger, state, problems);
        var outcomes = _stack.Apply(steps);
        (ledger, state) = LedgerKeeper.After(_ledger, _state, outcomes, owned);
        Save(ledger, state, problems);
        return [.. problems, .. outcomes.Where(o => o.Failure is not null).Select(o => $"{StepText.Of(o.Step, observed.LinkName)}: {o.Failure!.Message}")];
    }

    /// <summary>The addresses that the machine has, those of loopback left out.</summary>
    public IReadOnlyList<IpAddress> Addresses() =>
        [.. _stack.Observe(new ObserveRequest(new HashSet<MacAddress>(), Options.Network.RouteProtocol, AllMainRoutes: false)).Addresses
            .Select(address => address.Address.Address).Where(address => !Loopback.Contains(address))];

    /// <summary>The changes are at their end, whichever.</summary>
    /// <returns>Why that could not be noted; empty when it was.</returns>
    public IReadOnlyList<string> EndTransaction()
    {
        var problems = new List<string>();
        Open = null;
        Try(_store.EndTransaction, problems);
        return problems;
    }

    private ReconcileResult Run(
        Belief belief,
        Func<DesiredInput, DesiredState> build,
        List<string> problems,
        Func<ObservedState, IReadOnlyList<Step>, Transaction?>? begin = null,
        ObservedState? seen = null)
    {
        var done = new List<Step>();
        var failed = new Dictionary<string, StepOutcome>(StringComparer.Ordinal);
        for (var pass = 1; ; pass++)
        {
            var view = View(belief, _ledger, _state, build, seen);
            seen = null;
            var textOf = (Step step) => StepText.Of(step, view.Observed.LinkName);
            var due = view.Planning.Plan.Steps.Where(step => !failed.ContainsKey(textOf(step))).ToList();
            if (due.Count == 0 || pass > MostPasses)
            {
                Write(problems);

                // What was answered with success and is not there on a fresh look has failed as well. What is new each time, for somebody goes on adding, is for the next run.
                var tried = done.Select(textOf).ToHashSet(StringComparer.Ordinal);
                var unmet = view.Planning.Plan.Steps.Select(step => failed.GetValueOrDefault(textOf(step)) ?? new StepOutcome(step, tried.Contains(textOf(step))
                    ? new StepFailure(FailureKind.Conflict, "it was done, but does not last")
                    : new StepFailure(FailureKind.Skipped, "it has come up only now")));
                return new ReconcileResult(view.Desired, view.Owned, view.Observed, view.Planning, done, [.. unmet], problems);
            }

            var (ledger, state) = LedgerKeeper.Before(_ledger, _state, due, view.Owned);
            Save(ledger, state, problems);
            if (begin?.Invoke(view.Observed, [.. done, .. due]) is { } transaction)
            {
                Open = transaction;
                Try(() => _store.Write(transaction), problems);
            }

            var outcomes = _stack.Apply(due);
            (ledger, state) = LedgerKeeper.After(_ledger, _state, outcomes, view.Owned);
            Save(ledger, state, problems);
            foreach (var (step, failure) in outcomes)
            {
                var text = textOf(step);
                if (failure is null)
                {
                    done.Add(step);
                    ReconcilerLog.Done(_logger, step.Sign, text, step.Reason);
                }
                else if (failure.Kind != FailureKind.Skipped)
                {
                    failed[text] = new StepOutcome(step, failure);
                }
            }

            // What a failure held up is not tried again in this run: its ENI has failed.
            foreach (var outcome in outcomes.Where(o => o.Failure?.Kind == FailureKind.Skipped))
            {
                failed.TryAdd(textOf(outcome.Step), outcome);
            }
        }
    }

    private OwnedObjects OwnedIn(ObservedState observed) => new(_ledger, Options.Network, observed.Links, _state.FiledRules);

    private KernelView View(Belief belief, Ledger ledger, PersistentState state, Func<DesiredInput, DesiredState> build, ObservedState? seen = null)
    {
        var observed = seen ?? Observe(RequestFor(belief, ledger, state));
        var owned = new OwnedObjects(ledger, Options.Network, observed.Links, state.FiledRules);
        var desired = build(new DesiredInput
        {
            Belief = belief,
            Observed = observed,
            Options = Options,
            Features = _stack.Features,
            Owned = owned,
            State = state,
        });
        return new KernelView(observed, owned, desired, Planner.Create(desired, observed, owned));
    }

    private ObserveRequest RequestFor(Belief belief, Ledger ledger, PersistentState state)
    {
        var macs = belief.Snapshot.Enis.Select(eni => eni.Mac).Concat(belief.Snapshot.Faults.Select(f => f.Mac)).Concat(ledger.Macs)
            .Concat(state.Settings.Keys.Select(s => s.Mac)).Concat(state.Slots.Keys).ToHashSet();
        return new ObserveRequest(macs, Options.Network.RouteProtocol, !_stack.Features.RuleSuppression);
    }

    private ObservedState Observe(ObserveRequest request)
    {
        ObservedState observed;
        do
        {
            BeforeObserve();
            observed = _stack.Observe(request);
        }
        while (WatchMore(observed));

        return observed;
    }

    private void Save(Ledger ledger, PersistentState state, List<string> problems)
    {
        Keep(ledger, state);
        Write(problems);
    }

    // For what may still change before anything is done by it: the disk is asked once.
    private void Keep(Ledger ledger, PersistentState state)
    {
        _ledger = ledger != _ledger ? ledger : _ledger;
        _state = state != _state ? state : _state;
    }

    private bool IsWritten => ReferenceEquals(_ledger, _writtenLedger) && ReferenceEquals(_state, _writtenState);

    private void Write(List<string> problems)
    {
        if (!ReferenceEquals(_ledger, _writtenLedger) && Try(() => _store.Write(_ledger), problems))
        {
            _writtenLedger = _ledger;
        }

        if (!ReferenceEquals(_state, _writtenState) && Try(() => _store.Write(_state), problems))
        {
            _writtenState = _state;
        }
    }

    // A full disk must not keep the network from converging: it is reported, what is in memory holds for as long as we live, and the next run tries again.
    private static bool Try(Action write, List<string> problems)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!problems.Contains(e.Message))
            {
                problems.Add(e.Message);
            }

            return false;
        }
    }

    private sealed record KernelView(ObservedState Observed, OwnedObjects Owned, DesiredState Desired, Core.Planning.Planning Planning);
}

/// <summary>What a reconciliation came to.</summary>
/// <param name="Desired">The desired state at the end.</param>
/// <param name="Owned">What is ours.</param>
/// <param name="Observed">The kernel's state at the end.</param>
/// <param name="Planning">What was left to do at the end, and what is in the way.</param>
/// <param name="Done">The steps carried out.</param>
/// <param name="Failed">The steps that could not be carried out.</param>
/// <param name="Problems">Files that could not be written.</param>
internal sealed record ReconcileResult(
    DesiredState Desired,
    OwnedObjects Owned,
    ObservedState Observed,
    Core.Planning.Planning Planning,
    IReadOnlyList<Step> Done,
    IReadOnlyList<StepOutcome> Failed,
    IReadOnlyList<string> Problems)
{
    /// <summary>True when contact was lost by it, and everything was taken back.</summary>
    public bool IsRolledBack { get; init; }

    /// <summary>True when it put back what somebody else had undone.</summary>
    public bool IsRepair { get; init; }

    /// <summary>What became of the machine's files; null where they were not looked at.</summary>
    public FilesResult? Files { get; init; }

    /// <summary>True when a plan made from a fresh observation is empty.</summary>
    public bool InSync => Planning.Plan.IsEmpty && !IsRolledBack;

    /// <summary>The name of a link.</summary>
    public string LinkName(int index) => Observed.LinkName(index);
}

internal static partial class ReconcilerLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Sign} {Step} ({Reason})")]
    public static partial void Done(ILogger logger, char sign, string step, string reason);
}
