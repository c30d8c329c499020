using System.Text;

namespace EniAgent.Configuration;

/// <summary>A section header.</summary>
/// <param name="Kind">The first word: <c>Eni</c> of <c>[Eni eth1]</c>.</param>
/// <param name="Name">The rest: <c>eth1</c>; empty where there is none.</param>
/// <param name="Line">The header's line, from 1.</param>
internal sealed record IniSection(string Kind, string Name, int Line)
{
    /// <summary>The header as it was written, with single spaces.</summary>
    public override string ToString() => Name.Length == 0 ? $"[{Kind}]" : $"[{Kind} {Name}]";
}

/// <summary>An assignment.</summary>
/// <param name="Section">The section it stands in.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value, lines joined; may be empty.</param>
/// <param name="Line">The line on which it begins, from 1.</param>
internal sealed record IniEntry(IniSection Section, string Key, string Value, int Line);

/// <summary>
/// A file in the syntax of systemd.syntax(7), with the line of everything in it. What stands there is read, not judged: known keys and good
/// values are the loader's matter. A line that is no syntax gives an error and is left out; nothing throws.
/// </summary>
/// <remarks>
/// As systemd does it: comments are whole lines that begin with '#' or ';', also between the lines of a continued value; a line that ends in an
/// odd number of backslashes goes on in the next one, the backslash becoming a space; white space around keys and values is dropped.
/// Beyond it: CRLF and a byte-order mark are tolerated, and what is not text ends the reading of the file.
/// </remarks>
internal sealed class IniDocument
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly char[] Blank = [' ', '\t'];

    private readonly List<IniSection> _sections = [];
    private readonly List<IniEntry> _entries = [];
    private readonly List<ConfigurationError> _errors = [];
    private IniSection? _section;
    private bool _sectionIsBroken;

    private IniDocument(string file) => File = file;

    /// <summary>The path, as errors and origins name it.</summary>
    public string File { get; }

    /// <summary>Every header, repeated ones too, in order.</summary>
    public IReadOnlyList<IniSection> Sections => _sections;

    /// <summary>Every assignment, repeated ones too, in order.</summary>
    public IReadOnlyList<IniEntry> Entries => _entries;

    /// <summary>The lines that are no syntax.</summary>
    public IReadOnlyList<ConfigurationError> Errors => _errors;

    /// <summary>Reads a file's content.</summary>
    public static IniDocument Parse(string file, ReadOnlySpan<byte> content)
    {
        var document = new IniDocument(file);
        document.ReadLines(content.StartsWith("\uFEFF"u8) ? content[3..] : content);
        return document;
    }

    private void ReadLines(ReadOnlySpan<byte> rest)
    {
        var number = 0;
        var start = 0;
        var continued = new StringBuilder();
        while (!rest.IsEmpty)
        {
            number++;
            var end = rest.IndexOf((byte)'\n');
            var bytes = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (Text(bytes.EndsWith("\r"u8) ? bytes[..^1] : bytes, number) is not { } line)
            {
                return;
            }

            if (line.TrimStart(Blank) is ['#' or ';', ..])
            {
                continue;
            }

            start = continued.Length == 0 ? number : start;
            if (EndsInContinuation(line))
            {
                continued.Append(line, 0, line.Length - 1).Append(' ');
                continue;
            }

            ReadLine(continued.Append(line).ToString().Trim(Blank), start);
            continued.Clear();
        }

        ReadLine(continued.ToString().Trim(Blank), start);
    }

    private string? Text(ReadOnlySpan<byte> bytes, int number)
    {
        if (bytes.Contains((byte)0))
        {
            Error(number, null, "a NUL byte: this is not a text file; the rest of it was not read");
            return null;
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Error(number, null, "not valid UTF-8: this is not a text file; the rest of it was not read");
            return null;
        }
    }

    private static bool EndsInContinuation(string line) => (line.Length - line.AsSpan().TrimEnd('\\').Length) % 2 == 1;

    private void ReadLine(string line, int number)
    {
        if (line.Length == 0)
        {
            return;
        }

        if (line.FirstOrDefault(c => c != '\t' && char.IsControl(c)) is not '\0' and var control)
        {
            _sectionIsBroken |= line[0] == '[';
            Error(number, null, $"the control character U+{(int)control:X4}");
        }
        else if (line[0] == '[')
        {
            ReadHeader(line, number);
        }
        else
        {
            ReadAssignment(line, number);
        }
    }

    private void ReadHeader(string line, int number)
    {
        // What follows a broken header is left out: each of its keys would be a wrong complaint about another section.
        _sectionIsBroken = true;
        if (line[^1] != ']' || line.AsSpan(1, line.Length - 2).IndexOfAny('[', ']') >= 0)
        {
            Error(number, null, $"{Quote.Text(line)} is no section header: it ends with ']', and nothing follows");
            return;
        }

        var words = line[1..^1].Trim(Blank).Split(Blank, 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            Error(number, null, "a section without a name");
            return;
        }

        _sectionIsBroken = false;
        _section = new IniSection(words[0], words.Length == 1 ? "" : words[1].Trim(Blank), number);
        _sections.Add(_section);
    }

    private void ReadAssignment(string line, int number)
    {
        var equals = line.IndexOf('=');
        if (equals < 0)
        {
            Error(number, null, $"{Quote.Text(line)} is neither [Section] nor KEY=VALUE");
        }
        else if (equals == 0)
        {
            Error(number, null, "no key before '='");
        }
        else if (_sectionIsBroken)
        {
            // Left out, see ReadHeader.
        }
        else if (_section is null)
        {
            Error(number, null, $"{Quote.Text(line)} stands before the first section");
        }
        else
        {
            _entries.Add(new IniEntry(_section, line[..equals].TrimEnd(Blank), line[(equals + 1)..].TrimStart(Blank), number));
        }
    }

    private void Error(int line, string? key, string message) => _errors.Add(new ConfigurationError(File, line, key, message));
}
