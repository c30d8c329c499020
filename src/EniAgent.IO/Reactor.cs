using System.Diagnostics;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace EniAgent.IO;

/// <summary>What a wait is for.</summary>
public enum Readiness
{
    /// <summary>There is something to read, or the end.</summary>
    Readable,

    /// <summary>There is room to write, or what was begun has ended.</summary>
    Writable,
}

/// <summary>
/// Waits for descriptors and times with one ppoll(2), and goes on with whoever waited on the same thread: a program that mostly waits for one thing after
/// another needs no engine for sockets, no thread for timers and no pool of workers, each of which has to be started, woken up and put to sleep. Waits may begin
/// and be cancelled on any thread; they end on the reactor's. As a clock it is the system's, with timers of its own.
/// </summary>
/// <remarks>What goes on on its thread holds up everybody else who waits: nothing there may block for what only the reactor can bring.</remarks>
public sealed unsafe class Reactor : TimeProvider, IDisposable
{
    private const long Never = long.MaxValue;

    private readonly Lock _gate = new();
    private readonly List<DescriptorWait> _waits = [];
    private readonly List<ReactorTimer> _timers = [];
    private readonly List<DescriptorWait> _over = [];
    private readonly Descriptor _bell;
    private pollfd[] _polled = new pollfd[8];
    private Thread? _thread;
    private bool _isAsleep;
    private bool _hasNews;

    /// <summary>Creates one. It runs on the thread that calls <see cref="Run"/>, or on one of its own as soon as somebody waits.</summary>
    /// <exception cref="IOException">No descriptor is left.</exception>
    public Reactor()
    {
        var bell = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        _bell = bell >= 0 ? new Descriptor(bell) : throw new IOException($"no descriptor for events: {Marshal.GetPInvokeErrorMessage(LibC.errno)}");
    }

    /// <summary>The process's own.</summary>
    public static Reactor Shared { get; } = new();

    /// <summary>Runs it on this thread until something has come to its end.</summary>
    /// <returns>What that has come to.</returns>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public T Run<T>(Func<Task<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        if (Interlocked.CompareExchange(ref _thread, Thread.CurrentThread, null) is not null)
        {
            throw new InvalidOperationException("the reactor runs already");
        }

        // With one, whatever goes on would be handed to it.
        SynchronizationContext.SetSynchronizationContext(null);
        var task = main();
        _ = task.ContinueWith(_ => Tell(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (!task.IsCompleted)
        {
            Turn();
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>Waits until a descriptor is ready.</summary>
    /// <param name="descriptor">The descriptor; it stays open until the wait is over.</param>
    /// <param name="readiness">What for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The descriptor is closed, or was given up by <see cref="Forget"/>.</exception>
    public Task WaitAsync(Descriptor descriptor, Readiness readiness, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var wait = new DescriptorWait(descriptor, readiness == Readiness.Readable ? LibC.POLLIN : LibC.POLLOUT);
        wait.EndWith(this, cancellationToken);
        lock (_gate)
        {
            _waits.Add(wait);
        }

        Tell();
        return wait.Task;
    }

    /// <summary>Ends all waits for a descriptor, for it is about to be closed.</summary>
    public void Forget(Descriptor descriptor)
    {
        lock (_gate)
        {
            foreach (var wait in _waits.Where(wait => wait.Descriptor == descriptor))
            {
                wait.IsForgotten = true;
            }
        }

        Tell();
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ReactorTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Closes it; nothing may be waiting any more.</summary>
    public void Dispose() => _bell.Dispose();

    /// <summary>Has a timer be called at a time of <see cref="Stopwatch"/>; null for not at all.</summary>
    internal void Set(ReactorTimer timer, long? due)
    {
        lock (_gate)
        {
            if (timer.Due is null && due is not null)
            {
                _timers.Add(timer);
            }
            else if (timer.Due is not null && due is null)
            {
                _timers.Remove(timer);
            }

            timer.Due = due;
        }

        Tell();
    }

    /// <summary>Has its thread look again at what it waits for, and run if it does not yet.</summary>
    internal void Tell()
    {
        if (Volatile.Read(ref _thread) is not { } thread)
        {
            RunInBackground();
        }
        else if (thread != Thread.CurrentThread)
        {
            lock (_gate)
            {
                _hasNews = true;
                if (_isAsleep)
                {
                    ulong one = 1;
                    _ = LibC.write(_bell.Number, &one, sizeof(ulong));
                }
            }
        }
    }

    private void RunInBackground()
    {
        var thread = new Thread(() =>
        {
            while (!_bell.IsClosed)
            {
                Turn();
            }
        })
        {
            IsBackground = true,
            Name = "Reactor",
        };
        if (Interlocked.CompareExchange(ref _thread, thread, null) is null)
        {
            thread.Start();
        }
    }

    // What has come goes before what has been waited for in vain, for on a busy machine both may be found at the same time.
    private void Turn()
    {
        var count = Sleep();
        Wake(count);
        foreach (var wait in _over)
        {
            wait.End();
        }

        _over.Clear();
        var now = Stopwatch.GetTimestamp();
        while (NextTimer(now) is { } timer)
        {
            timer.Call(now);
        }
    }

    // How many waits it has slept for: those that are added meanwhile are behind them.
    private int Sleep()
    {
        int count;
        timespec patience;
        bool isEndless;
        lock (_gate)
        {
            count = _waits.Count;
            if (_polled.Length <= count)
            {
                _polled = new pollfd[2 * (count + 1)];
            }

            var due = _hasNews ? 0 : Never;
            _hasNews = false;
            _polled[0] = new pollfd { fd = _bell.Number, events = LibC.POLLIN };
            for (var i = 0; i < count; i++)
            {
                var wait = _waits[i];
                _polled[i + 1] = new pollfd { fd = wait.Descriptor.Number, events = wait.Events };
                due = wait.IsOver ? 0 : due;
            }

            foreach (var timer in _timers)
            {
                due = Math.Min(due, timer.Due ?? Never);
            }

            isEndless = due == Never;
            var left = due == 0 || isEndless ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Math.Max(due, Stopwatch.GetTimestamp()));
            patience = new timespec { tv_sec = (long)left.TotalSeconds, tv_nsec = (long_t)(left.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick) };
            _isAsleep = true;
        }

        fixed (pollfd* polled = _polled)
        {
            if (LibC.ppoll(polled, (ulong_t)(uint)(count + 1), isEndless ? null : &patience, null) < 0)
            {
                // A signal: nothing is known of any of them.
                return 0;
            }
        }

        return count;
    }

    private void Wake(int count)
    {
        lock (_gate)
        {
            _isAsleep = false;
            if (_polled[0].revents != 0)
            {
                ulong rings;
                _ = LibC.read(_bell.Number, &rings, sizeof(ulong));
            }

            var kept = 0;
            for (var i = 0; i < _waits.Count; i++)
            {
                var wait = _waits[i];
                wait.IsReady = i < count && _polled[i + 1].revents != 0;
                if (wait.IsReady || wait.IsOver)
                {
                    _over.Add(wait);
                }
                else
                {
                    _waits[kept++] = wait;
                }
            }

            _waits.RemoveRange(kept, _waits.Count - kept);
        }
    }

    private ReactorTimer? NextTimer(long now)
    {
        lock (_gate)
        {
            var next = _timers.MinBy(timer => timer.Due);
            return next?.Due <= now ? next : null;
        }
    }
}
