using EniAgent.Core.Options;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace EniAgent.Journal;

/// <summary>Chooses what is logged and where it goes.</summary>
internal static class LogOutput
{
    /// <summary>Where journald listens for entries of its native protocol.</summary>
    public const string JournalPath = "/run/systemd/journal/socket";

    private static readonly LoggingLevelSwitch Switch = new();

    /// <summary>The least severe level that is logged, from now on; information until it is set.</summary>
    public static LogLevelOption Level
    {
        set => Switch.MinimumLevel = value switch
        {
            LogLevelOption.Debug => LogEventLevel.Debug,
            LogLevelOption.Warning => LogEventLevel.Warning,
            LogLevelOption.Error => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        };
    }

    /// <summary>The loggers of this process.</summary>
    public static ILoggerFactory Create() => new SerilogLoggerFactory(
        // What the host says of itself is nothing that we do not say.
        new LoggerConfiguration().MinimumLevel.ControlledBy(Switch).MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.Sink(Choose(StandardError.Detect(), JournalPath, Console.Error)).CreateLogger(),
        dispose: true);

    /// <summary>
    /// The journal when standard error leads there and journald listens, otherwise standard error: one that was redirected elsewhere is respected.
    /// Priorities stand in front of lines only where journald reads them.
    /// </summary>
    /// <param name="kind">Where standard error leads.</param>
    /// <param name="journalPath">Where journald listens.</param>
    /// <param name="stderr">Standard error.</param>
    public static ILogEventSink Choose(StandardErrorKind kind, string journalPath, TextWriter stderr)
    {
        var fallback = new StderrSink(stderr, priorities: kind == StandardErrorKind.Journal);
        return kind == StandardErrorKind.Journal && File.Exists(journalPath)
            ? new JournalSink(new JournalSocket(journalPath), fallback)
            : fallback;
    }
}
