using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary><c>eni-agent status</c>: what there is, what is wrong, and what is waited for.</summary>
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
        var report = new StatusLook(context, store, reconciler).Report(metadata.Current, failure);
        if (context.Options.Json)
        {
            Console.Out.WriteLine(report.ToJson());
        }
        else
        {
            StatusText.Write(Console.Out, Terminal.Output, Language.Current, context.Time.GetUtcNow(), report);
        }

        return ExitCode.Done;
    }
}
