using EniAgent.Core.Tests.Fakes;
using EniAgent.Metadata.Tests;
using EniAgent.Reconciliation;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Hosting;

/// <summary>What the daemon's loop does when all is well: it follows metadata, NICs and the configuration.</summary>
public sealed class AgentLoopPollingTests : DaemonTests
{
    // The fake clock runs while the loop works: on a crowded machine by seconds. What must not be late only must come before the next poll would.
    private static readonly TimeSpan BeforeTheNextPoll = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task It_converges_when_it_starts_and_says_so()
    {
        await Daemon.StartInSyncAsync();

        Assert.True(Daemon.Machine.Has("10.0.1.10") && Daemon.Machine.Has("10.0.1.11"));
        Assert.Equal([Vpc.Mac(0), Vpc.Mac(1)], Daemon.Monitor.Watched.Macs.Order());
        Assert.Equal(Environment.ProcessId, Daemon.Status.DaemonPid);
        Assert.Equal((1, 0), (Daemon.Status.Counters.Syncs, Daemon.Status.Counters.DriftRepairs));
        Assert.Equal(Daemon.Time.GetUtcNow(), Daemon.Status.LastChange);
    }

    [Fact]
    public async Task A_signal_has_documents_read_that_no_poll_would_ask_for()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Change(() =>
        {
            foreach (var address in new[] { "10.0.1.10", "10.0.1.11" })
            {
                Daemon.Instance[$"{FakeInstance.List(1)}{address}/gateway"] = "10.0.1.254";
            }
        });

        Daemon.Loop.Reload(Daemon.Options);

        await Daemon.UntilAsync(() => Daemon.Status.Enis[1].Gateway == "10.0.1.254");
    }

    [Fact]
    public async Task Metadata_is_polled_every_interval_with_jitter()
    {
        await Daemon.StartInSyncAsync();

        await Daemon.LaterAsync(() => Daemon.Polls.Count >= 5);

        Assert.All(
            Daemon.Polls.Zip(Daemon.Polls.Skip(1), (a, b) => b - a),
            gap => Assert.InRange(gap, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task Polls_that_find_nothing_new_change_and_log_nothing()
    {
        await Daemon.StartInSyncAsync();
        var (steps, lines) = (Daemon.Machine.Stack.Applied.Count, Daemon.Log.Lines.Count);

        await Daemon.LaterAsync(() => Daemon.Polls.Count >= 4);

        Assert.Equal(steps, Daemon.Machine.Stack.Applied.Count);
        Assert.Equal(lines, Daemon.Log.Lines.Count);
    }

    [Fact]
    public async Task An_address_that_is_assigned_is_there_after_one_poll_and_one_that_is_released_after_a_second_look()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Change(() => Daemon.Instance.SetAddresses(1, "10.0.1.10", "10.0.1.12"));

        await Daemon.LaterAsync(() => Daemon.Machine.Has("10.0.1.12"));
        Assert.True(Daemon.Machine.Has("10.0.1.11"));
        Assert.Equal(2, Daemon.Polls.Count);

        Assert.InRange(await Daemon.LaterAsync(() => !Daemon.Machine.Has("10.0.1.11")), TimeSpan.FromSeconds(0.9), BeforeTheNextPoll);
        Assert.Equal(3, Daemon.Polls.Count);
    }

    [Fact]
    public async Task A_new_NIC_starts_a_burst_of_polls_with_growing_distances_that_ends_when_metadata_lists_it()
    {
        await Daemon.StartInSyncAsync();
        var (before, began) = (Daemon.Polls.Count, Daemon.Now);

        Daemon.Plug(2);
        await Daemon.LaterAsync(() => Daemon.Polls.Count >= before + 6);
        var burst = Daemon.Polls.Skip(before).Select(at => at - began).ToList();
        Assert.InRange(burst[0], TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(burst[5], TimeSpan.FromMilliseconds(300), BeforeTheNextPoll);

        Daemon.Change(() => Daemon.Instance.Attach(2));
        await Daemon.LaterAsync(() => Daemon.Machine.Has("10.0.2.10"));
        var (after, ended) = (Daemon.Polls.Count, Daemon.Now);
        await Daemon.LaterAsync(() => Daemon.Polls.Count > after);
        // In a burst it would be two seconds at most.
        Assert.InRange(Daemon.Now - ended, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_NIC_that_metadata_lists_already_is_configured_at_once_and_is_no_repair()
    {
        Daemon.Instance.Attach(2);
        await Daemon.StartInSyncAsync();

        Daemon.Plug(2);
        await Daemon.UntilAsync(() => Daemon.Machine.Has("10.0.2.10"));
        await Daemon.UntilAsync(() => Daemon.Status.State == "in-sync");

        Assert.Equal(0, Daemon.Status.Counters.DriftRepairs);
        Assert.DoesNotContain(Daemon.Log.Lines, line => line.Contains("repaired", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_configuration_is_in_force_at_once()
    {
        await Daemon.StartInSyncAsync();
        var polls = Daemon.Polls.Count;

        Daemon.Loop.Reload(Daemon.Options with
        {
            Agent = Daemon.Options.Agent with { PollInterval = TimeSpan.FromSeconds(1) },
            Network = Daemon.Options.Network with { TableBase = 40000 },
        });
        await Daemon.UntilAsync(() => Daemon.Polls.Count > polls);
        await Daemon.UntilAsync(() => Daemon.Kernel.Rules.Any(rule => rule.Table == 40001));
        Assert.DoesNotContain(Daemon.Kernel.Rules, rule => rule.Table == 31001);

        polls = Daemon.Polls.Count;
        Assert.InRange(await Daemon.LaterAsync(() => Daemon.Polls.Count >= polls + 3), TimeSpan.FromSeconds(2), BeforeTheNextPoll);
    }

    [Fact]
    public async Task A_new_configuration_does_not_wait_for_a_read_that_hangs()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Change(() => Daemon.Script = _ => Reply.Hang());
        var polls = Daemon.Polls.Count;
        await Daemon.LaterAsync(() => Daemon.Polls.Count > polls);

        Daemon.Loop.Reload(Daemon.Options with { Network = Daemon.Options.Network with { TableBase = 40000 } });

        // As long as contact is looked for that could be lost by it, and no longer.
        Assert.InRange(await Daemon.LaterAsync(() => Daemon.Kernel.Rules.Any(rule => rule.Table == 40001)), TimeSpan.Zero, 2 * ContactGuard.PatienceBefore);
    }

    [Fact]
    public async Task Signals_that_come_faster_than_answers_do_not_keep_these_away()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Change(() => Daemon.Script = _ => Reply.Hang());

        for (var signals = 0; Daemon.Status.LastError is null; signals++)
        {
            Assert.InRange(signals, 0, 100);
            Daemon.Loop.Reload(Daemon.Options);
            await Daemon.AdvanceAsync(TimeSpan.FromSeconds(0.5));
        }

        Assert.StartsWith("metadata: ", Daemon.Status.LastError, StringComparison.Ordinal);
    }
}
