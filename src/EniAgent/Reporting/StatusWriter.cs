using System.Buffers;
using System.Text.Json;
using EniAgent.Linux.Host;
using EniAgent.Linux.State;

namespace EniAgent.Reporting;

/// <summary>
/// Writes /run/eni-agent/status.json, again and again: into buffers that are kept, and what it says of the ENIs, nearly all of it, is put into words anew only when it
/// says something else.
/// </summary>
internal sealed class StatusWriter(AgentPaths paths)
{
    private readonly ArrayBufferWriter<byte> _rest = new(), _text = new();
    private IReadOnlyList<EniReport>? _enis;
    private byte[] _words = [];

    // No text in it can have a line end that is not escaped: this is the one of the report itself.
    private static ReadOnlySpan<byte> NoEnis => "\n  \"enis\": []"u8;

    /// <summary>Writes the report.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(StatusReport report)
    {
        Put(report with { Enis = [] }, _rest);
        var rest = _rest.WrittenSpan;
        var at = rest.IndexOf(NoEnis);
        var behind = rest[(at + NoEnis.Length)..];
        if (!ReferenceEquals(report.Enis, _enis))
        {
            Put(report, _text);
            (_enis, _words) = (report.Enis, _text.WrittenSpan[at..^behind.Length].ToArray());
        }

        _text.ResetWrittenCount();
        _text.Write(rest[..at]);
        _text.Write(_words);
        _text.Write(behind);
        _text.Write("\n"u8);
        AtomicFile.WriteOften(paths.Status, _text.WrittenSpan, AtomicFile.Public);
    }

    private static void Put(StatusReport report, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        JsonSerializer.Serialize(json, report, StatusJsonContext.Default.StatusReport);
    }
}
