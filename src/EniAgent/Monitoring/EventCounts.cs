using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Reconciliation;

namespace EniAgent.Monitoring;

/// <summary>What has failed and what was repaired since the start, by kind. The names of the kinds are a contract with dashboards and alerts.</summary>
internal sealed class EventCounts
{
    /// <summary>The kinds of failures: those of metadata in the order of <see cref="MetadataFailureKind"/>, then our own.</summary>
    public static IReadOnlyList<string> FailureKinds { get; } =
    [
        "metadata_unreachable", "metadata_server_error", "metadata_denied", "metadata_malformed", "metadata_untrusted", "kernel", "step", "file", "rollback",
    ];

    /// <summary>The kinds of things that are repaired.</summary>
    public static IReadOnlyList<string> RepairKinds { get; } = ["link", "setting", "address", "route", "rule"];

    /// <summary>How many failures there were, by the index of their kind.</summary>
    public long[] Failures { get; } = new long[FailureKinds.Count];

    /// <summary>How many steps put back what somebody else had undone, by the index of their kind.</summary>
    public long[] Repairs { get; } = new long[RepairKinds.Count];

    /// <summary>There is no snapshot this time.</summary>
    public void MetadataFailed(MetadataFailureKind kind) => Failures[(int)kind]++;

    /// <summary>The kernel gave no consistent answer.</summary>
    public void KernelFailed() => Failures[5]++;

    /// <summary>A reconciliation is done.</summary>
    public void Converged(ReconcileResult result)
    {
        foreach (var outcome in result.Failed)
        {
            Failures[6] += outcome.Failure!.Kind == FailureKind.Skipped ? 0 : 1;
        }

        Failures[7] += result.Problems.Count + (result.Files?.Problems.Count ?? 0);
        Failures[8] += result.IsRolledBack ? 1 : 0;
        foreach (var step in result.IsRepair ? result.Done : [])
        {
            Repairs[KindOf(step)]++;
        }
    }

    private static int KindOf(Step step) => step switch
    {
        SetLinkUp or SetLinkGroup => 0,
        SetSysctl => 1,
        AddAddress or DeleteAddress => 2,
        AddRoute or DeleteRoute or ReplaceRoute => 3,
        _ => 4,
    };
}
