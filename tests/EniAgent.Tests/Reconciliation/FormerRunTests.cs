using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Reconciliation;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Reconciliation;

/// <summary>A run in which nothing is new looks at the whole kernel and computes nothing; whatever is new has everything computed.</summary>
public sealed class FormerRunTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly Reconciler _reconciler;
    private readonly Belief _belief = Vpc.Believe(Machine.TwoEnis);
    private readonly ReconcileResult _former;

    public FormerRunTests()
    {
        _reconciler = _machine.Start();
        _reconciler.Converge(_belief);
        _former = _reconciler.Converge(_belief);
        Assert.True(_former.InSync);
        Assert.Same(_former, _reconciler.Converge(_belief));
    }

    public void Dispose() => _machine.Dispose();

    /// <summary>What somebody does to the kernel, in the words of <see cref="IpWords"/> or a name for what has no words.</summary>
    public static TheoryData<string> Meddling =>
        ["delete address", "delete route", "delete rule", "sysctl", "link down", "group", "address 10.0.0.99/24 dev eth0", "route 10.8.0.0/16 via 10.0.0.2 dev eth0"];

    [Fact]
    public void It_looks_at_the_kernel_each_time_and_tells_who_wants_to_know()
    {
        var (looks, told, watched) = (_machine.Stack.Observations, 0, 0);
        _reconciler.BeforeObserve = () => told++;
        _reconciler.WatchMore = _ => watched++ == 0;

        var result = _reconciler.Converge(_belief);

        Assert.Same(_former, result);
        Assert.Equal((2, 2, 2), (_machine.Stack.Observations - looks, told, watched));
    }

    [Fact]
    public void The_result_says_that_nothing_was_done_and_nothing_failed()
    {
        Assert.Empty(_former.Done);
        Assert.Empty(_former.Failed);
        Assert.Empty(_former.Problems);
        Assert.Equal(2, _former.Desired.Enis.Count);
    }

    [Theory]
    [MemberData(nameof(Meddling))]
    public void What_somebody_does_to_the_kernel_is_noticed_and_put_right(string what)
    {
        var before = _machine.Kernel.Print();
        var isOurs = Meddle(what);

        var looks = _machine.Stack.Observations;
        var result = _reconciler.Converge(_belief);

        Assert.NotSame(_former, result);
        Assert.Equal(isOurs, result.Done.Count > 0);
        Assert.InRange(_machine.Stack.Observations - looks, isOurs ? 2 : 1, isOurs ? 3 : 1);
        Assert.True(result.InSync);
        if (isOurs)
        {
            // What a setting was before is not what it is when it had to be changed.
            Assert.Equal(what == "sysctl" ? [] : before, what == "sysctl" ? [] : _machine.Kernel.Print());
        }

        var next = _reconciler.Converge(_belief);
        Assert.Empty(next.Done);
        Assert.Same(next, _reconciler.Converge(_belief));
    }

    [Fact]
    public void Another_belief_is_computed_though_it_says_the_same() =>
        Assert.NotSame(_former, _reconciler.Converge(Vpc.Believe(Machine.TwoEnis)));

    [Fact]
    public void Another_belief_is_followed()
    {
        Assert.NotEmpty(_reconciler.Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary()))).Done);
        Assert.False(_machine.Has("10.0.1.10"));
        Assert.NotEmpty(_reconciler.Converge(_belief).Done);
        Assert.True(_machine.Has("10.0.1.10"));
    }

    [Fact]
    public void Another_configuration_is_followed()
    {
        _reconciler.Options = new AgentOptions();
        Assert.NotSame(_former, _reconciler.Converge(_belief));

        _reconciler.Options = new AgentOptions { Network = new NetworkOptions { TableBase = 40000 } };
        _reconciler.Converge(_belief);
        Assert.Contains(_machine.Kernel.Rules, rule => rule.Table == 40001);
    }

    [Fact]
    public void What_files_hold_now_is_taken_in()
    {
        Assert.Empty(_reconciler.Remember([new(Vpc.Mac(1), Vpc.Ip("10.0.1.10"))], []));

        Assert.NotSame(_former, _reconciler.Converge(_belief));
    }

    [Fact]
    public void What_was_taken_back_is_made_again()
    {
        var made = _machine.Kernel.Rules.Where(rule => rule.Protocol == _reconciler.Options.Network.RouteProtocol).Select(rule => (Step)new AddRule(rule) { Phase = StepPhase.Rules, Reason = "test" }).ToList();
        Assert.NotEmpty(made);
        Assert.Empty(_reconciler.TakeBack(made, _former.Observed));

        Assert.Equal(made.Count, _reconciler.Converge(_belief).Done.Count);
    }

    [Fact]
    public void A_run_that_ends_out_of_sync_is_no_former_one()
    {
        _machine.Stack.Fails = step => step is AddAddress ? new StepFailure(FailureKind.Transient, "not now") : null;
        Meddle("delete address");
        Assert.False(_reconciler.Converge(_belief).InSync);
        var applied = _machine.Stack.Applied.Count;

        Assert.False(_reconciler.Converge(_belief).InSync);
        Assert.Equal(applied + 1, _machine.Stack.Applied.Count);
    }

    [Fact]
    public void A_file_that_could_not_be_written_is_tried_again_by_every_run_until_it_can_be()
    {
        Directory.Delete(_machine.Paths.StateFolder, recursive: true);
        File.WriteAllText(_machine.Paths.StateFolder, "");
        Assert.NotEmpty(_reconciler.Remember([new(Vpc.Mac(1), Vpc.Ip("10.0.1.10"))], []));

        Assert.Single(_reconciler.Converge(_belief).Problems);
        Assert.Single(_reconciler.Converge(_belief).Problems);
        File.Delete(_machine.Paths.StateFolder);

        Assert.Empty(_reconciler.Converge(_belief).Problems);
        Assert.Contains(new(Vpc.Mac(1), Vpc.Ip("10.0.1.10")), _machine.Store.ReadState().Filed);
    }

    [Fact]
    public void The_kernel_that_cannot_be_read_is_no_kernel_as_it_was()
    {
        _machine.Stack.BeforeObserve = () => throw new NetworkStackException("EAGAIN", FailureKind.Transient);
        Assert.Throws<NetworkStackException>(() => _reconciler.Converge(_belief));
        _machine.Stack.BeforeObserve = () => { };

        Assert.Same(_former, _reconciler.Converge(_belief));
    }

    // Whether it is to be put right.
    private bool Meddle(string what)
    {
        var kernel = _machine.Kernel;
        switch (what)
        {
            case "delete address":
                Assert.Null(kernel.Delete(kernel.AddressesOf("eth1").Single(a => a.Address.Address == Vpc.Ip("10.0.1.11"))));
                return true;
            case "delete route":
                Assert.Null(kernel.Delete(kernel.Routes.First(route => route.Table == 31001 && route.Destination.IsDefault)));
                return true;
            case "delete rule":
                Assert.Null(kernel.Delete(kernel.Rules.Last(rule => rule.Table == 31001)));
                return true;
            case "sysctl":
                kernel.SetSysctl("eth1", SysctlKey.RpFilter, 1);
                return true;
            case "link down":
                kernel.SetUp("eth1", false);
                return true;
            case "group":
                kernel.SetGroup("eth1", 0);
                return true;
            default:
                Assert.Null(IpWords.Make(kernel, what));
                return false;
        }
    }
}
