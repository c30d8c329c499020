using System.Text;

namespace EniAgent.Doctor;

/// <summary>Takes secrets out of other people's files before anybody else reads them: rather too much than too little.</summary>
internal static class Redaction
{
    private const string Mark = "(redacted)";

    // In keyfiles, ifcfg files, netplan's YAML, networkd's and WireGuard's units, interfaces(5) and wpa_supplicant's.
    private static readonly string[] Words = ["psk", "pass", "secret", "private", "preshared", "shared", "key", "token", "credential", "cookie"];

    // Inside of other words, of "mapping" and "hotplug", say, they mean nothing.
    private static readonly string[] WholeWords = ["pin", "otp"];

    /// <summary>The text with everything behind a word for a secret taken out, what goes on in deeper lines, in a list or in a continued line included, and all that a keyfile has in a section for secrets.</summary>
    public static string Of(string text)
    {
        var result = new StringBuilder(text.Length);
        var depth = int.MaxValue;
        var (isContinued, isKey, isList, isSection) = (false, false, false, false);
        foreach (var line in text.Split('\n'))
        {
            var indent = line.Length - line.TrimStart().Length;
            var rest = line.AsSpan(indent);
            isKey |= line.Contains("-----BEGIN", StringComparison.Ordinal);
            if (rest.StartsWith("["))
            {
                isSection = rest.TrimEnd().EndsWith("-secrets]", StringComparison.OrdinalIgnoreCase);
            }

            var goesOn = !rest.IsEmpty && (indent > depth || (isList && indent == depth && rest[0] == '-'));
            if (isKey || isContinued || goesOn)
            {
                (isContinued, isKey) = (isContinued && line.EndsWith('\\'), isKey && !line.Contains("-----END", StringComparison.Ordinal));
                result.Append(Mark).Append('\n');
                continue;
            }

            var end = EndOfName(line);
            if (end == 0 && isSection)
            {
                end = line.IndexOf('=', StringComparison.Ordinal) + 1;
            }

            depth = end > 0 ? indent : rest.IsEmpty ? depth : int.MaxValue;

            // YAML's lists may stand as far left as their name.
            isList = end > 0 ? end == line.TrimEnd().Length && rest[0] != '-' : isList && rest.IsEmpty;
            isContinued = end > 0 && line.EndsWith('\\');
            result.Append(end > 0 ? line[..end] + Mark : WithoutUsers(line)).Append('\n');
        }

        return result.ToString(0, Math.Max(0, result.Length - 1));
    }

    // Where the value begins of the first name that holds such a word; 0 for a line without one.
    private static int EndOfName(string line)
    {
        var first = line.Length;
        foreach (var word in Words)
        {
            var at = line.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            first = at >= 0 && at < first ? at : first;
        }

        foreach (var word in WholeWords)
        {
            for (var at = line.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0 && at < first; at = line.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                var end = at + word.Length;
                first = (at == 0 || !char.IsLetter(line[at - 1])) && (end == line.Length || !char.IsLetter(line[end])) ? at : first;
            }
        }

        return first == line.Length ? 0 : EndOfName(line, first);
    }

    private static int EndOfName(string line, int first)
    {
        var end = line.AsSpan(first).IndexOfAny("=: \t");
        if (end < 0)
        {
            return 0;
        }

        // "pin = 1234": the value is behind both.
        end += first + 1;
        var rest = line.AsSpan(end).TrimStart(" \t");
        if (rest is ['=' or ':', ..])
        {
            rest = rest[1..].TrimStart(' ');
        }

        return line.Length - rest.Length;
    }

    // http://user:password@host, as often as it occurs; a password may have a '/' in it, and an '@'.
    private static string WithoutUsers(string line)
    {
        var start = line.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return line;
        }

        start += 3;
        var length = line.AsSpan(start).IndexOfAny(" \t");
        var url = length < 0 ? line.AsSpan(start) : line.AsSpan(start, length);
        var at = url.LastIndexOf('@');
        return string.Concat(line.AsSpan(0, start), at < 0 ? "" : Mark, url[Math.Max(0, at)..], WithoutUsers(line[(start + url.Length)..]));
    }
}
