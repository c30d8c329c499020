using EniAgent.Core.Metadata;
using EniAgent.Linux.State;
using EniAgent.Reconciliation;
using EniAgent.Reporting;
using Microsoft.Extensions.Logging;

namespace EniAgent.Commands;

/// <summary><c>eni-agent sync</c>: converge once, now, and exit.</summary>
internal static class SyncCommand
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var agent = context.LoadConfiguration().Options;
        using var held = await InstanceLock.TakeAsync(
            context.Paths.Lock,
            LockPatience,
            context.Time,
            cancellationToken,
            pid => Console.Error.WriteLine($"eni-agent: waiting for {(pid == 0 ? "another process" : $"process {pid}")}, which holds the lock")).ConfigureAwait(false);
        using var stack = CommandContext.OpenKernel(agent, mayTry: true);
        var store = context.OpenStore(mayWrite: true);
        var reconciler = context.OpenReconciler(agent, stack, store);
        using var metadata = context.OpenMetadata(agent, store, reconciler);
        var guard = new ContactGuard(reconciler, metadata, stack, context.Time, context.Loggers.CreateLogger<ContactGuard>());

        var files = context.OpenFiles(reconciler);
        await guard.RecoverAsync(cancellationToken).ConfigureAwait(false);

        // What is gone must be seen gone twice: a second look is taken only when it would remove something.
        ReconcileResult result;
        var changes = 0;
        while (true)
        {
            if (await context.ReadAsync(metadata, agent, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                await CommandContext.Complain($"metadata: {failure.Message}").ConfigureAwait(false);
                return ExitCode.NoMetadata;
            }

            files.LeaveFormerInstance(metadata.Current!);
            result = await guard.ConvergeAsync(metadata.Current!, hasContact: true, cancellationToken).ConfigureAwait(false);
            changes += result.Done.Count;
            if (result.IsRolledBack || metadata.Current!.ConfirmAt is not { } confirmAt)
            {
                break;
            }

            await Task.Delay(Positive(confirmAt - metadata.Now), context.Time, cancellationToken).ConfigureAwait(false);
        }

        if (!result.IsRolledBack)
        {
            result = result with { Files = files.Persist(metadata.Current!, result) };
            metadata.Save(force: true);
        }

        return await ReportAsync(context, metadata.Current!, result, changes).ConfigureAwait(false);
    }

    private static async Task<int> ReportAsync(CommandContext context, Belief belief, ReconcileResult result, int changes)
    {
        var now = context.Time.GetUtcNow();
        var report = StatusBuilder.Of(belief, result, metadataError: null) with { LastSync = now, LastChange = changes > 0 ? now : null };
        StatusFile.Write(context.Paths, report);
        foreach (var problem in StatusBuilder.Problems(result))
        {
            await CommandContext.Complain(problem.English).ConfigureAwait(false);
        }

        if (context.Options.Json)
        {
            Console.Out.WriteLine(report.ToJson());
        }
        else
        {
            Console.Out.WriteLine(StatusText.Summary(report, changes));
        }

        return result.IsRolledBack ? ExitCode.RolledBack
            : report.LastError is not null || result.Failed.Count > 0 ? ExitCode.Failed
            : ExitCode.Done;
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
