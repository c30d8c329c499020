using EniAgent.Core.Metadata;
using EniAgent.Linux.State;
using EniAgent.Reconciliation;
using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary><c>eni-agent status</c>: looks at the kernel and at metadata itself, whether the daemon runs or not.</summary>
internal static class StatusCommand
{
    public static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var agent = context.LoadConfiguration().Options;
        using var stack = CommandContext.OpenKernel(agent, mayTry: false);
        var store = context.OpenStore(mayWrite: false);
        var reconciler = context.OpenReconciler(agent, stack, store);
        using var metadata = context.OpenMetadata(agent, store, reconciler);
        var failure = await context.ReadAsync(metadata, agent, cancellationToken).ConfigureAwait(false);
        var error = failure is null ? null : $"metadata: {failure.Message}";
        var report = metadata.Current is { } belief
            ? StatusBuilder.Of(belief, Look(context, reconciler, belief), error)
            : StatusBuilder.Waiting(error);

        // What only the daemon knows comes from its own report. What troubles it is of no interest once it has ended.
        var daemon = StatusFile.Read(context.Paths);
        var pid = DaemonPid(context, daemon);
        report = report with
        {
            LastSync = daemon?.LastSync,
            LastChange = daemon?.LastChange,
            Counters = daemon?.Counters ?? report.Counters,
            LastError = report.LastError ?? (pid is null ? null : daemon?.LastError),
            DaemonPid = pid,
        };
        if (context.Options.Json)
        {
            Console.Out.WriteLine(report.ToJson());
        }
        else
        {
            StatusText.Write(Console.Out, Terminal.Output, report);
        }

        return ExitCode.Done;
    }

    private static ReconcileResult Look(CommandContext context, Reconciler reconciler, Belief belief)
    {
        var result = reconciler.Plan(belief);
        return result with { Files = context.OpenFiles(reconciler).Look(belief, result) };
    }

    // Those who may not open the lock's file take the daemon's word, as long as there is such a process.
    private static int? DaemonPid(CommandContext context, StatusReport? daemon) => InstanceLock.IsHeld(context.Paths.Lock) switch
    {
        true => InstanceLock.HolderOf(context.Paths.Lock),
        false => null,
        null => daemon?.DaemonPid is { } pid && Directory.Exists($"/proc/{pid}") ? pid : null,
    };
}
