using System.Text.RegularExpressions;
using EniAgent.Core.Wording;
using EniAgent.Persistence.Files;

namespace EniAgent.Persistence.Backends.Ifcfg;

/// <summary>
/// A file of shell assignments (ifcfg-*), line by line and lossless. Only what can be understood without a shell is accepted: KEY=value, unquoted or in
/// single or double quotes, comments and empty lines.
/// </summary>
internal sealed partial class ShellAssignments
{
    private ShellAssignments(IReadOnlyList<ShellLine> lines, bool endsWithNewline) => (Lines, EndsWithNewline) = (lines, endsWithNewline);

    /// <summary>The lines.</summary>
    public IReadOnlyList<ShellLine> Lines { get; }

    /// <summary>Whether the last line has its end.</summary>
    public bool EndsWithNewline { get; }

    /// <summary>Reads a text; null with the first line that cannot be understood without a shell.</summary>
    public static ShellAssignments? TryParse(string text, out int line, out Sentence? problem)
    {
        var endsWithNewline = text.EndsWith('\n');
        var parts = text.Length == 0 ? [] : (endsWithNewline ? text[..^1] : text).Split('\n');
        var lines = new List<ShellLine>(parts.Length);
        for (var i = 0; i < parts.Length; i++)
        {
            if (Parse(parts[i]) is not { } parsed)
            {
                line = i + 1;
                problem = parts[i].Contains('\r', StringComparison.Ordinal)
                    ? FindingWords.EndsWithCarriageReturn(FindingWords.Shell)
                    : FindingWords.NeedsShell;
                return null;
            }

            lines.Add(parsed);
        }

        (line, problem) = (0, null);
        return new ShellAssignments(lines, endsWithNewline);
    }

    /// <summary>The value that a key has in the end: a shell takes the last assignment. Null where there is none.</summary>
    public string? ValueOf(string key) => Lines.LastOrDefault(l => l.Key == key)?.Value;

    /// <summary>The text of lines, ended as this file is.</summary>
    public string TextOf(IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines);
        return text.Length > 0 && (EndsWithNewline || Lines.Count == 0) ? text + "\n" : text;
    }

    private static ShellLine? Parse(string text)
    {
        var trimmed = text.AsSpan().Trim(" \t");
        if (text.Contains('\r', StringComparison.Ordinal))
        {
            return null;
        }

        if (trimmed.IsEmpty || trimmed[0] == '#')
        {
            return new ShellLine(text, null, "", default);
        }

        var match = Assignment().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var quote = match.Groups["quote"].Value;
        return new ShellLine(text, match.Groups["key"].Value, match.Groups["value"].Value, quote.Length > 0 ? quote[0] : default);
    }

    // A comment may stand behind the value, after a blank.
    [GeneratedRegex("""^[ \t]*(?<key>[A-Za-z_][A-Za-z0-9_]*)=(?:(?<quote>')(?<value>[^']*)'|(?<quote>")(?<value>[^"$`\\]*)"|(?<value>[A-Za-z0-9_.,:/@%+=-]*))(?:[ \t]+#.*|[ \t]*)$""")]
    private static partial Regex Assignment();
}

/// <summary>A line of such a file.</summary>
/// <param name="Text">The line as it is.</param>
/// <param name="Key">The key; null for a comment or an empty line.</param>
/// <param name="Value">The value without its quotes.</param>
/// <param name="Quote">The quote around it; '\0' for none.</param>
internal sealed record ShellLine(string Text, string? Key, string Value, char Quote)
{
    /// <summary>The line with another key and value; blanks, quotes and what stands behind stay.</summary>
    public string With(string key, string value)
    {
        var start = Text.IndexOf(Key!, StringComparison.Ordinal);
        var valueStart = start + Key!.Length + 1;
        var oldLength = Value.Length + (Quote == default ? 0 : 2);
        return Text[..start] + key + "=" + Quoted(value, Quote) + Text[(valueStart + oldLength)..];
    }

    /// <summary>An assignment in the same style.</summary>
    public static string Quoted(string value, char quote) => quote == default ? value : quote + value + quote;
}
