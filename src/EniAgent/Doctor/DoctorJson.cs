using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EniAgent.Reporting;

namespace EniAgent.Doctor;

/// <summary>What <c>doctor --json</c> prints: a contract with programs, in English always. Fields may be added, never renamed.</summary>
internal static class DoctorJson
{
    // Commands are read by people here too, and no browser.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="findings">The worst first.</param>
    /// <param name="showAll">Whether what is well is listed as well.</param>
    public static string Of(IReadOnlyList<Finding> findings, bool showAll)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("version", StatusBuilder.Version);
            json.WriteStartArray("findings");
            foreach (var finding in findings)
            {
                if (showAll || finding.Level > Level.Ok)
                {
                    Write(json, finding);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("check", finding.Check);
        json.WriteString("level", finding.Level switch { Level.Error => "error", Level.Warning => "warning", Level.Note => "note", _ => "ok" });
        json.WriteString("subject", finding.Subject);
        json.WriteString("summary", finding.Summary);
        Write(json, "evidence", finding.Evidence);
        Write(json, "remedy", finding.Remedy);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    }
}
