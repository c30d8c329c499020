using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Reconciliation;

namespace EniAgent.Monitoring;

/// <summary>What has failed and what was repaired since the start, by kind. The names of the kinds are a contract with dashboards and alerts.</summary>
internal sealed class EventCounts
{
    // Indices of our own kinds, behind those of metadata.
    private const int Kernel = 5, Step = 6, File = 7, Rollback = 8;

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
    public void KernelFailed() => Failures[Kernel]++;

    /// <summary>Changes were taken back.</summary>
    public void RolledBack() => Failures[Rollback]++;

    /// <summary>A reconciliation is done.</summary>
    public void Converged(ReconcileResult result)
    {
        foreach (var outcome in result.Failed)
        {
            Failures[Step] += outcome.Failure!.Kind == FailureKind.Skipped ? 0 : 1;
        }

        if (result.IsRolledBack)
        {
            // What is wrong then is that contact was lost, and no file.
            RolledBack();
        }
        else
        {
            Failures[File] += result.Problems.Count + (result.Files is { IsFormer: false } files ? files.Problems.Count : 0);
        }

        foreach (var step in result.IsRepair ? result.Done : [])
        {
            Repairs[KindOf(step)]++;
        }
    }

    private static int KindOf(Core.Planning.Step step) => step switch
    {
        SetLinkUp or SetLinkGroup => 0,
        SetSysctl => 1,
        AddAddress or DeleteAddress => 2,
        AddRoute or DeleteRoute or ReplaceRoute => 3,
        _ => 4,
    };
}
