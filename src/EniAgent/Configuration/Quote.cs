using System.Globalization;
using System.Text;

namespace EniAgent.Configuration;

/// <summary>How an error shows what somebody wrote: in quotes, not endless, and harmless on a terminal.</summary>
internal static class Quote
{
    private const int Longest = 80;

    /// <summary>The text in single quotes; cut short, control characters as U+XXXX.</summary>
    public static string Text(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var rune in text.EnumerateRunes())
        {
            if (quoted.Length > Longest)
            {
                quoted.Append('…');
                break;
            }

            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format)
            {
                quoted.Append(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");
            }
            else
            {
                quoted.Append(rune);
            }
        }

        return quoted.Append('\'').ToString();
    }
}
