using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Scheduling;
using EniAgent.Core.Wording;
using EniAgent.IO;
using EniAgent.Reconciliation;
using EniAgent.Reporting;
using Microsoft.Extensions.Logging;

namespace EniAgent.Hosting;

/// <summary>
/// The daemon's loop: waits for what may call for a reconciliation – metadata being due, an event of the kernel, a signal – and runs the one function. All of
/// it happens on one logical thread; only reading metadata goes on beside it, so that a service that hangs holds up no repair.
/// </summary>
internal sealed class AgentLoop : IDisposable
{
    // Events that turn out to be nobody's concern must not make us look all the time either.
    private static readonly TimeSpan IdleSpacing = TimeSpan.FromMilliseconds(50);

    // How soon the kernel is asked again that gave no consistent answer.
    private static readonly TimeSpan AfterKernelFailure = TimeSpan.FromSeconds(1);

    private readonly Reconciler _reconciler;
    private readonly ContactGuard _guard;
    private readonly MetadataFollower _metadata;
    private readonly FilePersistence _files;
    private readonly INetworkMonitor _monitor;
    private readonly StatusPublisher _publisher;
    private readonly ServiceManager _manager;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<AgentLoop> _logger;
    private readonly ChangeLog _log;
    private readonly EventTriage _triage = new();
    private readonly RepairBackOff _backOff = new();
    private readonly HoldBack _holdBack = new();
    private readonly Waits _waits;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource _converged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CancellationTokenSource _abandonRead = new();
    private PollSchedule _schedule;
    private TimeSpan? _driftSince;
    private TimeSpan _notBefore;
    private AgentOptions? _reload;
    private Sentence? _metadataError;
    private string? _memoryError;
    private FilesResult? _written;

    public AgentLoop(
        Reconciler reconciler,
        ContactGuard guard,
        MetadataFollower metadata,
        FilePersistence files,
        INetworkMonitor monitor,
        StatusPublisher publisher,
        ServiceManager manager,
        TimeProvider time,
        Random random,
        ILogger<AgentLoop> logger)
    {
        (_reconciler, _guard, _metadata, _files, _monitor, _publisher) = (reconciler, guard, metadata, files, monitor, publisher);
        (_manager, _time, _random, _logger) = (manager, time, random, logger);
        _log = new ChangeLog(logger);
        _waits = new Waits(_triage, _holdBack, _backOff, time);
        _publisher.Waits = () => _waits.At(_metadata.Current?.Snapshot, _metadata.Now, _driftSince);
        _schedule = new PollSchedule(reconciler.Options.Agent.PollInterval, random);
        _reconciler.BeforeObserve = () => TakeEvents(isBeforeObserve: true);
        _reconciler.WatchMore = WatchMore;
    }

    /// <summary>Completes with the first convergence.</summary>
    public Task Converged => _converged.Task;

    /// <summary>Takes a new configuration into force and converges now. May be called from any thread.</summary>
    public void Reload(AgentOptions options)
    {
        Volatile.Write(ref _reload, options);
        _wake.Release();
    }

    /// <summary>Runs until cancelled; the step in hand is finished, and the network is left as it is.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _publisher.Unreadable(null, isWaiting: true);

        // A former process of this boot knew; whatever happened meanwhile is put right before metadata has answered, for it may be the way there.
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        Task<MetadataResult.Failure?>? reading = null;
        Task? events = null;
        Task? wake = null;
        var readAgain = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            _manager.Alive();
            if (reading is null && _schedule.Due <= _metadata.Now)
            {
                _abandonRead.Dispose();
                _abandonRead = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                reading = _metadata.ReadAsync(background: !_schedule.InBurst, _abandonRead.Token);
            }

            events ??= _monitor.WaitAsync(cancellationToken);
            wake ??= _wake.WaitAsync(cancellationToken);
            Task[] tasks = reading is null ? [events, wake] : [events, wake, reading];
            await SomethingAsync(tasks, NextTime(reading is not null)).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            if (events.IsCompleted)
            {
                await events.ConfigureAwait(false);
                events = null;
                TakeEvents(isBeforeObserve: false);
            }

            if (wake.IsCompleted)
            {
                wake = null;
                if (Volatile.Read(ref _reload) is { } options && options.Metadata != _reconciler.Options.Metadata)
                {
                    await AbandonAsync(reading).ConfigureAwait(false);
                    reading = null;
                }

                // It may have begun before what the signal is about; but signals that come faster than answers must not keep these away.
                readAgain = reading is not null;
                await TakeConfigurationAsync(cancellationToken).ConfigureAwait(false);
                _manager.Reloaded();
            }

            if (reading is { IsCompleted: true })
            {
                var failure = await reading.ConfigureAwait(false);
                reading = null;
                await MetadataReadAsync(failure, cancellationToken).ConfigureAwait(false);
                if (readAgain)
                {
                    readAgain = false;
                    _schedule.Hurry(_metadata.Now);
                }
            }

