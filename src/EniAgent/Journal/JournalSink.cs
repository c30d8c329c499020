using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;

namespace EniAgent.Journal;

/// <summary>
/// Writes to the systemd journal. Never blocks: when journald does not keep up the event is dropped, and the next one that gets through says how
/// many were. Never throws: without journald, events go to the fallback.
/// </summary>
/// <param name="socket">The socket; the sink disposes of it.</param>
/// <param name="fallback">Where events go that journald cannot be given.</param>
internal sealed class JournalSink(JournalSocket socket, ILogEventSink fallback) : ILogEventSink, IDisposable
{
    private readonly Lock _gate = new();
    private long _dropped;
    private bool _disposed;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        try
        {
            if (Send(logEvent) == JournalOutcome.Unreachable)
            {
                fallback.Emit(logEvent);
            }
        }
#pragma warning disable CA1031 // A value's own ToString() may throw anything, and logging must not end what is logged about.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SelfLog.WriteLine("an event was not logged: {0}", exception);
        }
    }

    /// <summary>Closes the socket; later events go to the fallback.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            socket.Dispose();
        }
    }

    private JournalOutcome Send(LogEvent logEvent)
    {
        lock (_gate)
        {
            var outcome = _disposed ? JournalOutcome.Unreachable : socket.Send(JournalEntry.Write(logEvent, _dropped).Span);
            _dropped = outcome switch
            {
                JournalOutcome.Sent => 0,
                JournalOutcome.Full => _dropped + 1,
                _ => _dropped,
            };
            return outcome;
        }
    }
}
