using System.Text;

namespace EniAgent.Persistence.Backends;

/// <summary>The agent's part of a file of lines that is somebody else's: it stands at the end, between two comments.</summary>
internal static class OwnBlock
{
    private const string Begin = "# eni-agent: what follows is kept by it";
    private const string End = "# eni-agent: end";

    /// <summary>Whether a text has such a part.</summary>
    public static bool IsIn(string text) => text.Contains(Begin, StringComparison.Ordinal);

    /// <summary>The text with these lines as the agent's part; without one where there are no lines.</summary>
    public static string Put(string text, IReadOnlyCollection<string> lines)
    {
        var theirs = TakeOut(text);
        if (lines.Count == 0)
        {
            return theirs;
        }

        var start = theirs.Length == 0 || theirs.EndsWith('\n') ? theirs : theirs + "\n";
        return $"{start}{Begin}\n{string.Join('\n', lines)}\n{End}\n";
    }

    /// <summary>The text without the agent's part.</summary>
    public static string TakeOut(string text)
    {
        var kept = new StringBuilder();
        var isOurs = false;
        foreach (var line in text.Split('\n'))
        {
            isOurs |= line == Begin;
            if (!isOurs)
            {
                kept.Append(line).Append('\n');
            }

            isOurs &= line != End;
        }

        return kept.Length > 0 ? kept.ToString(0, kept.Length - 1) : "";
    }
}
