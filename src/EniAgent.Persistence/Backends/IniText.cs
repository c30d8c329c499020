namespace EniAgent.Persistence.Backends;

/// <summary>One line of a text of sections and KEY=VALUE lines (systemd's, GKeyFile's), with what it says.</summary>
/// <param name="Section">The section it stands in; "" before the first.</param>
/// <param name="Key">The key, without the blanks around it; null for a section's head, a comment, an empty line, and what is none of these.</param>
/// <param name="Value">The value, without the blanks around it.</param>
/// <param name="Text">The line itself, without its end.</param>
internal sealed record IniLine(string Section, string? Key, string Value, string Text);

/// <summary>Reads such texts line by line, so that they can be written again with every other line as it was.</summary>
internal static class IniText
{
    /// <summary>Every line, the empty one behind the last line end included: joined by line ends they are the text again.</summary>
    public static IReadOnlyList<IniLine> Lines(string text)
    {
        var lines = new List<IniLine>();
        var section = "";
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            section = trimmed is ['[', .. var name, ']'] ? name : section;
            lines.Add(trimmed.Length > 0 && trimmed[0] is not ('#' or ';' or '[') && trimmed.Split('=', 2) is [var key, var value]
                ? new IniLine(section, key.Trim(), value.Trim(), line)
                : new IniLine(section, null, "", line));
        }

        return lines;
    }

    /// <summary>What a key of a section says; null where it says nothing. The last line of several counts.</summary>
    public static string? ValueOf(this IEnumerable<IniLine> lines, string section, string key) =>
        lines.LastOrDefault(line => line.Section == section && line.Key == key)?.Value;
}
