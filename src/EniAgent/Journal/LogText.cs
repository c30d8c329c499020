using System.Globalization;
using Serilog.Events;
using Serilog.Parsing;

namespace EniAgent.Journal;

/// <summary>How an event reads: the words of its level, its message, its values.</summary>
internal static class LogText
{
    /// <summary>The level as syslog(3) numbers it.</summary>
    public static int Priority(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };

    /// <summary>The level as people call it.</summary>
    public static string Word(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "fatal",
        LogEventLevel.Error => "error",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Information => "info",
        _ => "debug",
    };

    /// <summary>The message with its values in it – strings without the quotes that Serilog puts around them – and what an exception says.</summary>
    public static string Message(LogEvent entry)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var token in entry.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && entry.Properties.TryGetValue(property.PropertyName, out var found)
                && found is ScalarValue { Value: string value })
            {
                text.Write(value);
            }
            else
            {
                token.Render(entry.Properties, text, CultureInfo.InvariantCulture);
            }
        }

        if (entry.Exception is { } exception)
        {
            text.Write($": {exception.Message}");
        }

        return text.ToString();
    }

    /// <summary>A property's value as a program would want it: text without quotes, numbers and times the same in every culture.</summary>
    public static string Value(LogEventPropertyValue value) => value switch
    {
        ScalarValue { Value: null } => "",
        ScalarValue { Value: string text } => text,
        ScalarValue { Value: bool flag } => flag ? "true" : "false",
        ScalarValue { Value: Guid id } => id.ToString("N"),
        ScalarValue { Value: DateTime or DateTimeOffset } time => ((IFormattable)time.Value).ToString("O", CultureInfo.InvariantCulture),
        ScalarValue { Value: IFormattable number } => number.ToString(null, CultureInfo.InvariantCulture),
        ScalarValue { Value: { } other } => other.ToString() ?? "",
        _ => value.ToString(null, CultureInfo.InvariantCulture),
    };
}
