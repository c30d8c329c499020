using EniAgent.Core.Kernel;
using EniAgent.Core.Scheduling;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Metadata.Tests;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Hosting;

/// <summary>What the daemon's loop does when somebody else changes what it verified.</summary>
public sealed class AgentLoopRepairTests : DaemonTests
{
    [Fact]
    public async Task Drift_is_repaired_at_once_and_said()
    {
        await Daemon.StartInSyncAsync();

        Daemon.Lose("10.0.1.11");
        await Daemon.UntilAsync(() => Daemon.Machine.Has("10.0.1.11"));

        await Daemon.UntilAsync(() => Daemon.Status.Counters.DriftRepairs == 1);
        await Daemon.UntilAsync(
            () => Daemon.Log.Lines.Any(line => line.StartsWith("Information: repaired what somebody else changed: 1 steps", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Drift_is_repaired_while_metadata_hangs()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Change(() => Daemon.Script = _ => Reply.Hang());
        var polls = Daemon.Polls.Count;
        await Daemon.LaterAsync(() => Daemon.Polls.Count > polls);

        Daemon.Lose("10.0.1.11");

        await Daemon.UntilAsync(() => Daemon.Machine.Has("10.0.1.11"));
    }

    [Fact]
    public async Task Somebody_who_undoes_everything_forever_meets_back_off_and_one_warning()
    {
        await Daemon.StartInSyncAsync();
        var repairs = 0;
        var until = Daemon.Now + TimeSpan.FromSeconds(30);

        while (Daemon.Now < until)
        {
            if (Daemon.Machine.Has("10.0.1.11"))
            {
                repairs++;
                Daemon.Lose("10.0.1.11");
            }

            await Daemon.AdvanceAsync(TimeSpan.FromMilliseconds(20));
        }

        // Some at once, then after 1, 2, 4, 8 and 16 s; the poll looks too.
        Assert.InRange(repairs, RepairBackOff.Free, RepairBackOff.Free + 10);
        Assert.Single(Daemon.Log.Lines, line => line.StartsWith("Warning: somebody keeps undoing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_that_say_what_is_known_already_cost_no_look_at_the_kernel()
    {
        await Daemon.StartInSyncAsync();
        var before = Daemon.Machine.Stack.Observations;

        Daemon.Monitor.Say(
            [.. Daemon.Kernel.AddressesOf("eth1").Select(a => new KernelEvent.AddressChanged(a, false)),
            .. Daemon.Kernel.Rules.Select(rule => new KernelEvent.RuleChanged(rule, false))]);
        await Task.Delay(100);

        Assert.Equal(before, Daemon.Machine.Stack.Observations);
    }

    [Fact]
    public async Task Events_that_come_to_nothing_do_not_make_it_look_all_the_time()
    {
        await Daemon.StartInSyncAsync();
        var before = Daemon.Machine.Stack.Observations;
        var until = Daemon.Now + TimeSpan.FromSeconds(1);

        while (Daemon.Now < until)
        {
            Daemon.Monitor.Say(new KernelEvent.RouteChanged(null, false));
            await Daemon.AdvanceAsync(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(Daemon.Machine.Stack.Observations - before, 2, 22);
    }

    [Fact]
    public async Task Lost_events_mean_a_fresh_look()
    {
        await Daemon.StartInSyncAsync();
        Assert.Null(Daemon.Kernel.Delete(Daemon.Kernel.AddressesOf("eth1").Last()));

        Daemon.Monitor.Say(new KernelEvent.Lost());

        await Daemon.UntilAsync(() => Daemon.Machine.Has("10.0.1.11"));
    }

    [Fact]
    public async Task What_changes_without_an_event_is_seen_at_the_next_poll()
    {
        await Daemon.StartInSyncAsync();
        Assert.Equal(1, Daemon.Kernel.Sysctl("eth1", SysctlKey.PromoteSecondaries));
        Daemon.Kernel.SetSysctl("eth1", SysctlKey.PromoteSecondaries, 0);

        await Daemon.LaterAsync(() => Daemon.Kernel.Sysctl("eth1", SysctlKey.PromoteSecondaries) == 1);

        Assert.Equal(2, Daemon.Polls.Count);
    }

    [Fact]
    public async Task Another_process_of_this_boot_repairs_before_metadata_has_answered()
    {
        using var machine = new Machine();
        machine.Start().Converge(Vpc.Believe(Machine.TwoEnis));
        machine.Store.Write(Machine.TwoEnis, null);
        Assert.Null(machine.Kernel.Delete(machine.Kernel.AddressesOf("eth1").Last()));
        await using var daemon = new Daemon(machine) { Script = _ => Reply.Hang() };

        daemon.Start();

        await daemon.UntilAsync(() => machine.Has("10.0.1.11"));
    }
}
