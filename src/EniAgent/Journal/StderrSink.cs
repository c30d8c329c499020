using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;

namespace EniAgent.Journal;

/// <summary>Writes lines to standard error: <c>warning: …</c> for people, or with the level as <c>&lt;4&gt;</c> in front as sd-daemon(3) wants it of a service.</summary>
/// <param name="output">Standard error.</param>
/// <param name="priorities">True for the form of a service.</param>
internal sealed class StderrSink(TextWriter output, bool priorities) : ILogEventSink
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        try
        {
            var text = Lines(logEvent);
            lock (_gate)
            {
                output.Write(text);
                output.Flush();
            }
        }
#pragma warning disable CA1031 // A value's own ToString() may throw anything, and logging must not end what is logged about.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SelfLog.WriteLine("an event was not logged: {0}", exception);
        }
    }

    /// <summary>The event's lines, each with the level in front; from errors on with all that the exception has to say.</summary>
    private string Lines(LogEvent logEvent)
    {
        var text = LogText.Message(logEvent);
        if (logEvent is { Exception: { } exception, Level: >= LogEventLevel.Error })
        {
            text += "\n" + exception;
        }

        var lines = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            lines.Append(priorities ? $"<{LogText.Priority(logEvent.Level)}>" : lines.Length == 0 ? $"{LogText.Word(logEvent.Level)}: " : "  ");
            foreach (var letter in line.TrimEnd('\r'))
            {
                // What came from the network must not steer a terminal.
                if (char.IsControl(letter) && letter != '\t')
                {
                    lines.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}");
                }
                else
                {
                    lines.Append(letter);
                }
            }

            lines.Append('\n');
        }

        return lines.ToString();
    }
}
