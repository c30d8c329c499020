using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>Carries steps out, a batch a phase; a step that fails fails its ENI, and one that serves all fails all.</summary>
internal sealed class StepExecutor(RouteSocket socket)
{
    private static readonly StepFailure LeftOut = new(FailureKind.Skipped, "left out, because an earlier step failed");

    private readonly RequestBatch _batch = new();

    public IReadOnlyList<StepOutcome> Apply(IReadOnlyList<Step> steps)
    {
        var outcomes = new List<StepOutcome>(steps.Count);
        var failed = new HashSet<MacAddress>();
        var allFailed = false;
        for (var start = 0; start < steps.Count; start = outcomes.Count)
        {
            var phase = steps.Skip(start).TakeWhile(step => step.Phase == steps[start].Phase).ToList();
            bool IsDue(Step step) => !allFailed && !(step.Eni is { } eni && failed.Contains(eni));
            outcomes.AddRange(ApplyPhase(phase, [.. phase.Select(IsDue)]));
            foreach (var step in outcomes.Skip(start).Where(outcome => outcome.Failure is not null).Select(outcome => outcome.Step))
            {
                if (step.Eni is { } eni)
                {
                    failed.Add(eni);
                }
                else
                {
                    allFailed = true;
                }
            }
        }

        return outcomes;
    }

    private List<StepOutcome> ApplyPhase(List<Step> steps, bool[] due)
    {
        _batch.Clear();
        foreach (var (step, isDue) in steps.Zip(due))
        {
            if (isDue)
            {
                Append(step);
            }
        }

        var results = _batch.Count == 0 ? [] : socket.Execute(_batch);
        var next = 0;
        return [.. steps.Zip(due, (step, isDue) => new StepOutcome(step, !isDue ? LeftOut
            : step is SetSysctl s ? Sysctls.Write(s.Key, s.To) : FailureOf(step, results[next++])))];
    }

    private static StepFailure? FailureOf(Step step, RequestResult result) =>
        result.Errno == 0 || ErrnoPolicy.IsMet(step, result.Errno)
            ? null
            : new StepFailure(ErrnoPolicy.KindOf(result.Errno), Errno.Describe(result.Errno) + (result.Message is null ? "" : $": {result.Message}"));

    private void Append(Step step)
    {
        switch (step)
        {
            case SetSysctl:
                break;
            case SetLinkUp s:
                _batch.SetLink(s.Link.Index, up: s.Up, group: null);
                break;
            case SetLinkGroup s:
                _batch.SetLink(s.Link.Index, up: null, group: s.To);
                break;
            case AddAddress s:
                _batch.AddAddress(KernelMapping.ToNetlink(s.Address));
                break;
            case DeleteAddress s:
                _batch.DeleteAddress(KernelMapping.ToDelete(s.Address));
                break;
            case AddRoute s:
                _batch.AddRoute(KernelMapping.ToNetlink(s.Route), RouteAddMode.CreateExclusive);
                break;
            case ReplaceRoute s:
                _batch.AddRoute(KernelMapping.ToNetlink(s.New), RouteAddMode.Replace);
                break;
            case DeleteRoute s:
                _batch.DeleteRoute(KernelMapping.ToNetlink(s.Route));
                break;
            case AddRule s:
                _batch.AddRule(KernelMapping.ToNetlink(s.Rule));
                break;
            case DeleteRule s:
                _batch.DeleteRule(KernelMapping.ToNetlink(s.Rule));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "unknown step");
        }
    }
}
