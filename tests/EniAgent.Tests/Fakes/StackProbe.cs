using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;

namespace EniAgent.Tests.Fakes;

/// <summary>Stands before a network stack: counts what passes, and lets a test look at it or meddle with it.</summary>
internal sealed class StackProbe(INetworkStack inner) : INetworkStack
{
    /// <summary>Every batch of steps that was applied.</summary>
    public List<IReadOnlyList<Step>> Applied { get; } = [];

    public int Observations { get; private set; }

    /// <summary>Called before steps are applied.</summary>
    public Action<IReadOnlyList<Step>> BeforeApply { get; set; } = _ => { };

    /// <summary>Called before the kernel is observed.</summary>
    public Action BeforeObserve { get; set; } = () => { };

    /// <summary>The steps that fail, and how; null for those that do not.</summary>
    public Func<Step, StepFailure?> Fails { get; set; } = _ => null;

    /// <summary>The steps that are answered with success and not carried out.</summary>
    public Func<Step, bool> Ignores { get; set; } = _ => false;

    /// <summary>After how many more steps the process is killed; null for never.</summary>
    public int? DiesAfter { get; set; }

    public KernelFeatures Features => inner.Features;

    public ObservedState Observe(ObserveRequest request)
    {
        Observations++;
        BeforeObserve();
        return inner.Observe(request);
    }

    public IReadOnlyList<StepOutcome> Apply(IReadOnlyList<Step> steps)
    {
        Applied.Add(steps);
        BeforeApply(steps);
        var failed = new HashSet<MacAddress?>();
        return [.. steps.Select(step =>
        {
            if (failed.Contains(step.Eni))
            {
                return new StepOutcome(step, new StepFailure(FailureKind.Skipped, "left out"));
            }

            if (Fails(step) is { } failure)
            {
                failed.Add(step.Eni);
                return new StepOutcome(step, failure);
            }

            DiesAfter -= 1;
            if (DiesAfter < 0)
            {
                throw new DeathException();
            }

            return Ignores(step) ? new StepOutcome(step, null) : inner.Apply([step])[0];
        })];
    }

    public Task<bool> ResolvesAsync(int linkIndex, IpAddress address, CancellationToken cancellationToken) =>
        inner.ResolvesAsync(linkIndex, address, cancellationToken);

    /// <summary>The process was killed.</summary>
    public sealed class DeathException : Exception;
}
