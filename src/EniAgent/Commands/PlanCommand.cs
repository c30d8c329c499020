using EniAgent.Linux.State;
using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary><c>eni-agent plan</c>: what sync would change; changes nothing.</summary>
internal static class PlanCommand
{
    public static async Task<int> RunAsync(CommandContext context, bool useExitCode, string? savedAt, CancellationToken cancellationToken)
    {
        var agent = context.LoadConfiguration().Options;
        var saved = savedAt is null ? null : SnapshotFile.Read(savedAt);
        using var stack = CommandContext.OpenKernel(agent, mayTry: false);
        var store = context.OpenStore(mayWrite: false);
        var reconciler = context.OpenReconciler(agent, stack, store);
        using var metadata = context.OpenMetadata(agent, store, reconciler);
        if (saved is not null)
        {
            metadata.Take(saved);
        }
        else if (await context.ReadAsync(metadata, agent, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            await CommandContext.Complain($"metadata: {failure.Message}").ConfigureAwait(false);
            return ExitCode.NoMetadata;
        }

        foreach (var path in store.Denied)
        {
            await CommandContext.Complain($"{path} may not be read and counts as empty").ConfigureAwait(false);
        }

        metadata.AssumeConfirmed();
        var result = reconciler.Plan(metadata.Current!);
        result = result with { Files = context.OpenFiles(reconciler).Look(metadata.Current!, result) };
        if (context.Options.Json)
        {
            Console.Out.WriteLine(PlanJson.Of(result));
        }
        else
        {
            PlanText.Write(Console.Out, Terminal.Output, result);
        }

        return useExitCode && (!result.InSync || result.Files.Plan.Changes.Count > 0) ? ExitCode.Changes : ExitCode.Done;
    }
}
