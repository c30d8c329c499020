using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Core.Wording;
using Microsoft.Extensions.Logging;

namespace EniAgent.Reconciliation;

/// <summary>
/// Converges, and takes everything back when the machine lost its way out by it: after a change that this way rests on, metadata must still answer and the gateways
/// of the changed ENIs must still resolve. Either alone can pass while clients are lost. What is at stake is noted before it is done, so that a process that is
/// ended in between leaves it to the next one.
/// </summary>
internal sealed class ContactGuard(Reconciler reconciler, MetadataFollower metadata, INetworkStack stack, TimeProvider time, ILogger<ContactGuard> logger)
{
    /// <summary>How long contact may be missing before everything is taken back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    /// <summary>How long contact is looked for before a change, where nobody has just had it.</summary>
    public static readonly TimeSpan PatienceBefore = TimeSpan.FromSeconds(1);

    /// <summary>How long after its begin an interrupted transaction is taken back: later, what it did has been in use for long, and contact is missing for other reasons.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>What is said when everything was taken back.</summary>
    public static readonly Sentence TakenBack = new("contact was lost by the changes, and they were taken back", "变更导致失联，已全部回退");

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>Converges. Losing contact that was there before is our doing.</summary>
    /// <param name="belief">What is believed.</param>
    /// <param name="hasContact">True right after metadata was read; otherwise contact is looked for first, where it is at stake. What is not there cannot be lost.</param>
    /// <param name="cancellationToken">Tells to end: what was done stands, and the next start looks at it again.</param>
    public async Task<ReconcileResult> ConvergeAsync(Belief belief, bool hasContact, CancellationToken cancellationToken)
    {
        if (await RecoverAsync(cancellationToken).ConfigureAwait(false) is { } taken && taken.Equals(belief.Snapshot))
        {
            return reconciler.Plan(belief) with { IsRolledBack = true, Problems = [TakenBack.English] };
        }

        if (!hasContact && !await HadContactAsync(belief, cancellationToken).ConfigureAwait(false))
        {
            return reconciler.Converge(belief);
        }

        var path = NewPath();
        var result = reconciler.Converge(belief, (observed, steps) =>
        {
            path.See(observed, belief.Snapshot);
            return path.IsTouchedBy(steps) ? new Transaction(belief.Snapshot, [.. steps], SinceBoot) : null;
        });
        if (reconciler.Open is null)
        {
            return result;
        }

        // What was noted and failed can have cost nothing.
        if (!path.IsTouchedBy(result.Done)
            || await HasContactAsync(Gateways(result.Done, path, belief.Snapshot, result.Observed), Patience, cancellationToken).ConfigureAwait(false))
        {
            return result with { Problems = [.. result.Problems, .. reconciler.EndTransaction()] };
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return result;
        }

        var problems = reconciler.TakeBack(result.Done, result.Observed);
        ContactLog.TakenBack(logger, result.Done.Count);
        return result with { IsRolledBack = true, Problems = [.. result.Problems, TakenBack.English, .. problems, .. reconciler.EndTransaction()] };
    }

    /// <summary>Looks after changes in whose middle a process ended: they stand where there is contact, and are taken back where there is none.</summary>
    /// <returns>What metadata said when changes were made that have been taken back now; null where none were.</returns>
    public async Task<MetadataSnapshot?> RecoverAsync(CancellationToken cancellationToken)
    {
        if (reconciler.Open is not { } transaction)
        {
            return null;
        }

        var known = metadata.Current ?? new Belief(transaction.Tried, [], [], null);
        var observed = reconciler.Plan(known).Observed;
        var path = NewPath();
        path.See(observed, known.Snapshot);
        var stands = SinceBoot - transaction.Begun > Memory
            || await HasContactAsync(Gateways(transaction.Steps, path, known.Snapshot, observed), Patience, cancellationToken).ConfigureAwait(false);
        if (!stands && cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        var count = transaction.Steps.Length;
        if (stands)
        {
            ContactLog.Stands(logger, count);
        }
        else
        {
            var problems = reconciler.TakeBack(transaction.DoneIn(observed), observed);
            ContactLog.InterruptedTakenBack(logger, count, problems.Count == 0 ? "" : $" ({string.Join("; ", problems)})");
        }

        reconciler.EndTransaction();
        return stands ? null : transaction.Tried;
    }

    private TimeSpan SinceBoot => time.GetElapsedTime(0, time.GetTimestamp());

    private ContactPath NewPath() => new(IpAddress.Parse($"{reconciler.Options.Metadata.Endpoint.Address}"));

    private async Task<bool> HadContactAsync(Belief belief, CancellationToken cancellationToken)
    {
        var plan = reconciler.Plan(belief);
        var path = NewPath();
        path.See(plan.Observed, belief.Snapshot);
        var steps = plan.Planning.Plan.Steps;
        return !path.IsTouchedBy(steps)
            || await HasContactAsync(Gateways(steps, path, belief.Snapshot, plan.Observed), PatienceBefore, cancellationToken).ConfigureAwait(false);
    }

    // Only a change of an ENI's own addresses and routes can cost it its gateway.
    private static List<(int Link, IpAddress Gateway)> Gateways(IReadOnlyList<Step> steps, ContactPath path, MetadataSnapshot snapshot, ObservedState observed)
    {
        var changed = steps.Where(step => step is AddAddress or DeleteAddress or ReplaceRoute).Select(step => step.Eni).ToHashSet();
        return [.. snapshot.Enis.Where(eni => changed.Contains(eni.Mac) && path.Enis.Contains(eni.Mac))
            .Select(eni => (Link: LinkMatcher.Find(observed.Links, eni.Mac), eni.Gateway)).Where(found => found.Link is not null).Select(found => (found.Link!.Index, found.Gateway))];
    }

    private async Task<bool> HasContactAsync(List<(int Link, IpAddress Gateway)> gateways, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enough.Token);
        var resolving = ResolveAsync(gateways, either.Token);
        var answers = await AnswersAsync(either.Token).ConfigureAwait(false);

        // Whatever the answer is, it is waited for: over the socket on which the kernel is asked, steps are taken back as well.
        var resolves = await resolving.ConfigureAwait(false);
        return answers && resolves;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!await metadata.ProbeAsync(cancellationToken).ConfigureAwait(false))
            {
                await Task.Delay(AskAgain, time, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // One after the other, as the socket serves one at a time.
    private async Task<bool> ResolveAsync(List<(int Link, IpAddress Gateway)> gateways, CancellationToken cancellationToken)
    {
        foreach (var (link, gateway) in gateways)
        {
            if (!await stack.ResolvesAsync(link, gateway, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }
}

internal static partial class ContactLog
{
    [LoggerMessage(Level = LogLevel.Error, EventName = "ChangesTakenBack", Message = "contact with metadata or with the gateway was lost after {Count} changes: they were taken back")]
    public static partial void TakenBack(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "InterruptedChangesStand", Message = "an earlier process was ended in the middle of {Count} changes; what it did stands")]
    public static partial void Stands(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, EventName = "InterruptedChangesTakenBack", Message = "an earlier process was ended in the middle of {Count} changes, and there is no contact: they were taken back{Problems}")]
    public static partial void InterruptedTakenBack(ILogger logger, int count, string problems);
}
