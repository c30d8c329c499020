using EniAgent.Core.Options;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace EniAgent.Journal;

internal static class LogOutput
{
    private static readonly LoggingLevelSwitch Switch = new();

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

    public static ILoggerFactory Create() => new SerilogLoggerFactory(
        new LoggerConfiguration().MinimumLevel.ControlledBy(Switch).WriteTo.Sink(new Sink()).CreateLogger(), dispose: true);

    private sealed class Sink : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => Console.Error.WriteLine($"{logEvent.Timestamp:HH:mm:ss.fff} {logEvent.Level} {logEvent.RenderMessage(null)}");
    }
}
