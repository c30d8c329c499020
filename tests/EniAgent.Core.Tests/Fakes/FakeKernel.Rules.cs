using EniAgent.Core.Kernel;

namespace EniAgent.Core.Tests.Fakes;

// net/core/fib_rules.c.
internal sealed partial class FakeKernel
{
    private readonly List<Rule> _rules =
    [
        new Rule { Priority = 0, Table = LocalTable, Protocol = Route.KernelProtocol },
        new Rule { Priority = 32766, Table = Route.MainTable, Protocol = Route.KernelProtocol },
        new Rule { Priority = 32767, Table = DefaultTable, Protocol = Route.KernelProtocol },
    ];

    public IReadOnlyList<Rule> Rules => Locked(() => _rules.ToList());

    public StepFailure? Add(Rule rule)
    {
        using var held = _lock.EnterScope();
        var suppresses = rule.SuppressPrefixLength is not null || rule.SuppressGroup is not null;
        if ((suppresses && !Features.RuleSuppression) || (rule.SuppressGroup is not null && !Features.RuleSuppressGroup)
            || (rule.Protocol != 0 && !Features.RuleProtocol))
        {
            return Fail(FailureKind.Unsupported, "this kernel ignores an attribute of the rule");
        }

        if (rule.Goto <= rule.Priority || (rule.Goto is null) == (rule.Table is null))
        {
            return Fail(FailureKind.Invalid, "EINVAL: a rule jumps forward or looks a table up");
        }

        if (_rules.Any(r => r.Key == rule.Key && r.Protocol == rule.Protocol))
        {
            return Fail(FailureKind.Conflict, $"EEXIST: rule {rule.Priority}");
        }

        var after = _rules.FindLastIndex(r => r.Priority <= rule.Priority);
        _rules.Insert(after + 1, rule);
        return null;
    }

    public StepFailure? Delete(Rule rule)
    {
        using var held = _lock.EnterScope();
        var index = _rules.FindIndex(r => r.Key == rule.Key && r.Protocol == rule.Protocol);
        if (index < 0)
        {
            return Fail(FailureKind.Invalid, $"ENOENT: rule {rule.Priority}");
        }

        _rules.RemoveAt(index);
        return null;
    }
}
