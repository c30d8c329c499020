using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;

namespace EniAgent.MicroBench;

/// <summary>From what is believed and observed to a plan: the desired state, and the steps to it.</summary>
public class Planning
{
    private Machine _machine = null!;
    private ObservedState _bare = null!, _done = null!;

    [Params(8, 64)]
    public int Enis { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _machine = new Machine(Enis, addresses: 30);
        (_bare, _done) = (_machine.Bare, _machine.Bare);
        while (Plan(_done) is { IsEmpty: false } steps)
        {
            _done = Machine.After(_done, steps);
        }
    }

    [Benchmark]
    public int Everything() => Plan(_bare).Length;

    [Benchmark]
    public int Nothing() => Plan(_done).Length;

    private ImmutableArray<Step> Plan(ObservedState observed)
    {
        var owned = new OwnedObjects(Ledger.Empty, _machine.Options.Network, observed.Links);
        var desired = DesiredStateBuilder.Build(new DesiredInput
        {
            Belief = _machine.Belief,
            Observed = observed,
            Options = _machine.Options,
            Features = new KernelFeatures(),
            Owned = owned,
            State = _machine.State,
        });
        return Planner.Create(desired, observed, owned).Plan.Steps;
    }
}
