using EniAgent.Core.Kernel;
using EniAgent.Core.Scheduling;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Metadata.Tests;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Hosting;

public sealed class AgentLoopTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly Daemon _daemon = new();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public async Task It_converges_when_it_starts_and_says_so()
    {
        await _daemon.StartInSyncAsync();

        Assert.True(_daemon.Machine.Has("10.0.1.10") && _daemon.Machine.Has("10.0.1.11"));
        Assert.Equal([Vpc.Mac(0), Vpc.Mac(1)], _daemon.Monitor.Watched.Macs.Order());
        Assert.Equal(Environment.ProcessId, _daemon.Status.DaemonPid);
        Assert.Equal((1, 0), (_daemon.Status.Counters.Syncs, _daemon.Status.Counters.DriftRepairs));
        Assert.Equal(_daemon.Time.GetUtcNow(), _daemon.Status.LastChange);
    }

    [Fact]
    public async Task Metadata_is_polled_every_interval_with_jitter()
    {
        await _daemon.StartInSyncAsync();

        await _daemon.LaterAsync(() => _daemon.Polls.Count >= 5);

        Assert.All(
            _daemon.Polls.Zip(_daemon.Polls.Skip(1), (a, b) => b - a),
            gap => Assert.InRange(gap, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11.2)));
    }

    [Fact]
    public async Task Polls_that_find_nothing_new_change_and_log_nothing()
    {
        await _daemon.StartInSyncAsync();
        var (steps, lines) = (_daemon.Machine.Stack.Applied.Count, _daemon.Log.Lines.Count);

        await _daemon.LaterAsync(() => _daemon.Polls.Count >= 4);

        Assert.Equal(steps, _daemon.Machine.Stack.Applied.Count);
        Assert.Equal(lines, _daemon.Log.Lines.Count);
    }

    [Fact]
    public async Task An_address_that_is_assigned_is_there_after_one_poll_and_one_that_is_released_after_a_second_look()
    {
        await _daemon.StartInSyncAsync();
        _daemon.Change(() => _daemon.Instance.SetAddresses(1, "10.0.1.10", "10.0.1.12"));

        await _daemon.LaterAsync(() => _daemon.Machine.Has("10.0.1.12"));
        Assert.True(_daemon.Machine.Has("10.0.1.11"));
        Assert.Equal(2, _daemon.Polls.Count);

        Assert.InRange(await _daemon.LaterAsync(() => !_daemon.Machine.Has("10.0.1.11")), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.Equal(3, _daemon.Polls.Count);
    }

    [Fact]
    public async Task A_new_NIC_starts_a_burst_of_polls_with_growing_distances_that_ends_when_metadata_lists_it()
    {
        await _daemon.StartInSyncAsync();
        var (before, began) = (_daemon.Polls.Count, _daemon.Now);

        _daemon.Plug(2);
        await _daemon.LaterAsync(() => _daemon.Polls.Count >= before + 6);
        var burst = _daemon.Polls.Skip(before).Select(at => at - began).ToList();
        Assert.InRange(burst[0], TimeSpan.Zero, TimeSpan.FromMilliseconds(60));
        Assert.InRange(burst[5], TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1));

        _daemon.Change(() => _daemon.Instance.Attach(2));
        await _daemon.LaterAsync(() => _daemon.Machine.Has("10.0.2.10"));
        var (after, ended) = (_daemon.Polls.Count, _daemon.Now);
        await _daemon.LaterAsync(() => _daemon.Polls.Count > after);
        Assert.InRange(_daemon.Now - ended, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task A_NIC_that_metadata_lists_already_is_configured_at_once_and_is_no_repair()
    {
        _daemon.Instance.Attach(2);
        await _daemon.StartInSyncAsync();

        _daemon.Plug(2);
        await _daemon.UntilAsync(() => _daemon.Machine.Has("10.0.2.10"));
        await _daemon.UntilAsync(() => _daemon.Status.State == "in-sync");

        Assert.Equal(0, _daemon.Status.Counters.DriftRepairs);
        Assert.DoesNotContain(_daemon.Log.Lines, line => line.Contains("repaired", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drift_is_repaired_at_once_and_said()
    {
        await _daemon.StartInSyncAsync();

        _daemon.Lose("10.0.1.11");
        await _daemon.UntilAsync(() => _daemon.Machine.Has("10.0.1.11"));

        await _daemon.UntilAsync(() => _daemon.Status.Counters.DriftRepairs == 1);
        Assert.Contains(_daemon.Log.Lines, line => line.StartsWith("Information: repaired what somebody else changed: 1 steps", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drift_is_repaired_while_metadata_hangs()
    {
        await _daemon.StartInSyncAsync();
        _daemon.Change(() => _daemon.Script = _ => Reply.Hang());
        var polls = _daemon.Polls.Count;
        await _daemon.LaterAsync(() => _daemon.Polls.Count > polls);

        _daemon.Lose("10.0.1.11");

        await _daemon.UntilAsync(() => _daemon.Machine.Has("10.0.1.11"));
    }

    [Fact]
    public async Task Somebody_who_undoes_everything_forever_meets_back_off_and_one_warning()
    {
        await _daemon.StartInSyncAsync();
        var repairs = 0;
        var until = _daemon.Now + TimeSpan.FromSeconds(30);

        while (_daemon.Now < until)
        {
            if (_daemon.Machine.Has("10.0.1.11"))
            {
                repairs++;
                _daemon.Lose("10.0.1.11");
            }

            await _daemon.AdvanceAsync(TimeSpan.FromMilliseconds(20));
        }

        // Some at once, then after 1, 2, 4, 8 and 16 s; the poll looks too.
        Assert.InRange(repairs, RepairBackOff.Free, RepairBackOff.Free + 10);
        Assert.Single(_daemon.Log.Lines, line => line.StartsWith("Warning: somebody keeps undoing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_that_say_what_is_known_already_cost_no_look_at_the_kernel()
    {
        await _daemon.StartInSyncAsync();
        var before = _daemon.Machine.Stack.Observations;

        _daemon.Monitor.Say(
            [.. _daemon.Kernel.AddressesOf("eth1").Select(a => new KernelEvent.AddressChanged(a, false)),
            .. _daemon.Kernel.Rules.Select(rule => new KernelEvent.RuleChanged(rule, false))]);
        await Task.Delay(100);

        Assert.Equal(before, _daemon.Machine.Stack.Observations);
    }

    [Fact]
    public async Task Events_that_come_to_nothing_do_not_make_it_look_all_the_time()
    {
        await _daemon.StartInSyncAsync();
        var before = _daemon.Machine.Stack.Observations;
        var until = _daemon.Now + TimeSpan.FromSeconds(1);

        while (_daemon.Now < until)
        {
            _daemon.Monitor.Say(new KernelEvent.RouteChanged(null, false));
            await _daemon.AdvanceAsync(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(_daemon.Machine.Stack.Observations - before, 2, 22);
    }

    [Fact]
    public async Task Lost_events_mean_a_fresh_look()
    {
        await _daemon.StartInSyncAsync();
        Assert.Null(_daemon.Kernel.Delete(_daemon.Kernel.AddressesOf("eth1").Last()));

        _daemon.Monitor.Say(new KernelEvent.Lost());

        await _daemon.UntilAsync(() => _daemon.Machine.Has("10.0.1.11"));
    }

    [Fact]
    public async Task What_changes_without_an_event_is_seen_at_the_next_poll()
    {
        await _daemon.StartInSyncAsync();
        Assert.Equal(1, _daemon.Kernel.Sysctl("eth1", SysctlKey.PromoteSecondaries));
        _daemon.Kernel.SetSysctl("eth1", SysctlKey.PromoteSecondaries, 0);

        await _daemon.LaterAsync(() => _daemon.Kernel.Sysctl("eth1", SysctlKey.PromoteSecondaries) == 1);

        Assert.Equal(2, _daemon.Polls.Count);
    }

    [Fact]
    public async Task Metadata_that_is_away_removes_nothing_is_said_once_and_recovers_without_a_restart()
    {
        await _daemon.StartInSyncAsync();
        var before = _daemon.Kernel.Print();
        _daemon.Change(() => _daemon.Script = _ => Reply.Status(500));

        await _daemon.LaterAsync(() => _daemon.Status.Counters.MetadataFailures >= 3);
        await _daemon.UntilAsync(() => _daemon.Status.State == "degraded");
        Assert.StartsWith("metadata: ", _daemon.Status.LastError, StringComparison.Ordinal);
        Assert.Equal(2, _daemon.Status.Enis.Count);
        Assert.Equal(before, _daemon.Kernel.Print());
        Assert.Single(_daemon.Log.Lines, line => line.StartsWith("Warning: metadata: ", StringComparison.Ordinal));

        _daemon.Change(() => _daemon.Script = _daemon.Instance.Answer);
        await _daemon.LaterAsync(() => _daemon.Status.State == "in-sync");
        Assert.Null(_daemon.Status.LastError);
        Assert.Single(_daemon.Log.Lines, line => line == "Information: all is well again");
    }

    [Fact]
    public async Task Without_metadata_from_the_start_it_waits_and_touches_nothing()
    {
        _daemon.Script = _ => Reply.Status(404);
        _daemon.Start();

        await _daemon.LaterAsync(() => _daemon.Polls.Count >= 3);

        Assert.Equal("waiting-for-metadata", _daemon.Status.State);
        Assert.False(_daemon.Loop.Converged.IsCompleted);
        Assert.Empty(_daemon.Machine.Stack.Applied);
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

    [Fact]
    public async Task A_new_configuration_is_in_force_at_once()
    {
        await _daemon.StartInSyncAsync();
        var polls = _daemon.Polls.Count;

        _daemon.Loop.Reload(_daemon.Options with
        {
            Agent = _daemon.Options.Agent with { PollInterval = TimeSpan.FromSeconds(1) },
            Network = _daemon.Options.Network with { TableBase = 40000 },
        });
        await _daemon.UntilAsync(() => _daemon.Polls.Count > polls);
        await _daemon.UntilAsync(() => _daemon.Kernel.Rules.Any(rule => rule.Table == 40001));
        Assert.DoesNotContain(_daemon.Kernel.Rules, rule => rule.Table == 31001);

        polls = _daemon.Polls.Count;
        Assert.InRange(await _daemon.LaterAsync(() => _daemon.Polls.Count >= polls + 3), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task A_new_configuration_does_not_wait_for_a_read_that_hangs()
    {
        await _daemon.StartInSyncAsync();
        _daemon.Change(() => _daemon.Script = _ => Reply.Hang());
        var polls = _daemon.Polls.Count;
        await _daemon.LaterAsync(() => _daemon.Polls.Count > polls);

        _daemon.Loop.Reload(_daemon.Options with { Network = _daemon.Options.Network with { TableBase = 40000 } });

        await _daemon.UntilAsync(() => _daemon.Kernel.Rules.Any(rule => rule.Table == 40001));
    }

    [Fact]
    public async Task What_cost_the_machine_its_contact_is_taken_back_and_not_tried_again_at_once()
    {
        // The service answers only as long as eth1 has no address.
        _daemon.Script = path => _daemon.Machine.Has("10.0.1.10") ? Reply.Hang() : _daemon.Instance.Answer(path);
        var before = _daemon.Kernel.Print();
        _daemon.Start();

        await _daemon.UntilAsync(() => _daemon.Machine.Has("10.0.1.10"));
        await _daemon.LaterAsync(() => !_daemon.Machine.Has("10.0.1.10"));
        await _daemon.UntilAsync(() => _daemon.Status.State == "degraded");
        Assert.Equal(before, _daemon.Kernel.Print());
        Assert.Equal("contact was lost by the changes, and they were taken back", _daemon.Status.LastError);

        Assert.InRange(await _daemon.LaterAsync(() => _daemon.Machine.Has("10.0.1.10")), HoldBack.First - TimeSpan.FromSeconds(1), 3 * HoldBack.First);
    }

    [Fact]
    public async Task Metadata_that_came_back_is_no_longer_the_trouble_while_something_is_held_back()
    {
        _daemon.Script = path => _daemon.Machine.Has("10.0.1.10") ? Reply.Hang() : _daemon.Instance.Answer(path);
        _daemon.Start();
        await _daemon.UntilAsync(() => _daemon.Machine.Has("10.0.1.10"));
        await _daemon.LaterAsync(() => !_daemon.Machine.Has("10.0.1.10"));
        _daemon.Change(() => _daemon.Script = _ => Reply.Status(500));
        _daemon.Loop.Reload(_daemon.Options);
        await _daemon.LaterAsync(() => _daemon.Status.LastError?.StartsWith("metadata: ", StringComparison.Ordinal) == true);

        _daemon.Change(() => _daemon.Script = path => _daemon.Machine.Has("10.0.1.10") ? Reply.Hang() : _daemon.Instance.Answer(path));
        _daemon.Loop.Reload(_daemon.Options);

        await _daemon.UntilAsync(() => _daemon.Status.LastError == "contact was lost by the changes, and they were taken back");
        Assert.False(_daemon.Machine.Has("10.0.1.10"));
    }

    [Fact]
    public async Task A_kernel_that_gives_no_answer_is_said_and_asked_again()
    {
        await _daemon.StartInSyncAsync();
        _daemon.Machine.Stack.BeforeObserve = () => throw new NetworkStackException("links kept changing", FailureKind.Transient);

        _daemon.Lose("10.0.1.11");
        await _daemon.UntilAsync(() => _daemon.Status.LastError == "links kept changing");
        await _daemon.LaterAsync(() => _daemon.Log.Lines.Contains("Warning: links kept changing"));
        _daemon.Machine.Stack.BeforeObserve = () => { };

        Assert.InRange(await _daemon.LaterAsync(() => _daemon.Machine.Has("10.0.1.11")), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await _daemon.UntilAsync(() => _daemon.Status.State == "in-sync");
    }

    [Fact]
    public async Task A_snapshot_that_cannot_be_written_is_said_and_ends_nothing()
    {
        Directory.CreateDirectory(_daemon.Machine.Paths.Snapshot + "/in-the-way");

        await _daemon.StartInSyncAsync();

        await _daemon.LaterAsync(() => _daemon.Log.Lines.Any(line => line.StartsWith("Warning: ", StringComparison.Ordinal) && line.Contains("snapshot.json", StringComparison.Ordinal)));
        await _daemon.StopAsync();
    }

    [Fact]
    public async Task It_stops_at_once_leaves_the_network_as_it_is_and_remembers()
    {
        await _daemon.StartInSyncAsync();
        var before = _daemon.Kernel.Print();
        _daemon.Change(() => _daemon.Script = _ => Reply.Hang());
        var polls = _daemon.Polls.Count;
        await _daemon.LaterAsync(() => _daemon.Polls.Count > polls);

        await _daemon.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(before, _daemon.Kernel.Print());
        Assert.Equal(2, _daemon.Machine.Store.ReadSnapshot().Snapshot!.Enis.Length);
    }

    [Fact]
    public async Task What_nobody_expected_comes_out()
    {
        await _daemon.StartInSyncAsync();

        _daemon.Monitor.Break(new InvalidOperationException("the socket is gone"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _daemon.Running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("the socket is gone", error.Message);
    }
}
