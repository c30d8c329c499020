using System.Diagnostics;

namespace EniAgent.IO.Tests;

public sealed class ReactorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Reactor _reactor = new();

    public void Dispose() => _reactor.Dispose();

    [Fact]
    public void All_of_it_happens_on_the_thread_that_runs_it()
    {
        using var pair = new Pair();
        var threads = _reactor.Run(async () =>
        {
            var seen = new List<int> { Environment.CurrentManagedThreadId };
            await Task.Delay(TimeSpan.FromMilliseconds(5), _reactor).ConfigureAwait(false);
            seen.Add(Environment.CurrentManagedThreadId);
            pair.Say();
            await _reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None).ConfigureAwait(false);
            seen.Add(Environment.CurrentManagedThreadId);
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(5), _reactor);
            await _reactor.WaitAsync(pair.Theirs, Readiness.Readable, soon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            seen.Add(Environment.CurrentManagedThreadId);
            return seen;
        });

        Assert.Equal(4, threads.Count);
        Assert.All(threads, thread => Assert.Equal(Environment.CurrentManagedThreadId, thread));
    }

    [Fact]
    public async Task Nobody_who_runs_it_is_needed()
    {
        using var pair = new Pair();
        var waiting = _reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(20), _reactor).WaitAsync(Patience);
        Assert.False(waiting.IsCompleted);

        pair.Say();

        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_descriptor_without_room_is_waited_for_until_there_is_some()
    {
        using var pair = new Pair();
        pair.Fill();
        var waiting = _reactor.WaitAsync(pair.Ours, Readiness.Writable, CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(20), _reactor);
        Assert.False(waiting.IsCompleted);

        pair.Drain();

        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task Two_may_wait_for_one_descriptor_and_each_for_another()
    {
        using var pair = new Pair();
        using var other = new Pair();
        Task[] both = [_reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None), _reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None)];
        var third = _reactor.WaitAsync(other.Ours, Readiness.Readable, CancellationToken.None);

        pair.Say();

        await Task.WhenAll(both).WaitAsync(Patience);
        Assert.False(third.IsCompleted);
        other.Say();
        await third.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_wait_is_cancelled_from_any_thread_before_it_begins_and_while_it_lasts()
    {
        using var pair = new Pair();
        using var cancellation = new CancellationTokenSource();
        var lasting = _reactor.WaitAsync(pair.Ours, Readiness.Readable, cancellation.Token);
        await Task.Run(cancellation.Cancel);
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAsync<TaskCanceledException>(() => lasting.WaitAsync(Patience))).CancellationToken);
        await Assert.ThrowsAsync<TaskCanceledException>(() => _reactor.WaitAsync(pair.Ours, Readiness.Readable, cancellation.Token).WaitAsync(Patience));

        // What has been given up leaves nothing behind.
        var again = _reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None);
        pair.Say();
        await again.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_descriptor_that_is_given_up_ends_its_waits_and_is_closed_only_then()
    {
        using var pair = new Pair();
        var waiting = _reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None);
        var number = pair.Ours.Number;

        pair.Ours.Dispose();
        Assert.True(File.Exists($"/proc/self/fd/{number}"));
        _reactor.Forget(pair.Ours);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Patience));
        Assert.Throws<ObjectDisposedException>(() => { _ = _reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None); });
    }

    [Fact]
    public void What_has_come_goes_before_what_was_waited_for_in_vain()
    {
        using var pair = new Pair();
        var order = _reactor.Run(async () =>
        {
            var order = new List<string>();
            var said = SayAsync(_reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None), "come");
            var late = SayAsync(Task.Delay(TimeSpan.FromMilliseconds(1), _reactor), "late");

            // Both are due when the reactor looks next.
            pair.Say();
            Thread.Sleep(20);
            await Task.WhenAll(said, late).ConfigureAwait(false);
            return order;

            async Task SayAsync(Task task, string word)
            {
                await task.ConfigureAwait(false);
                order.Add(word);
            }
        });

        Assert.Equal(["come", "late"], order);
    }

    [Fact]
    public async Task Timers_are_called_in_their_order_again_and_again_and_not_after_their_end()
    {
        var called = new List<string>();
        using var slow = _reactor.CreateTimer(_ => called.Add("slow"), null, TimeSpan.FromMilliseconds(60), Timeout.InfiniteTimeSpan);
        using var quick = _reactor.CreateTimer(_ => called.Add("quick"), null, TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);
        using var never = _reactor.CreateTimer(_ => called.Add("never"), null, TimeSpan.FromMilliseconds(40), Timeout.InfiniteTimeSpan);
        never.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await Task.Delay(TimeSpan.FromMilliseconds(100), _reactor);
        Assert.Equal(["quick", "slow"], called);

        var beats = new SemaphoreSlim(0);
        using (_reactor.CreateTimer(_ => beats.Release(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(1)))
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.True(await beats.WaitAsync(Patience));
            }
        }

        await Task.Delay(TimeSpan.FromMilliseconds(20), _reactor);
        var count = beats.CurrentCount;
        await Task.Delay(TimeSpan.FromMilliseconds(20), _reactor);
        Assert.Equal(count, beats.CurrentCount);
    }

    [Fact]
    public void A_time_is_never_over_early()
    {
        _reactor.Run(async () =>
        {
            for (var i = 1; i <= 50; i++)
            {
                var distance = TimeSpan.FromMilliseconds(i % 5 + 0.3);
                var rung = new TaskCompletionSource<TimeSpan>();
                var start = Stopwatch.GetTimestamp();
                using var timer = _reactor.CreateTimer(_ => rung.SetResult(Stopwatch.GetElapsedTime(start)), null, distance, Timeout.InfiniteTimeSpan);
                Assert.True(await rung.Task.ConfigureAwait(false) >= distance);
            }

            return 0;
        });
    }

    [Fact]
    public void It_sleeps_while_nothing_is_due()
    {
        using var pair = new Pair();
        _reactor.Run(async () =>
        {
            _ = _reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(1), _reactor).ConfigureAwait(false);
            var before = Turns();
            await Task.Delay(TimeSpan.FromMilliseconds(500), _reactor).ConfigureAwait(false);
            Assert.InRange(Turns() - before, 0, 3);
            return 0;
        });

        // How often this thread has gone to sleep.
        static long Turns() => long.Parse(File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal)).Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void It_hears_of_an_end_on_another_thread()
    {
        for (var i = 0; i < 200; i++)
        {
            using var reactor = new Reactor();
            Assert.Equal(7, reactor.Run(() => Task.Run(() => 7)));
        }
    }

    [Fact]
    public async Task Waits_from_many_threads_all_end()
    {
        var pairs = Enumerable.Range(0, 50).Select(_ => new Pair()).ToList();
        await Task.WhenAll(pairs.Select(pair => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                var waiting = _reactor.WaitAsync(pair.Ours, Readiness.Readable, CancellationToken.None);
                pair.Say();
                await waiting.WaitAsync(Patience);
                Take(pair.Ours);
            }
        })));
        pairs.ForEach(pair => pair.Dispose());

        static unsafe void Take(Descriptor descriptor)
        {
            byte one;
            Assert.Equal(1, (int)Tmds.Linux.LibC.read(descriptor.Number, &one, 1));
        }
    }

    [Fact]
    public void It_runs_once_at_a_time()
    {
        _reactor.Run(() =>
        {
            Assert.Throws<InvalidOperationException>(() => _reactor.Run(() => Task.FromResult(0)));
            return Task.FromResult(0);
        });
    }

    [Fact]
    public void What_fails_comes_out() =>
        Assert.Throws<TimeZoneNotFoundException>(() => _reactor.Run<int>(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), _reactor).ConfigureAwait(false);
            throw new TimeZoneNotFoundException();
        }));

    [Fact]
    public async Task An_alarm_rings_once_its_time_has_come_and_not_when_it_is_given_up()
    {
        using var alarm = new Alarm(_reactor, TimeSpan.FromMilliseconds(5));
        await alarm.Rung.WaitAsync(Patience);
        var given = new Alarm(_reactor, TimeSpan.FromMilliseconds(20));
        given.Dispose();
        using var never = new Alarm(_reactor, Timeout.InfiniteTimeSpan);
        await Task.Delay(TimeSpan.FromMilliseconds(60), _reactor);
        Assert.False(given.Rung.IsCompleted);
        Assert.False(never.Rung.IsCompleted);
    }
}
