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
    private readonly Lock gate = new();
    private long dropped;
    private bool disposed;

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
        lock (gate)
        {
            disposed = true;
            socket.Dispose();
        }
    }

    private JournalOutcome Send(LogEvent logEvent)
    {
        lock (gate)
        {
            var outcome = disposed ? JournalOutcome.Unreachable : socket.Send(JournalEntry.Write(logEvent, dropped).Span);
            dropped = outcome switch
            {
                JournalOutcome.Sent => 0,
                JournalOutcome.Full => dropped + 1,
                _ => dropped,
            };
            return outcome;
        }
    }
}