            if (_driftSince is { } since && Later(_backOff.NotBefore(since), _notBefore) <= _metadata.Now)
            {
                Repair();
            }
        }

        await AbandonAsync(reading).ConfigureAwait(false);
        Remember(always: true);
    }

    public void Dispose()
    {
        _wake.Dispose();
        _abandonRead.Dispose();
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private TimeSpan? NextTime(bool isReading)
    {
        TimeSpan? due = isReading ? null : _schedule.Due;
        TimeSpan? repair = _driftSince is { } since ? Later(_backOff.NotBefore(since), _notBefore) : null;
        return due is null || repair < due ? repair : due;
    }

    // However the wait ends, its clock ends with it: on tasks that complete once a day nothing may pile up that waits for them.
    private async Task SomethingAsync(Task[] tasks, TimeSpan? until)
    {
        var distance = until is { } time ? Later(time - _metadata.Now, TimeSpan.Zero) : Timeout.InfiniteTimeSpan;
        distance = _manager.Pulse != Timeout.InfiniteTimeSpan && (until is null || distance > _manager.Pulse) ? _manager.Pulse : distance;
        using var alarm = new Alarm(_time, distance);
        await Task.WhenAny([.. tasks, alarm.Rung]).ConfigureAwait(false);
    }

    // A read under way goes by another configuration, or is nobody's concern any more.
    private async Task AbandonAsync(Task? reading)
    {
        await _abandonRead.CancelAsync().ConfigureAwait(false);
        if (reading is not null)
        {
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void TakeEvents(bool isBeforeObserve)
    {
        var call = _triage.Take(_monitor.Read(), _metadata.Current?.Snapshot, isBeforeObserve);
        if (call.HasFlag(Call.Burst))
        {
            LoopLog.NicAppeared(_logger, string.Join(", ", _triage.Awaited));
            _schedule.StartBurst(_metadata.Now);
        }

        if (call.HasFlag(Call.HotPlug))
        {
            Converge(isRepair: false);
        }

        if (call.HasFlag(Call.Drift) && _driftSince is null)
        {
            _driftSince = _metadata.Now;
            if (_backOff.NotBefore(_metadata.Now) > _metadata.Now)
            {
                // Until the repair nothing else would tell what it waits for.
                Say(_publisher.Unreadable(_metadataError, isWaiting: false), kernel: null);
            }
        }
    }

    private bool WatchMore(ObservedState observed)
    {
        var links = observed.Links.Select(link => link.Index).ToHashSet();
        var macs = (_metadata.Current?.Snapshot.Enis.Select(eni => eni.Mac) ?? []).ToHashSet();
        if (!_triage.Watch(links, macs))
        {
            return false;
        }

        _monitor.Watch(links, macs);
        return true;
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _guard.RecoverAsync(cancellationToken).ConfigureAwait(false) is { } taken)
            {
                _publisher.Metrics.Metrics.Events.RolledBack();
                _holdBack.Note(taken, isRolledBack: true, _metadata.Now);
                _metadata.Doubt();
            }
        }
        catch (NetworkStackException e)
        {
            KernelFailed(e);
        }

        await ConvergeGuardedAsync(hasContact: false, cancellationToken).ConfigureAwait(false);
    }

    private async Task TakeConfigurationAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reload, null) is { } options)
        {
            if (options != _reconciler.Options)
            {
                // What cost the machine its contact may have been the configuration.
                _holdBack.Forget();
            }

            _reconciler.Options = options;
            _publisher.Metrics.Socket = options.MetricsSocket;
            _metadata.Reconfigure(options.Metadata);
            _schedule = new PollSchedule(options.Agent.PollInterval, _random);
        }

        // Who asks for a look knows of something, and that may be in any document.
        _metadata.Doubt();
        _schedule.Hurry(_metadata.Now);
        await ConvergeGuardedAsync(hasContact: false, cancellationToken).ConfigureAwait(false);
    }

    private void LookForAnotherWay(MetadataResult.Failure failure)
    {
        try
        {
            _metadata.AlsoFrom(failure.Kind == MetadataFailureKind.Unreachable ? _reconciler.Addresses() : []);
        }
        catch (NetworkStackException e)
        {
            KernelFailed(e);
        }
    }

    private async Task MetadataReadAsync(MetadataResult.Failure? failure, CancellationToken cancellationToken)
    {
        if (failure is not null)
        {
            _schedule.Failed(_metadata.Now);
            _waits.MetadataFailed();
            _metadataError = ReportWords.Metadata(failure.Message);
            _publisher.Metrics.Metrics.Events.MetadataFailed(failure.Kind);
            LookForAnotherWay(failure);

            // What is believed still holds, and what keeps metadata away may be what is to be put right.
            if (Converge(isRepair: false) is null)
            {
                Say(_publisher.Unreadable(_metadataError, isWaiting: _metadata.Current is null), kernel: null);
            }

            return;
        }

        _metadataError = null;
        _publisher.Metrics.SnapshotRead();
        _waits.MetadataAnswered();
        var belief = _metadata.Current!;
        _triage.Arrived(belief.Snapshot.Enis.Select(eni => eni.Mac));
        if (_triage.Awaited.Count == 0)
        {
            _schedule.EndBurst();
        }

        _schedule.Succeeded(_metadata.Now, belief.ConfirmAt);
        if (!_schedule.InBurst)
        {
            _triage.GiveUp();
        }

        // Some settings change without an event, so every poll looks at the kernel as well.
        if (_holdBack.Holds(belief.Snapshot, _metadata.Now))
        {
            Say(_publisher.Unreadable(null, isWaiting: false), kernel: null);
            return;
        }

        await ConvergeGuardedAsync(hasContact: true, cancellationToken).ConfigureAwait(false);
    }

    // For what may change what is in force: another belief, another configuration, another program.
    private async Task ConvergeGuardedAsync(bool hasContact, CancellationToken cancellationToken)
    {
        // What is suspected is tried only where contact is sure to be there.
        if (_metadata.Current is not { } belief || _holdBack.Holds(belief.Snapshot, _metadata.Now) || (!hasContact && _holdBack.Suspects(belief.Snapshot)))
        {
            return;
        }

        try
        {
            _files.LeaveFormerInstance(belief);
            var result = await _guard.ConvergeAsync(belief, hasContact, cancellationToken).ConfigureAwait(false);
            _holdBack.Note(belief.Snapshot, result.IsRolledBack, _metadata.Now);
            if (result.IsRolledBack)
            {
                // What was wrong may be right by now in a document that no read would ask for again.
                _metadata.Doubt();
            }

            Remember();
            Settle(belief, result, isRepair: false);
        }
        catch (NetworkStackException e)
        {
            KernelFailed(e);
        }
    }

    // What cost the machine its contact is nothing for the next process to begin with.
    private void Remember(bool always = false)
    {
        if (_metadata.Current is not { } belief || _holdBack.Suspects(belief.Snapshot))
        {
            return;
        }

        try
        {
            _metadata.Save(always);
            _memoryError = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _memoryError = e.Message;
        }
    }

    private void Repair()
    {
        _driftSince = null;
        var before = _time.GetTimestamp();
        var result = Converge(isRepair: true);
        if (result is { Done.Count: > 0, InSync: false })
        {
            // What failed may have failed for want of what was repaired in the same run, as a route does on a link that went down meanwhile.
            _driftSince ??= _metadata.Now;
        }

        if (result is not { IsRepair: true })
        {
            _notBefore = Later(_notBefore, _metadata.Now + IdleSpacing);
            return;
        }

        LoopLog.Repaired(_logger, result.Done.Count, _time.GetElapsedTime(before).TotalMilliseconds);
        if (_backOff.Repaired(_metadata.Now))
        {
            LoopLog.BackingOff(_logger, RepairBackOff.Free, RepairBackOff.Window.TotalSeconds);
        }
    }

    // For what only brings back what was in force. Null when there is nothing to go by, or the kernel did not answer. What cost the machine its contact is tried again by the guard alone.
    private ReconcileResult? Converge(bool isRepair)
    {
        if (_metadata.Current is not { } belief || _holdBack.Suspects(belief.Snapshot))
        {
            return null;
        }

        try
        {
            var result = _reconciler.Converge(belief);

            // What does not last counts as undone, or it would be done again without end.
            result = result with { IsRepair = isRepair && result.Done.Count > 0 && (result.Failed.Any(f => f.Failure!.Kind != FailureKind.Skipped) || result.Done.Any(_triage.PutsBack)) };
            Settle(belief, result, isRepair);
            return result;
        }
        catch (NetworkStackException e)
        {
            KernelFailed(e);
            return null;
        }
    }

    private void Settle(Belief belief, ReconcileResult result, bool isRepair)
    {
        _triage.Verified(result.Observed);

        // The network first; and a repair changes nothing that files are made of.
        _written = isRepair || result.IsRolledBack ? _written is null ? null : _written with { Written = [], IsFormer = true } : _files.Persist(belief, result);
        result = result with { Files = _written };
        _log.Changes(result);
        Say(_publisher.Converged(belief, result, _metadataError), StatusBuilder.Problems(result).Select(problem => problem.English));
        _converged.TrySetResult();
    }

    private void KernelFailed(NetworkStackException e)
    {
        _publisher.Metrics.Metrics.Events.KernelFailed();
        Say(_publisher.Unreadable(Sentence.AsIs(e.Message), isWaiting: false), [e.Message]);
        _driftSince ??= _metadata.Now;
        _notBefore = _metadata.Now + AfterKernelFailure;
    }

    private void Say(string? unpublished, IEnumerable<string>? kernel) => _log.Problems(_metadataError?.English, [unpublished, _memoryError], kernel);
}

internal static partial class LoopLog
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "NicAppeared", Message = "a NIC has appeared; waiting for metadata to list {EniMac}")]
    public static partial void NicAppeared(ILogger logger, string eniMac);

    [LoggerMessage(Level = LogLevel.Information, EventName = "Repaired", Message = "repaired what somebody else changed: {Count} steps in {Milliseconds:F1} ms")]
    public static partial void Repaired(ILogger logger, int count, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "RepairsHeldBack", Message = "somebody keeps undoing what the agent does ({Count} times in {Seconds} s): repairs are held back with growing distances")]
    public static partial void BackingOff(ILogger logger, int count, double seconds);
}
