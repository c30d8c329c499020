using System.Diagnostics;
using EniAgent.Linux.State;

namespace EniAgent.Linux.Tests.State;

public sealed class InstanceLockTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    private string Lock => _folder["run/lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whoever_comes_second_is_told_who_came_first()
    {
        using var first = await TakeAsync(TimeSpan.Zero);

        var refusal = await Assert.ThrowsAsync<LockHeldException>(() => TakeAsync(TimeSpan.Zero));

        Assert.Equal(Environment.ProcessId, refusal.Holder);
        Assert.Equal($"{Lock} is held by process {Environment.ProcessId}", refusal.Message);
    }

    [Fact]
    public async Task A_lock_that_is_released_can_be_taken()
    {
        (await TakeAsync(TimeSpan.Zero)).Dispose();

        // A process that another test starts at this moment has the descriptor until it becomes its program.
        using var second = await TakeAsync(Soon);

        Assert.True(InstanceLock.IsHeld(Lock));
    }

    [Fact]
    public async Task Patience_outlasts_a_holder_that_ends()
    {
        var first = await TakeAsync(TimeSpan.Zero);
        var waiting = TakeAsync(Soon);
        Assert.False(waiting.IsCompleted);

        first.Dispose();

        using var second = await waiting;
    }

    [Fact]
    public async Task Patience_ends()
    {
        using var first = await TakeAsync(TimeSpan.Zero);
        var started = Stopwatch.GetTimestamp();

        await Assert.ThrowsAsync<LockHeldException>(() => TakeAsync(TimeSpan.FromMilliseconds(200)));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(200), Soon);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using var first = await TakeAsync(TimeSpan.Zero);
        using var giveUp = new CancellationTokenSource();
        var waiting = InstanceLock.TakeAsync(Lock, TimeSpan.FromHours(1), TimeProvider.System, giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Whoever_must_wait_is_told_for_whom()
    {
        using var first = await TakeAsync(TimeSpan.Zero);
        var holders = new List<int>();

        await Assert.ThrowsAsync<LockHeldException>(
            () => InstanceLock.TakeAsync(Lock, TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None, holders.Add));

        Assert.Equal([Environment.ProcessId], holders);
    }

    [Fact]
    public async Task The_kernel_releases_the_lock_of_a_process_that_is_killed()
    {
        (await TakeAsync(TimeSpan.Zero)).Dispose();
        using var holder = Process.Start("/bin/sh", ["-c", $"exec 9>'{Lock}'; flock -x 9; echo $$ >&9; exec sleep 600"]);
        var pid = await HolderAsync(holder.Id);
        Assert.Equal(holder.Id, pid);
        var refusal = await Assert.ThrowsAsync<LockHeldException>(() => TakeAsync(TimeSpan.Zero));
        Assert.Equal(holder.Id, refusal.Holder);

        holder.Kill();

        using var second = await TakeAsync(Soon);
        Assert.Equal(Environment.ProcessId, InstanceLock.HolderOf(Lock));
    }

    [Fact]
    public async Task A_shorter_process_id_leaves_nothing_of_a_longer_one()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Lock)!);
        await File.WriteAllTextAsync(Lock, "1234567890123\n");

        using var taken = await TakeAsync(TimeSpan.Zero);

        Assert.Equal(Environment.ProcessId, InstanceLock.HolderOf(Lock));
    }

    [Fact]
    public async Task Only_its_owner_may_open_the_file_for_anybody_who_can_may_hold_it()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Lock)!);
        await File.WriteAllTextAsync(Lock, "");
        File.SetUnixFileMode(Lock, AtomicFile.Public);

        using var taken = await TakeAsync(TimeSpan.Zero);

        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(Lock));
    }

    [Fact]
    public async Task A_look_at_the_lock_does_not_take_it()
    {
        (await TakeAsync(TimeSpan.Zero)).Dispose();

        Assert.False(InstanceLock.IsHeld(Lock));

        using var taken = await TakeAsync(TimeSpan.Zero);
    }

    [Fact]
    public void Where_there_is_no_file_nobody_holds_it()
    {
        Assert.False(InstanceLock.IsHeld(Lock));
        Assert.Equal(0, InstanceLock.HolderOf(Lock));
    }

    [Fact]
    public async Task A_file_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(_folder["run"], "not a folder");

        var error = await Assert.ThrowsAnyAsync<IOException>(() => TakeAsync(Soon));

        Assert.Contains(_folder["run"], error.Message, StringComparison.Ordinal);
    }

    private Task<InstanceLock> TakeAsync(TimeSpan patience) => InstanceLock.TakeAsync(Lock, patience, TimeProvider.System, CancellationToken.None);

    private async Task<int> HolderAsync(int expected)
    {
        var started = Stopwatch.GetTimestamp();
        int pid;
        while ((pid = InstanceLock.HolderOf(Lock)) != expected && Stopwatch.GetElapsedTime(started) < Soon)
        {
            await Task.Delay(10, CancellationToken.None);
        }

        return pid;
    }
}
