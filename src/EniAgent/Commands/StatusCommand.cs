using System.Runtime.InteropServices;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary><c>eni-agent status</c>: what there is, what is wrong, and what is waited for.</summary>
internal static class StatusCommand
{
    /// <summary>Reports once, or again and again.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="interval">How often; null for once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(CommandContext context, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var agent = context.LoadConfiguration().Options;
        using var stack = CommandContext.OpenKernel(agent, mayTry: false);
        await (interval is { } time ? WatchAsync(context, agent, stack, time, cancellationToken) : ReportAsync(context, agent, stack, cancellationToken)).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async Task ReportAsync(CommandContext context, AgentOptions agent, INetworkStack stack, CancellationToken cancellationToken)
    {
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
    }

    // By Ctrl-C people end it as it is meant to end.
    private static async Task WatchAsync(CommandContext context, AgentOptions agent, INetworkStack stack, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var watch = new StatusWatch(context, agent, stack);
        await watch.RunAsync(interval, end.Token).ConfigureAwait(false);

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            end.Cancel();
        }
    }
}
