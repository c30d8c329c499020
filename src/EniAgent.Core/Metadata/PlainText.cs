using System.Globalization;

namespace EniAgent.Core.Metadata;

/// <summary>Text that others wrote and people are shown.</summary>
public static class PlainText
{
    /// <summary>Whether a character may be shown by itself: it neither steers a terminal nor turns the direction of its text.</summary>
    public static bool IsShown(char c) => !char.IsControl(c) && !char.IsSurrogate(c)
        && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>A line with what may not be shown spelled out, e.g. "\u001b"; tabs stay.</summary>
    public static string Escape(string line) => string.Concat(line.Select(static c =>
        c == '\t' || char.IsSurrogate(c) || IsShown(c) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")));
}
