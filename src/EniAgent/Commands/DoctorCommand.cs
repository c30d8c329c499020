using EniAgent.Core.Options;
using EniAgent.Doctor;
using EniAgent.Linux.Files;
using EniAgent.Linux.Kernel;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;
using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary><c>eni-agent doctor</c>: what is wrong or about to be, why, and what to type; changes nothing.</summary>
internal static class DoctorCommand
{
    /// <param name="context">The options of all commands.</param>
    /// <param name="report">The file for a support case; "" for one with a name of its own, null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<int> RunAsync(CommandContext context, string? report, CancellationToken cancellationToken)
    {
        var configuration = context.LoadConfiguration();
        var agent = configuration.Options;
        using var stack = CommandContext.OpenKernel(agent, mayTry: false);
        using var inspector = NetworkInspector.Open();
        var facts = await ExamineAsync(context, agent, stack, inspector, cancellationToken).ConfigureAwait(false);
        if (context.Options.Json)
        {
            facts.Language = Language.English;
        }

        var findings = AllChecks.Look(facts);
        if (context.Options.Json)
        {
            Console.Out.WriteLine(DoctorJson.Of(findings, context.Options.Verbose));
        }
        else
        {
            DoctorText.Write(Console.Out, Terminal.Output, Language.Current, AllChecks.That(facts.Result is not null), findings, context.Options.Verbose);
        }

        if (report is not null)
        {
            var path = report.Length > 0 ? report : SupportReport.DefaultName(facts.Machine.Now);
            var isTranslated = facts.Language != Language.English;
            facts.Language = Language.English;
            SupportReport.Write(Path.GetFullPath(path), facts, isTranslated ? AllChecks.Look(facts) : findings, context.Paths, configuration.Files);
            await CommandContext.Complain($"written: {path}").ConfigureAwait(false);
        }

        return findings.Any(finding => finding.Level > Level.Note) ? ExitCode.Changes : ExitCode.Done;
    }

    private static async Task<Examination> ExamineAsync(
        CommandContext context, AgentOptions agent, LinuxNetworkStack stack, NetworkInspector inspector, CancellationToken cancellationToken)
    {
        var store = context.OpenStore(mayWrite: false);
        var reconciler = context.OpenReconciler(agent, stack, store);
        using var metadata = context.OpenMetadata(agent, store, reconciler);
        var failure = await context.ReadAsync(metadata, agent, cancellationToken).ConfigureAwait(false);
        var start = context.Time.GetTimestamp();
        if (failure is null)
        {
            await metadata.ProbeAsync(cancellationToken).ConfigureAwait(false);
        }

        var took = context.Time.GetElapsedTime(start);
        metadata.AssumeConfirmed();
        var files = context.OpenFiles(reconciler);
        ReconcileResult? result = null;
        if (metadata.Current is { } belief)
        {
            result = reconciler.Plan(belief);
            result = result with { Files = files.Look(belief, result) };
        }

        var isClone = result is not null && reconciler.MayBeClone(metadata.Current!) && reconciler.IsClone(metadata.Current!, result.Observed);
        var former = store.ReadState().InstanceId;
        var notSeen = store.Denied.Distinct().ToList();
        return new Examination
        {
            Language = Language.Current,
            Options = agent,
            MetadataFailure = failure,
            MetadataTime = took,
            Belief = metadata.Current,
            Result = result,
            Kernel = inspector,
            Features = stack.Features,
            Files = new ReadableTree(new DiskTree(Disk.Instance, context.Paths.Root), notSeen),
            Root = context.Paths.Root,
            NotSeen = notSeen,
            Machine = MachineFacts.Gather(context.Paths, context.Time),
            IsClone = isClone,
            FormerInstance = former,
            IsInterrupted = reconciler.Open is not null,
        };
    }
}
