using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using Microsoft.Extensions.Logging;

namespace EniAgent.Reconciliation;

/// <summary>
/// Converges, and takes everything back when the machine lost its way out by it: after a change that touches the primary ENI, or everybody's rules, metadata must
/// still answer and the primary ENI's gateway must still resolve. Either alone can pass while clients are lost.
/// </summary>
internal sealed class ContactGuard(Reconciler reconciler, MetadataFollower metadata, INetworkStack stack, TimeProvider time, ILogger<ContactGuard> logger)
{
    /// <summary>How long contact may be missing before everything is taken back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>Converges right after metadata was read: contact was there, so that losing it is our doing.</summary>
    public async Task<ReconcileResult> ConvergeAsync(Belief belief, CancellationToken cancellationToken)
    {
        var result = reconciler.Converge(belief);
        if (!TouchesContact(result.Done, belief) || await HasContactAsync(belief, result, cancellationToken).ConfigureAwait(false))
        {
            return result;
        }

        var problems = reconciler.RollBack(result);
        ContactLog.RolledBack(logger, result.Done.Count);
        return result with
        {
            IsRolledBack = true,
            Problems = [.. result.Problems, "contact was lost by the changes, and they were taken back", .. problems],
        };
    }

    private static bool TouchesContact(IReadOnlyList<Step> done, Belief belief) =>
        done.Any(step => step.Eni is null || step.Eni == belief.Snapshot.PrimaryMac);

    private async Task<bool> HasContactAsync(Belief belief, ReconcileResult result, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var gateway = GatewayAsync(belief, result, either.Token);
        var answers = await AnswersAsync(either.Token).ConfigureAwait(false);

        // Whatever the answer is, it is waited for: over the socket on which the kernel is asked, steps are taken back as well.
        var resolves = await gateway.ConfigureAwait(false);

        // When the agent is told to end, what was done stands, and the next start looks at it again.
        return (answers && resolves) || cancellationToken.IsCancellationRequested;
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

    // Only a change of the primary ENI's own addresses and routes can cost it its gateway.
    private async Task<bool> GatewayAsync(Belief belief, ReconcileResult result, CancellationToken cancellationToken)
    {
        var link = result.Desired.Enis.FirstOrDefault(eni => eni.IsPrimary)?.Link;
        var isAffected = result.Done.Any(step => step.Eni == belief.Snapshot.PrimaryMac && step is AddAddress or DeleteAddress or ReplaceRoute);
        return link is null || !isAffected || belief.Snapshot.Primary is not { } primary
            || await stack.ResolvesAsync(link.Index, primary.Gateway, cancellationToken).ConfigureAwait(false);
    }
}

internal static partial class ContactLog
{
    [LoggerMessage(Level = LogLevel.Error, EventName = "ChangesTakenBack", Message = "contact with metadata or with the gateway was lost after {Count} changes: they were taken back")]
    public static partial void RolledBack(ILogger logger, int count);
}
