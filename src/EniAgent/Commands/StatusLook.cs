using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Linux.State;
using EniAgent.Reconciliation;
using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary>A fresh look for <c>status</c>: at the kernel and at files, by what metadata said, whether the daemon runs or not.</summary>
/// <param name="context">The command's context.</param>
/// <param name="store">The agent's files, opened for this look.</param>
/// <param name="reconciler">The reconciler, made for this look.</param>
internal sealed class StatusLook(CommandContext context, StateStore store, Reconciler reconciler)
{
    /// <summary>Makes the report.</summary>
    /// <param name="belief">What is believed; null before anything is.</param>
    /// <param name="failure">Why metadata could not be read; null where it could.</param>
    public StatusReport Report(Belief? belief, MetadataResult.Failure? failure)
    {
        var error = failure is null ? null : ReportWords.Metadata(failure.Message);
        var report = belief is null ? StatusBuilder.Waiting(error) : StatusBuilder.Of(belief, Look(belief), error);

        // What only the daemon knows comes from its own report. What troubles it is of no interest once it has ended.
        var daemon = StatusFile.Read(context.Paths);
        var (isHeld, pid, other) = LockOwner.Of(context.Paths, daemon);
        return report with
        {
            LastSync = daemon?.LastSync,
            LastChange = daemon?.LastChange,
            Counters = daemon?.Counters ?? report.Counters,
            Trouble = report.Trouble ?? (pid is null ? null : daemon?.Trouble),
            DaemonPid = pid,
            LockHolder = other,
            WaitingFor = [.. Waits(belief is null || failure is not null, pid is null ? [] : daemon?.WaitingFor ?? []), .. report.WaitingFor],
            Enis = store.Denied.Contains(context.Paths.Ledger) ? [.. report.Enis.Select(WithoutOwners)] : report.Enis,
            NotSeen = [.. store.Denied, .. isHeld is null || (isHeld is true && pid is null && other is null) ? [context.Paths.Lock] : Array.Empty<string>()],
        };
    }

    private ReconcileResult Look(Belief belief)
    {
        var result = reconciler.Plan(belief);
        return result with { Files = context.OpenFiles(reconciler).Look(belief, result) };
    }

    // The daemon knows since when metadata is away; but whether it is, was just seen.
    private static IEnumerable<WaitReport> Waits(bool isUnread, IReadOnlyList<WaitReport> daemon) => isUnread
        ? daemon.Where(IsOnlyKnownToDaemon).Prepend(daemon.FirstOrDefault(wait => wait.For == WaitFor.Metadata) ?? new WaitReport(WaitFor.Metadata))
        : daemon.Where(IsOnlyKnownToDaemon);

    private static bool IsOnlyKnownToDaemon(WaitReport wait) => wait.For is WaitFor.Eni or WaitFor.Retry or WaitFor.Repair;

    // Who has put an address there is not known to who may not read the ledger.
    private static EniReport WithoutOwners(EniReport eni) => eni with
    {
        Addresses = [.. eni.Addresses.Select(address => address.State == "adopted" ? address with { State = "ok" } : address)],
    };
}
