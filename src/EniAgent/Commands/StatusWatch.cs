using System.Text;
using EniAgent.Configuration;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Linux.State;
using EniAgent.Reconciliation;
using EniAgent.Reporting;
using Microsoft.Win32.SafeHandles;

namespace EniAgent.Commands;

/// <summary>
/// <c>status --watch</c>: one report after the other, in place on a terminal and with a blank line between them elsewhere, until a signal. Kernel and files are
/// looked at each time; metadata is asked as often as the daemon asks it, and what the daemon has learned meanwhile is taken over.
/// </summary>
internal sealed class StatusWatch(CommandContext context, AgentOptions agent, INetworkStack stack) : IDisposable
{
    /// <summary>The interval where none is told.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);

    /// <summary>The intervals there are.</summary>
    public static readonly ValueSyntax<TimeSpan> Interval = DurationSyntax.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromHours(1));

    // A report without metadata is worth more than none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Stream _output = OpenOutput();
    private readonly Terminal _terminal = Terminal.Output;
    private readonly bool _isInPlace = !Console.IsOutputRedirected;

    private MetadataFollower? _metadata;
    private Task<MetadataResult.Failure?>? _reading;
    private MetadataResult.Failure? _failure;
    private DateTime _savedAt;
    private long? _readAt;
    private StatusReport _report = StatusBuilder.Waiting(null);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(TimeSpan interval, CancellationToken end)
    {
        try
        {
            for (var isFirst = true; !end.IsCancellationRequested; isFirst = false)
            {
                var report = await ReportAsync(end).ConfigureAwait(false);
                if (!end.IsCancellationRequested)
                {
                    Show(report, interval, isFirst);
                }

                await Task.Delay(interval, context.Time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (_reading is not null)
            {
                await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            if (_isInPlace)
            {
                Write(Screen.End);
            }
        }
    }

    public void Dispose()
    {
        _metadata?.Dispose();
        _output.Dispose();
    }

    // The console's stream takes a pipe whose reader is gone for a success, and would be written to without end. A file's stream writes at an offset that it counts
    // itself, and whoever shares the file would write over it.
    private static Stream OpenOutput()
    {
        var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!output.CanSeek)
        {
            return output;
        }

        output.Dispose();
        return Console.OpenStandardOutput();
    }

    // What goes wrong with one look is shown with what the last one saw, and may be over with the next one.
    private async Task<StatusReport> ReportAsync(CancellationToken end)
    {
        try
        {
            return _report = await LookAsync(end).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NetworkStackException or IOException or UnauthorizedAccessException)
        {
            return _report with { State = "degraded", LastError = e.Message };
        }
    }

    private async Task<StatusReport> LookAsync(CancellationToken end)
    {
        var store = context.OpenStore(mayWrite: false);
        var reconciler = context.OpenReconciler(agent, stack, store);
        if (_reading is null)
        {
            TakeOver(store, reconciler);
        }

        if (_reading is null && (_readAt is not { } at || context.Time.GetElapsedTime(at) >= agent.Agent.PollInterval))
        {
            _readAt = context.Time.GetTimestamp();
            _reading = _metadata!.ReadAsync(background: true, end);
        }

        if (_reading is not null)
        {
            await Task.WhenAny(_reading, Task.Delay(Patience, context.Time, end)).ConfigureAwait(false);
            if (_reading.IsCompleted && !end.IsCancellationRequested)
            {
                var reading = _reading;
                _reading = null;
                _failure = await reading.ConfigureAwait(false);
            }
        }

        return new StatusLook(context, store, reconciler).Report(_metadata!.Current, _failure);
    }

    // What another process of the agent has learned since, without asking metadata for it. Those who may not read it go by what they read themselves.
    private void TakeOver(StateStore store, Reconciler reconciler)
    {
        var savedAt = File.GetLastWriteTimeUtc(context.Paths.Snapshot);
        if (_metadata is not null && savedAt == _savedAt)
        {
            return;
        }

        var saved = context.OpenMetadata(agent, store, reconciler);
        _savedAt = savedAt;
        if (_metadata is not null && saved.Current is null)
        {
            saved.Dispose();
            return;
        }

        _metadata?.Dispose();
        _metadata = saved;
    }

    private void Show(StatusReport report, TimeSpan interval, bool isFirst)
    {
        var (words, now) = (new StatusWords(Language.Current), context.Time.GetUtcNow());
        using var text = new StringWriter { NewLine = "\n" };
        text.WriteLine(words.Watched(now, interval));
        text.WriteLine();
        StatusText.Write(text, _terminal, Language.Current, now, report);
        Write(_isInPlace ? Screen.Frame(text.ToString(), Console.WindowHeight, words.MoreLines) : isFirst ? text.ToString() : "\n" + text);
    }

    // All at once, so that nothing flickers.
    private void Write(string text) => _output.Write(Encoding.UTF8.GetBytes(text));
}
