using System.Globalization;
using System.Text;

namespace EniAgent.Simulator.Metadata;

/// <summary>Something that goes wrong with an answer. Several faults on one path add up: delays sum, texts are edited in turn, the last way of answering wins.</summary>
public sealed record Fault
{
    private static readonly byte[] InvalidText = [0x31, 0x30, 0x2e, 0xff, 0xfe, 0xc3, 0x28];

    /// <summary>How the answer is written.</summary>
    internal enum Manner
    {
        Normal,
        Hang,
        Reset,
        EndlessChunks,
        EndlessBody,
        OversizeLength,
        TruncatedBody,
        HalfHeader,
    }

    internal Manner How { get; private init; }

    internal int? StatusCode { get; private init; }

    internal string? Header { get; private init; }

    internal byte[]? Bytes { get; private init; }

    internal TimeSpan Pause { get; private init; }

    internal Func<string, string>? Edit { get; private init; }

    /// <summary>Never answers.</summary>
    public static Fault Hang { get; } = new() { How = Manner.Hang };

    /// <summary>Resets the connection instead of answering.</summary>
    public static Fault Reset { get; } = new() { How = Manner.Reset };

    /// <summary>A captive portal: a page of HTML with status 200.</summary>
    public static Fault Html { get; } = new()
    {
        Header = "Content-Type: text/html\r\n",
        Bytes = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body>Please log in to use this network.</body></html>\n"u8.ToArray(),
    };

    /// <summary>A chunked body without end.</summary>
    public static Fault EndlessChunks { get; } = new() { How = Manner.EndlessChunks };

    /// <summary>A body without end and without announced length.</summary>
    public static Fault EndlessBody { get; } = new() { How = Manner.EndlessBody };

    /// <summary>Announces more bytes than anybody should read, and sends as many as the client takes.</summary>
    public static Fault OversizeLength { get; } = new() { How = Manner.OversizeLength };

    /// <summary>Announces more bytes than it sends, then closes.</summary>
    public static Fault TruncatedBody { get; } = new() { How = Manner.TruncatedBody };

    /// <summary>Closes in the middle of the header.</summary>
    public static Fault HalfHeader { get; } = new() { How = Manner.HalfHeader };

    /// <summary>A body that is not UTF-8.</summary>
    public static Fault InvalidUtf8 { get; } = new() { Bytes = InvalidText };

    /// <summary>A status other than 200, with a short body.</summary>
    public static Fault Status(int code, TimeSpan? retryAfter = null) => new()
    {
        StatusCode = code,
        Bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{code}\n")),
        Header = retryAfter is { } t ? string.Create(CultureInfo.InvariantCulture, $"Retry-After: {(long)t.TotalSeconds}\r\n") : null,
    };

    /// <summary>A redirect to another place.</summary>
    public static Fault Redirect(string location) => new() { StatusCode = 302, Header = $"Location: {location}\r\n", Bytes = [] };

    /// <summary>Waits before it answers.</summary>
    public static Fault Delay(TimeSpan delay) => new() { Pause = delay };

    /// <summary>Another text, whatever the document says and whether or not there is one.</summary>
    public static Fault Body(string text) => new() { StatusCode = 200, Bytes = Encoding.UTF8.GetBytes(text) };

    /// <summary>Changes the text of documents that are there.</summary>
    public static Fault EditBody(Func<string, string> edit) => new() { Edit = edit };
}
