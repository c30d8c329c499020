using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Scheduling;
using EniAgent.Linux.Host;
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

    private readonly Reconciler _reconciler;
    private readonly ContactGuard _guard;
    private readonly MetadataFollower _metadata;
    private readonly INetworkMonitor _monitor;
    private readonly AgentPaths _paths;
    private readonly TimeProvider _time;
    private readonly ILogger<AgentLoop> _logger;
    private readonly Random _random;
    private readonly RepairBackOff _backOff = new();
    private readonly HoldBack _holdBack = new();
    private readonly ChangeLog _log;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource _converged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CancellationTokenSource _abandonRead = new();
    private PollSchedule _schedule;
    private DriftDetector? _verified;
    private HashSet<int> _links = [];
    private HashSet<MacAddress> _macs = [];
    private HashSet<MacAddress> _awaited = [];
    private TimeSpan? _driftSince;
    private TimeSpan _notBefore;
    private AgentOptions? _reload;
    private StatusReport _report = StatusBuilder.Waiting(null);
    private string? _metadataError;

    public AgentLoop(
        Reconciler reconciler, ContactGuard guard, MetadataFollower metadata, INetworkMonitor monitor, AgentPaths paths, TimeProvider time, Random random, ILogger<AgentLoop> logger)
    {
        (_reconciler, _guard, _metadata, _monitor, _paths, _time, _random, _logger) = (reconciler, guard, metadata, monitor, paths, time, random, logger);
        _log = new ChangeLog(logger);
        _schedule = new PollSchedule(reconciler.Options.Agent.PollInterval, random);
        _reconciler.BeforeObserve = () => TakeEvents(isBeforeObserve: true);
        _reconciler.WatchMore = WatchMore;
    }

    /// <summary>Completes with the first convergence.</summary>
    public Task Converged => _converged.Task;

    /// <summary>Called with each new report.</summary>
    public Action<StatusReport> Reported { get; set; } = _ => { };

    /// <summary>Takes a new configuration into force and converges now. May be called from any thread.</summary>
    public void Reload(AgentOptions options)
    {
        Volatile.Write(ref _reload, options);
        _wake.Release();
    }

    /// <summary>Runs until cancelled; the step in hand is finished, and the network is left as it is.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Publish(_report);
        if (_metadata.Current is not null)
        {
            // A former process of this boot knew; whatever happened meanwhile is put right before metadata has answered, for it may be the way there.
            Converge();
        }

        Task<MetadataResult.Failure?>? reading = null;
        Task? events = null;
        Task? wake = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (reading is null && _schedule.Due <= _metadata.Now)
            {
                _abandonRead.Dispose();
                _abandonRead = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                reading = _metadata.ReadAsync(background: !_schedule.InBurst, _abandonRead.Token);
            }

            events ??= _monitor.WaitAsync(cancellationToken).AsTask();
            wake ??= _wake.WaitAsync(cancellationToken);
            if (!await SomethingAsync([events, wake, .. reading is null ? [] : new Task[] { reading }], NextTime(reading is not null), cancellationToken)
                .ConfigureAwait(false))
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
                await AbandonAsync(reading).ConfigureAwait(false);
                reading = null;
                TakeConfiguration();
            }

            if (reading is { IsCompleted: true })
            {
                var failure = await reading.ConfigureAwait(false);
                reading = null;
                await MetadataReadAsync(failure, cancellationToken).ConfigureAwait(false);
            }

            if (_driftSince is { } since && Later(_backOff.NotBefore(since), _notBefore) <= _metadata.Now)
            {
                Repair();
            }
        }

        _metadata.Save(force: true);
    }

    public void Dispose()
    {
        _wake.Dispose();
        _abandonRead.Dispose();
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    // A read under way goes by the old configuration.
    private async Task AbandonAsync(Task? reading)
    {
        await _abandonRead.CancelAsync().ConfigureAwait(false);
        if (reading is not null)
        {
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan? NextTime(bool isReading)
    {
        TimeSpan? due = isReading ? null : _schedule.Due;
        TimeSpan? repair = _driftSince is { } since ? Later(_backOff.NotBefore(since), _notBefore) : null;
        return due is null || repair < due ? repair : due;
    }

    // False when cancelled.
    private async Task<bool> SomethingAsync(Task[] tasks, TimeSpan? until, CancellationToken cancellationToken)
    {
        var any = Task.WhenAny(tasks);
        try
        {
            if (until is not { } time)
            {
                await any.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else if (time > _metadata.Now)
            {
                await any.WaitAsync(time - _metadata.Now, _time, cancellationToken).ConfigureAwait(false);
            }

            return !cancellationToken.IsCancellationRequested;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private void TakeEvents(bool isBeforeObserve)
    {
        foreach (var e in _monitor.Read())
        {
            if (e is KernelEvent.LinkChanged { Removed: false, Link: { } link } && !_links.Contains(link.Index) && !_macs.Contains(link.Mac)
                && _metadata.Current is { } belief && belief.Snapshot.Faults.All(f => f.Mac != link.Mac || f.IsPending))
            {
                // A NIC that metadata does not know yet.
                if (_awaited.Add(link.Mac))
                {
                    LoopLog.NicAppeared(_logger, link.Name, link.Mac);
                    _schedule.StartBurst(_metadata.Now);
                }
            }
            else if (!isBeforeObserve && (_verified is null || _verified.IsNews(e)))
            {
                _driftSince ??= _metadata.Now;
            }
        }
    }

    private bool WatchMore(ObservedState observed)
    {
        var links = observed.Links.Select(link => link.Index).ToHashSet();
        var macs = (_metadata.Current?.Snapshot.Enis.Select(eni => eni.Mac) ?? []).ToHashSet();
        if (links.SetEquals(_links) && macs.SetEquals(_macs))
        {
            return false;
        }

        _monitor.Watch(links, macs);
        (_links, _macs) = (links, macs);
        return true;
    }

    private void TakeConfiguration()
    {
        if (Interlocked.Exchange(ref _reload, null) is { } options)
        {
            _reconciler.Options = options;
            _metadata.Reconfigure(options.Metadata);
            _schedule = new PollSchedule(options.Agent.PollInterval, _random);
        }

        _schedule.Hurry(_metadata.Now);
        if (_metadata.Current is { } belief && !_holdBack.Holds(belief.Snapshot, _metadata.Now))
        {
            Converge();
        }
    }

    private async Task MetadataReadAsync(MetadataResult.Failure? failure, CancellationToken cancellationToken)
    {
        var now = _metadata.Now;
        if (failure is not null)
        {
            _schedule.Failed(now);
            _metadataError = $"metadata: {failure.Message}";
            _log.Problems([_metadataError, .. _log.LastKernelProblems]);
            Publish(_metadata.Current is null ? StatusBuilder.Waiting(_metadataError) : _report with { State = "degraded", LastError = _metadataError });
            return;
        }

        _metadataError = null;
        var belief = _metadata.Current!;
        _awaited.RemoveWhere(mac => belief.Snapshot.Enis.Any(eni => eni.Mac == mac));
        if (_awaited.Count == 0)
        {
            _schedule.EndBurst();
        }

        _schedule.Succeeded(now, belief.ConfirmAt);
        if (!_schedule.InBurst)
        {
            _awaited.Clear();
        }

        // Some settings change without an event, so every poll looks at the kernel as well.
        if (!_holdBack.Holds(belief.Snapshot, now))
        {
            var result = await _guard.ConvergeAsync(belief, cancellationToken).ConfigureAwait(false);
            _holdBack.Note(belief.Snapshot, result.IsRolledBack, _metadata.Now);
            Settle(belief, result);
        }

        _metadata.Save();
    }

    private void Repair()
    {
        _driftSince = null;
        if (_metadata.Current is not { } belief || _holdBack.Holds(belief.Snapshot, _metadata.Now))
        {
            return;
        }

        var before = _time.GetTimestamp();
        var result = Converge();
        if (result.Done.Count == 0)
        {
            _notBefore = _metadata.Now + IdleSpacing;
            return;
        }

        LoopLog.Repaired(_logger, result.Done.Count, _time.GetElapsedTime(before).TotalMilliseconds);
        _report = _report with { Counters = _report.Counters with { DriftRepairs = _report.Counters.DriftRepairs + 1 } };
        Publish(_report);
        if (_backOff.Repaired(_metadata.Now))
        {
            LoopLog.BackingOff(_logger, RepairBackOff.Free, RepairBackOff.Window.TotalSeconds);
        }
    }

    private ReconcileResult Converge()
    {
        var belief = _metadata.Current!;
        var result = _reconciler.Converge(belief);
        Settle(belief, result);
        return result;
    }

    private void Settle(Belief belief, ReconcileResult result)
    {
        _verified = new DriftDetector(result.Observed);
        _log.Changes(belief, result);
        _log.Problems([.. _metadataError is null ? [] : new[] { _metadataError }, .. StatusBuilder.Problems(result)]);
        _log.LastKernelProblems = [.. StatusBuilder.Problems(result)];
        var now = _time.GetUtcNow();
        Publish(StatusBuilder.Of(belief, result, _metadataError) with
        {
            LastSync = now,
            LastChange = result.Done.Count > 0 ? now : _report.LastChange,
            Counters = _report.Counters with { Syncs = _report.Counters.Syncs + 1, Changes = _report.Counters.Changes + result.Done.Count },
        });
        _converged.TrySetResult();
    }

    private void Publish(StatusReport report)
    {
        var counters = _metadata.Counters;
        _report = report with
        {
            DaemonPid = Environment.ProcessId,
            LastChange = report.LastChange ?? _report.LastChange,
            LastSync = report.LastSync ?? _report.LastSync,
            Counters = (report.Counters.Syncs == 0 ? _report.Counters : report.Counters) with
            {
                MetadataRequests = counters.Requests,
                MetadataFailures = counters.Failures,
            },
        };
        Reported(_report);
        try
        {
            StatusFile.Write(_paths, _report);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Problems([e.Message, .. _log.LastKernelProblems]);
        }
    }
}

internal static partial class LoopLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Interface} ({Mac}) has appeared; waiting for metadata to list it")]
    public static partial void NicAppeared(ILogger logger, string @interface, MacAddress mac);

    [LoggerMessage(Level = LogLevel.Information, Message = "repaired what somebody else changed: {Count} steps in {Milliseconds:F1} ms")]
    public static partial void Repaired(ILogger logger, int count, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "somebody keeps undoing what the agent does ({Count} times in {Seconds} s): repairs are held back with growing distances")]
    public static partial void BackingOff(ILogger logger, int count, double seconds);
}
