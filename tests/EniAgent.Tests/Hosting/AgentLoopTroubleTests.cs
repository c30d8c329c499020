using EniAgent.Core.Kernel;
using EniAgent.Core.Scheduling;
using EniAgent.Metadata.Tests;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Hosting;

/// <summary>What the daemon's loop does when metadata, the kernel or a disk fails, and when it ends.</summary>
public sealed class AgentLoopTroubleTests : DaemonTests
{
    [Fact]
    public async Task Metadata_that_is_away_removes_nothing_is_said_once_and_recovers_without_a_restart()
    {
        await Daemon.StartInSyncAsync();
        var before = Daemon.Kernel.Print();
        Daemon.Change(() => Daemon.Script = _ => Reply.Status(500));

        await Daemon.LaterAsync(() => Daemon.Status.Counters.MetadataFailures >= 3);
        await Daemon.UntilAsync(() => Daemon.Status.State == "degraded");
        Assert.StartsWith("metadata: ", Daemon.Status.LastError, StringComparison.Ordinal);
        Assert.Equal(2, Daemon.Status.Enis.Count);
        Assert.Equal(before, Daemon.Kernel.Print());
        Assert.Single(Daemon.Log.Lines, line => line.StartsWith("Warning: metadata: ", StringComparison.Ordinal));

        Daemon.Change(() => Daemon.Script = Daemon.Instance.Answer);
        await Daemon.LaterAsync(() => Daemon.Status.State == "in-sync");
        Assert.Null(Daemon.Status.LastError);
        await Daemon.UntilAsync(() => Daemon.Log.Lines.Any(line => line == "Information: all is well again"));
        Assert.Single(Daemon.Log.Lines, line => line == "Information: all is well again");
    }

    [Fact]
    public async Task Without_metadata_from_the_start_it_waits_and_touches_nothing()
    {
        Daemon.Script = _ => Reply.Status(404);
        Daemon.Start();

        await Daemon.LaterAsync(() => Daemon.Polls.Count >= 3);

        Assert.Equal("waiting-for-metadata", Daemon.Status.State);
        Assert.False(Daemon.Loop.Converged.IsCompleted);
        Assert.Empty(Daemon.Machine.Stack.Applied);
    }

    [Fact]
    public async Task What_cost_the_machine_its_contact_is_taken_back_and_not_tried_again_at_once()
    {
        // The service answers only as long as eth1 has no address.
        Daemon.Script = path => Daemon.Machine.Has("10.0.1.10") ? Reply.Hang() : Daemon.Instance.Answer(path);
        var before = Daemon.Kernel.Print();
        Daemon.Start();

        await Daemon.UntilAsync(() => Daemon.Machine.Has("10.0.1.10"));
        await Daemon.LaterAsync(() => !Daemon.Machine.Has("10.0.1.10"));
        await Daemon.UntilAsync(() => Daemon.Status.State == "degraded");
        Assert.Equal(before, Daemon.Kernel.Print());
        Assert.Equal("contact was lost by the changes, and they were taken back", Daemon.Status.LastError);

        Assert.InRange(await Daemon.LaterAsync(() => Daemon.Machine.Has("10.0.1.10")), HoldBack.First - TimeSpan.FromSeconds(1), 3 * HoldBack.First);
    }

    [Fact]
    public async Task What_was_taken_back_is_only_tried_again_while_metadata_answers()
    {
        Daemon.Script = path => Daemon.Machine.Has("10.0.1.10") ? Reply.Hang() : Daemon.Instance.Answer(path);
        Daemon.Start();
        await Daemon.UntilAsync(() => Daemon.Machine.Has("10.0.1.10"));
        await Daemon.LaterAsync(() => !Daemon.Machine.Has("10.0.1.10"));
        var applied = Daemon.Machine.Stack.Applied.Count;

        // Whether contact was lost by it could not be told now.
        Daemon.Change(() => Daemon.Script = _ => Reply.Status(500));
        await Daemon.AdvanceAsync(2 * HoldBack.First);
        Daemon.Monitor.Say(new KernelEvent.Lost());
        await Daemon.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Daemon.StopAsync();

        Assert.Equal(applied, Daemon.Machine.Stack.Applied.Count);
        Assert.Null(Daemon.Machine.Store.ReadSnapshot().Snapshot);
    }

    [Fact]
    public async Task Metadata_that_came_back_is_no_longer_the_trouble_while_something_is_held_back()
    {
        Daemon.Script = path => Daemon.Machine.Has("10.0.1.10") ? Reply.Hang() : Daemon.Instance.Answer(path);
        Daemon.Start();
        await Daemon.UntilAsync(() => Daemon.Machine.Has("10.0.1.10"));
        await Daemon.LaterAsync(() => Daemon.Status.LastError == "contact was lost by the changes, and they were taken back");
        Daemon.Change(() => Daemon.Script = _ => Reply.Status(500));
        Daemon.Loop.Reload(Daemon.Options);
        await Daemon.LaterAsync(() => Daemon.Status.LastError?.StartsWith("metadata: ", StringComparison.Ordinal) == true);

        Daemon.Change(() => Daemon.Script = path => Daemon.Machine.Has("10.0.1.10") ? Reply.Hang() : Daemon.Instance.Answer(path));
        Daemon.Loop.Reload(Daemon.Options);

        await Daemon.UntilAsync(() => Daemon.Status.LastError == "contact was lost by the changes, and they were taken back");
        Assert.False(Daemon.Machine.Has("10.0.1.10"));
    }

    [Fact]
    public async Task A_kernel_that_gives_no_answer_is_said_and_asked_again()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Machine.Stack.BeforeObserve = () => throw new NetworkStackException("links kept changing", FailureKind.Transient);

        Daemon.Lose("10.0.1.11");
        await Daemon.UntilAsync(() => Daemon.Status.LastError == "links kept changing");
        await Daemon.LaterAsync(() => Daemon.Log.Lines.Contains("Warning: links kept changing"));
        Daemon.Machine.Stack.BeforeObserve = () => { };

        Assert.InRange(await Daemon.LaterAsync(() => Daemon.Machine.Has("10.0.1.11")), TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await Daemon.UntilAsync(() => Daemon.Status.State == "in-sync");
    }

    [Fact]
    public async Task A_snapshot_that_cannot_be_written_is_said_and_ends_nothing()
    {
        Directory.CreateDirectory(Daemon.Machine.Paths.Snapshot + "/in-the-way");

        await Daemon.StartInSyncAsync();

        await Daemon.LaterAsync(() => Daemon.Log.Lines.Any(line => line.StartsWith("Warning: ", StringComparison.Ordinal) && line.Contains("snapshot.json", StringComparison.Ordinal)));
        await Daemon.StopAsync();
    }

    [Fact]
    public async Task It_stops_at_once_leaves_the_network_as_it_is_and_remembers()
    {
        await Daemon.StartInSyncAsync();
        var before = Daemon.Kernel.Print();
        Daemon.Change(() => Daemon.Script = _ => Reply.Hang());
        var polls = Daemon.Polls.Count;
        await Daemon.LaterAsync(() => Daemon.Polls.Count > polls);

        await Daemon.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(before, Daemon.Kernel.Print());
        Assert.Equal(2, Daemon.Machine.Store.ReadSnapshot().Snapshot!.Enis.Length);
    }

    [Fact]
    public async Task What_nobody_expected_comes_out()
    {
        await Daemon.StartInSyncAsync();

        Daemon.Monitor.Break(new InvalidOperationException("the socket is gone"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Daemon.Running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("the socket is gone", error.Message);
    }
}
