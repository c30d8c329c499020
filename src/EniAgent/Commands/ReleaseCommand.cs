using EniAgent.Linux.State;
using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary><c>eni-agent release</c>: removes everything the agent owns and restores what it changed; needs no metadata.</summary>
internal static class ReleaseCommand
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(CommandContext context, bool forImage, CancellationToken cancellationToken)
    {
        var agent = context.LoadConfiguration().Options;
        using var held = await InstanceLock.TakeAsync(context.Paths.Lock, LockPatience, context.Time, cancellationToken).ConfigureAwait(false);
        using var stack = CommandContext.OpenKernel(agent, mayTry: true);
        var store = context.OpenStore(mayWrite: true);
        var reconciler = context.OpenReconciler(agent, stack, store);
        var persistence = context.OpenFiles(reconciler);
        var listed = reconciler.Listed.Concat(reconciler.Filed).Select(address => address.Address).ToHashSet();
        var result = reconciler.Release();
        IReadOnlyList<string> files = result.InSync ? persistence.Release() : [];
        foreach (var problem in StatusBuilder.Problems(result).Select(problem => problem.English).Concat(files))
        {
            await CommandContext.Complain(problem).ConfigureAwait(false);
        }

        if (!result.InSync)
        {
            return ExitCode.Failed;
        }

        store.Forget();
        File.Delete(context.Paths.Status);
        File.Delete(context.Paths.Metrics);
        Console.Out.WriteLine($"released: {result.Done.Count} {(result.Done.Count == 1 ? "step" : "steps")}");
        foreach (var kept in result.Desired.Kept)
        {
            Console.Out.WriteLine($"kept, for without it the machine would be cut off: {kept}");
        }

        if (forImage)
        {
            store.ForgetInstance();
            foreach (var place in persistence.Naming(listed))
            {
                Console.Out.WriteLine($"kept, though it names an address of this instance: {place}");
            }
        }

        return result.Problems.Count + files.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }
}
