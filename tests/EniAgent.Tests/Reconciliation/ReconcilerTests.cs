using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Reconciliation;

public sealed class ReconcilerTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void The_machine_converges_to_what_is_believed()
    {
        var result = _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));

        Assert.True(result.InSync);
        Assert.Empty(result.Failed);
        Assert.Empty(result.Problems);
        Assert.True(_machine.Has("10.0.1.10") && _machine.Has("10.0.1.11"));
        Assert.Equal(new Way("eth1", Vpc.Ip("10.0.1.1")), _machine.Kernel.Lookup(Vpc.Ip("10.0.1.11"), Vpc.Ip("8.8.8.8")));
        Assert.Equal(new Way("eth0", Vpc.Ip("10.0.0.1")), _machine.Kernel.Lookup(default, Vpc.Ip("8.8.8.8")));
    }

    [Fact]
    public void A_second_run_does_nothing_and_writes_nothing()
    {
        var reconciler = _machine.Start();
        reconciler.Converge(Vpc.Believe(Machine.TwoEnis));
        var applied = _machine.Stack.Applied.Count;
        foreach (var file in _machine.Files)
        {
            File.Delete(file);
        }

        var result = reconciler.Converge(Vpc.Believe(Machine.TwoEnis));

        Assert.Empty(result.Done);
        Assert.True(result.InSync);
        Assert.Equal(applied, _machine.Stack.Applied.Count);
        Assert.Empty(_machine.Files);
    }

    [Fact]
    public void A_run_that_finds_all_in_sync_looks_once()
    {
        var reconciler = _machine.Start();
        reconciler.Converge(Vpc.Believe(Machine.TwoEnis));
        var before = _machine.Stack.Observations;

        reconciler.Converge(Vpc.Believe(Machine.TwoEnis));

        Assert.Equal(before + 1, _machine.Stack.Observations);
    }

    [Fact]
    public void Another_process_of_this_boot_finds_all_in_sync()
    {
        _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));

        var result = _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));

        Assert.Empty(result.Done);
        Assert.True(result.InSync);
    }

    [Fact]
    public void The_plan_is_what_converging_then_does_and_changes_nothing()
    {
        var reconciler = _machine.Start();

        var plan = reconciler.Plan(Vpc.Believe(Machine.TwoEnis));

        Assert.Empty(_machine.Stack.Applied);
        Assert.Empty(_machine.Files);
        Assert.Equal(plan.Planning.Plan.Steps, reconciler.Converge(Vpc.Believe(Machine.TwoEnis)).Done);
    }

    [Fact]
    public void What_is_added_is_in_the_ledger_before_it_is_in_the_kernel()
    {
        var added = 0;
        _machine.Stack.BeforeApply = steps =>
        {
            var ledger = _machine.Store.ReadLedger();
            foreach (var step in steps)
            {
                switch (step)
                {
                    case AddAddress s:
                        Assert.Contains(new EniAddress(Vpc.Mac(1), s.Address.Address), ledger.Addresses);
                        break;
                    case AddRoute s:
                        Assert.Contains(StepText.Of(s.Route, index => _machine.Kernel.Links.Single(link => link.Index == index).Mac.ToString()), ledger.Routes);
                        break;
                    case AddRule s:
                        Assert.Contains(OwnedObjects.KeyOf(s.Rule), ledger.Rules);
                        break;
                    case SetSysctl { Restores: false } s:
                        Assert.Contains(_machine.Store.ReadState().Settings.Values, change => change == new SettingChange(s.From, s.To));
                        break;
                    default:
                        continue;
                }

                added++;
            }
        };

        _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));

        Assert.InRange(added, 8, 40);
    }

    [Fact]
    public void What_is_deleted_leaves_the_ledger_only_when_it_has_left_the_kernel()
    {
        var reconciler = _machine.Start();
        reconciler.Converge(Vpc.Believe(Machine.TwoEnis));
        var address = new EniAddress(Vpc.Mac(1), new InterfaceAddress(Vpc.Ip("10.0.1.11"), 24));
        var deletes = 0;
        _machine.Stack.BeforeApply = steps =>
        {
            deletes += steps.Count(step => step is DeleteAddress);
            Assert.Contains(address, _machine.Store.ReadLedger().Addresses);
        };

        reconciler.Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10"))));

        Assert.Equal(1, deletes);
        Assert.DoesNotContain(address, _machine.Store.ReadLedger().Addresses);
        Assert.False(_machine.Has("10.0.1.11"));
    }

    [Fact]
    public void A_step_that_fails_fails_its_ENI_and_no_other()
    {
        _machine.Plug(2);
        _machine.Stack.Fails = step => step is AddAddress && step.Eni == Vpc.Mac(1) ? new StepFailure(FailureKind.Denied, "not permitted") : null;

        var result = _machine.Start().Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(2))));

        Assert.False(result.InSync);
        Assert.All(result.Failed, outcome => Assert.Equal(Vpc.Mac(1), outcome.Step.Eni));
        Assert.Equal("not permitted", result.Failed[0].Failure!.Message);
        Assert.False(_machine.Has("10.0.1.10"));
        Assert.True(_machine.Has("10.0.2.10"));
        Assert.DoesNotContain(_machine.Store.ReadLedger().Addresses, address => address.Mac == Vpc.Mac(1));
    }

    [Fact]
    public void A_step_that_failed_is_not_tried_again_in_the_same_run_but_in_the_next()
    {
        var tries = 0;
        _machine.Stack.Fails = step =>
        {
            tries += step is AddAddress ? 1 : 0;
            return step is AddAddress ? new StepFailure(FailureKind.Transient, "not now") : null;
        };
        var belief = Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1)));
        var reconciler = _machine.Start();

        reconciler.Converge(belief);
        Assert.Equal(1, tries);

        _machine.Stack.Fails = _ => null;
        Assert.True(reconciler.Converge(belief).InSync);
        Assert.True(_machine.Has("10.0.1.10"));
    }

    [Fact]
    public void What_is_answered_with_success_and_is_not_there_has_failed()
    {
        _machine.Stack.Ignores = step => step is AddAddress;

        var result = _machine.Start().Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1))));

        var failed = Assert.Single(result.Failed);
        Assert.Equal((FailureKind.Conflict, "it was done, but does not last"), (failed.Failure!.Kind, failed.Failure.Message));
        Assert.False(result.InSync);
        Assert.InRange(_machine.Stack.Applied.Count, 2, 5);
    }

    [Fact]
    public void Rolling_back_leaves_the_machine_and_the_ledger_as_they_were()
    {
        var reconciler = _machine.Start();
        var (before, ledger) = (_machine.Kernel.Print(), _machine.Store.ReadLedger());
        var result = reconciler.Converge(Vpc.Believe(Machine.TwoEnis));
        Assert.NotEqual(before, _machine.Kernel.Print());

        var problems = reconciler.TakeBack(result.Done, result.Observed);

        Assert.Empty(problems);
        Assert.Equal(before, _machine.Kernel.Print());
        var after = _machine.Store.ReadLedger();
        Assert.Equal((ledger.Addresses.Count, ledger.Routes.Count, ledger.Rules.Count), (after.Addresses.Count, after.Routes.Count, after.Rules.Count));
        Assert.Empty(_machine.Store.ReadState().Settings);
    }

    [Fact]
    public void What_cannot_be_taken_back_is_said()
    {
        var reconciler = _machine.Start();
        var result = reconciler.Converge(Vpc.Believe(Machine.TwoEnis));
        _machine.Stack.Fails = step => step is DeleteRule ? new StepFailure(FailureKind.Denied, "not permitted") : null;

        Assert.Contains(reconciler.TakeBack(result.Done, result.Observed), problem => problem.EndsWith(": not permitted", StringComparison.Ordinal));
    }

    [Fact]
    public void Releasing_takes_away_what_is_ours_and_forgets_it()
    {
        var before = _machine.Kernel.Print();
        _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));

        var result = _machine.Start().Release();

        Assert.True(result.InSync);
        Assert.Equal(before.Select(line => line.Replace("link eth1 mac 52:54:00:00:00:01 down", "link eth1 mac 52:54:00:00:00:01 up", StringComparison.Ordinal)), _machine.Kernel.Print());
        Assert.Equal(Ledger.Empty, _machine.Store.ReadLedger());
        Assert.Equal(PersistentState.Empty.Settings, _machine.Store.ReadState().Settings);
    }

    [Fact]
    public void Files_that_cannot_be_written_are_said_once_and_hold_nothing_up()
    {
        File.WriteAllText(_machine.Paths.Root + "/run", "not a folder");

        var result = _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));

        Assert.True(result.InSync);
        Assert.True(_machine.Has("10.0.1.10"));
        Assert.Contains("/run", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Slots_are_kept_over_processes_and_attachments()
    {
        _machine.Plug(2);
        _machine.Start().Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(2))));
        _machine.Start().Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(2))));

        var result = _machine.Start().Converge(Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(2), Vpc.Secondary(1))));

        Assert.Equal([31000u, 31002u, 31001u], result.Desired.Enis.Select(eni => eni.Table));
    }

    [Fact]
    public void Every_step_is_logged_in_detail_and_nothing_else()
    {
        var result = _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));

        Assert.Equal(result.Done.Count, _machine.Log.Lines.Count);
        Assert.All(_machine.Log.Lines, line => Assert.StartsWith("Debug: ", line, StringComparison.Ordinal));
        Assert.Contains("Debug: + address 10.0.1.10/24 dev eth1 metric 31001 (metadata lists it)", _machine.Log.Lines);
    }

    [Fact]
    public void A_kernel_that_gives_no_consistent_answer_is_no_reason_to_change_anything()
    {
        _machine.Stack.BeforeObserve = () => throw new NetworkStackException("links kept changing", FailureKind.Transient);

        Assert.Throws<NetworkStackException>(() => _machine.Start().Converge(Vpc.Believe(Machine.TwoEnis)));

        Assert.Empty(_machine.Stack.Applied);
    }
}
