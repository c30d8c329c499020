using System.Text;

namespace EniAgent.Reporting;

/// <summary>Text in the columns of a terminal, where a Chinese character takes two.</summary>
internal static class Columns
{
    /// <summary>How many columns a text takes.</summary>
    public static int WidthOf(string text) => text.EnumerateRunes().Sum(rune => IsWide(rune) ? 2 : 1);

    /// <summary>A text, filled with spaces to a number of columns.</summary>
    public static string Pad(string text, int columns) => text + new string(' ', Math.Max(0, columns - WidthOf(text)));

    /// <summary>Lines of at most so many columns: English breaks between words, Chinese between characters; what cannot be broken stays whole.</summary>
    public static IReadOnlyList<string> Wrap(string text, int columns)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var width = 0;
        foreach (var (piece, hasSpace) in Pieces(text))
        {
            var space = hasSpace && line.Length > 0 ? 1 : 0;
            if (line.Length > 0 && width + space + WidthOf(piece) > columns)
            {
                lines.Add(line.ToString());
                line.Clear();
                (width, space) = (0, 0);
            }

            line.Append(' ', space).Append(piece);
            width += space + WidthOf(piece);
        }

        lines.Add(line.ToString());
        return lines;
    }

    // Words and single wide characters, and whether a space stands in front of each. A line does not begin with a mark that ends something.
    private static IEnumerable<(string Piece, bool HasSpace)> Pieces(string text)
    {
        var piece = new StringBuilder();
        var (hasSpace, endsWide) = (false, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var breaks = rune.Value == ' ' || (!EndsSomething(rune) && (endsWide || IsWide(rune)));
            if (breaks && piece.Length > 0)
            {
                yield return (piece.ToString(), hasSpace);
                piece.Clear();
                hasSpace = false;
            }

            if (rune.Value == ' ')
            {
                (hasSpace, endsWide) = (true, false);
                continue;
            }

            piece.Append(rune);
            endsWide = IsWide(rune);
        }

        if (piece.Length > 0)
        {
            yield return (piece.ToString(), hasSpace);
        }
    }

    private static bool EndsSomething(Rune rune) => rune.Value is '.' or ',' or ':' or ';' or ')' or '!' or '?' or '\u3001' or '\u3002' or '\uFF01' or '\uFF09' or '\uFF0C' or '\uFF1A' or '\uFF1B' or '\uFF1F';

    // Of East Asian width "wide" (Unicode annex 11), as far as our texts and names go.
    private static bool IsWide(Rune rune) => rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF)
        or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1F64F) or (>= 0x20000 and <= 0x3FFFD);
}
