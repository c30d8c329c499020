using EniAgent.Core.Scheduling;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Metadata.Tests;
using EniAgent.Reporting;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Hosting;

/// <summary>The status file says what the daemon waits for.</summary>
public sealed class WaitsTests : DaemonTests
{
    [Fact]
    public async Task While_metadata_is_away_it_says_since_when_and_how_often_it_was_tried()
    {
        Daemon.Script = _ => Reply.Status(404);
        Daemon.Start();
        await Daemon.UntilAsync(() => Find(WaitFor.Metadata) is { Attempts: 1 });
        var since = Find(WaitFor.Metadata)!.Since;

        await Daemon.LaterAsync(() => Find(WaitFor.Metadata) is { Attempts: >= 3 });
        Assert.Equal(since, Find(WaitFor.Metadata)!.Since);
        Assert.InRange(since!.Value, Daemon.Time.Start, Daemon.Time.GetUtcNow());

        Daemon.Change(() => Daemon.Script = Daemon.Instance.Answer);
        await Daemon.LaterAsync(() => Daemon.Status.State == "in-sync");
        Assert.Empty(Daemon.Status.WaitingFor);
    }

    [Fact]
    public async Task A_NIC_that_metadata_does_not_list_is_waited_for()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Plug(2);
        await Daemon.LaterAsync(() => Find(WaitFor.Eni) is not null);
        Assert.Equal(Vpc.Mac(2).ToString(), Find(WaitFor.Eni)!.Eni);
    }

    [Fact]
    public async Task What_is_held_back_is_said_with_the_time_when_it_is_tried_again()
    {
        Daemon.Script = path => Daemon.Machine.Has("10.0.1.10") ? Reply.Hang() : Daemon.Instance.Answer(path);
        Daemon.Start();
        await Daemon.LaterAsync(() => Find(WaitFor.Retry) is not null);
        Assert.InRange(Find(WaitFor.Retry)!.Until!.Value - Daemon.Time.GetUtcNow(), TimeSpan.Zero, HoldBack.First);
    }

    [Fact]
    public async Task A_repair_that_is_put_off_is_said_with_its_time()
    {
        await Daemon.StartInSyncAsync();
        for (var i = 0; i <= RepairBackOff.Free; i++)
        {
            Daemon.Lose("10.0.1.10");
            await Daemon.LaterAsync(() => Daemon.Machine.Has("10.0.1.10"));
        }

        Daemon.Lose("10.0.1.10");
        await Daemon.UntilAsync(() => Find(WaitFor.Repair) is not null);
        Assert.InRange(Find(WaitFor.Repair)!.Until!.Value - Daemon.Time.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromSeconds(2));

        await Daemon.LaterAsync(() => Daemon.Machine.Has("10.0.1.10"));
        await Daemon.LaterAsync(() => Find(WaitFor.Repair) is null);
    }

    [Fact]
    public async Task An_address_that_is_not_listed_any_more_waits_for_a_second_look()
    {
        await Daemon.StartInSyncAsync();
        Daemon.Change(() => Daemon.Instance.SetAddresses(1, "10.0.1.10"));
        await Daemon.LaterAsync(() => Find(WaitFor.Confirmation) is not null);
        Assert.Equal("10.0.1.11", Find(WaitFor.Confirmation)!.Detail);
        await Daemon.LaterAsync(() => Find(WaitFor.Confirmation) is null);
    }

    private WaitReport? Find(string what) => StatusFile.Read(Daemon.Machine.Paths)?.WaitingFor.FirstOrDefault(wait => wait.For == what);
}
