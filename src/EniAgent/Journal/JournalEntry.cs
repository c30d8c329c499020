using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Serilog.Events;

namespace EniAgent.Journal;

/// <summary>An entry in the form that journald reads (systemd.io/JOURNAL_NATIVE_PROTOCOL).</summary>
internal static class JournalEntry
{
    /// <summary>SYSLOG_IDENTIFIER of every entry.</summary>
    public const string Identifier = "eni-agent";

    /// <summary>How many messages before this one were lost, as a field beside the words in the message.</summary>
    public const string DroppedField = "ENI_AGENT_DROPPED";

    private static readonly string[] Assemblies = ["EniAgent.Core", "EniAgent.Linux", "EniAgent.Metadata", "EniAgent.Netlink", "EniAgent.Persistence"];

    /// <summary>journald ignores fields with longer names.</summary>
    private const int LongestName = 64;

    /// <summary>
    /// The whole entry: MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, for a kind of event its EVENT and MESSAGE_ID, CODE_FILE, every property (<c>EniMac</c> is ENI_MAC) and
    /// EXCEPTION, EXCEPTION_TYPE.
    /// </summary>
    /// <param name="entry">The event.</param>
    /// <param name="dropped">How many messages before it were lost.</param>
    public static ReadOnlyMemory<byte> Write(LogEvent entry, long dropped)
    {
        var output = new ArrayBufferWriter<byte>(512);
        var message = LogText.Message(entry);
        Field(output, "MESSAGE", dropped == 0 ? message : $"{message} (messages lost before this, for the journal did not keep up: {dropped})");
        Field(output, "PRIORITY", LogText.Priority(entry.Level).ToString(CultureInfo.InvariantCulture));
        Field(output, "SYSLOG_IDENTIFIER", Identifier);
        if (dropped > 0)
        {
            Field(output, DroppedField, dropped.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (name, value) in entry.Properties)
        {
            if (name == "EventId" && value is StructureValue { Properties: var parts })
            {
                EventFields(output, parts);
            }
            else if (name == "SourceContext" && value is ScalarValue { Value: string type })
            {
                Field(output, "CODE_FILE", CodeFile(type));
            }
            else
            {
                Field(output, FieldName(name), LogText.Value(value));
            }
        }

        if (entry.Exception is { } exception)
        {
            Field(output, "EXCEPTION_TYPE", exception.GetType().ToString());
            Field(output, "EXCEPTION", exception.ToString());
        }

        return output.WrittenMemory;
    }

    /// <summary>
    /// A property's name as a field's: <c>InterfaceName</c> is INTERFACE_NAME. Only A–Z, 0–9 and '_', neither a digit nor '_' first, for journald
    /// drops other fields; what would be one of our own three gets PROPERTY_ in front.
    /// </summary>
    public static string FieldName(string property)
    {
        var name = new StringBuilder();
        for (var i = 0; i < property.Length; i++)
        {
            var letter = property[i];
            if (char.IsAsciiLetterUpper(letter) && i > 0 && (char.IsAsciiLetterLower(property[i - 1]) || char.IsAsciiDigit(property[i - 1])))
            {
                name.Append('_');
            }

            name.Append(char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_');
        }

        var trimmed = name.ToString().TrimStart('_');
        if (trimmed is "" or "MESSAGE" or "PRIORITY" or "SYSLOG_IDENTIFIER" || char.IsAsciiDigit(trimmed[0]))
        {
            trimmed = "PROPERTY_" + trimmed;
        }

        return trimmed.Length > LongestName ? trimmed[..LongestName] : trimmed;
    }

    /// <summary>The source file of a class: namespaces are folders, below the folder of their assembly.</summary>
    public static string CodeFile(string type)
    {
        var assembly = Assemblies.FirstOrDefault(name => type.StartsWith(name + ".", StringComparison.Ordinal)) ?? "EniAgent";
        return $"src/{assembly}/{(type.StartsWith(assembly + ".", StringComparison.Ordinal) ? type[(assembly.Length + 1)..] : type).Replace('.', '/')}.cs";
    }

    // The EventId of Microsoft.Extensions.Logging is a structure of a number, which is made of the name, and the name.
    private static void EventFields(ArrayBufferWriter<byte> output, IReadOnlyList<LogEventProperty> parts)
    {
        if (parts.FirstOrDefault(part => part.Name == "Name")?.Value is ScalarValue { Value: string name })
        {
            Field(output, "EVENT", name);
            if (EventKinds.MessageIds.TryGetValue(name, out var id))
            {
                Field(output, "MESSAGE_ID", id);
            }
        }
    }

    private static void Field(ArrayBufferWriter<byte> output, string name, string value)
    {
        Encoding.UTF8.GetBytes(name, output);
        if (value.Contains('\n'))
        {
            // The length comes before a value that holds what would end it.
            output.Write("\n"u8);
            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), Encoding.UTF8.GetByteCount(value));
            output.Advance(sizeof(long));
        }
        else
        {
            output.Write("="u8);
        }

        Encoding.UTF8.GetBytes(value, output);
        output.Write("\n"u8);
    }
}
