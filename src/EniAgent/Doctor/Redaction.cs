using System.Text;

namespace EniAgent.Doctor;

/// <summary>Takes secrets out of other people's files before anybody else reads them: rather too much than too little.</summary>
internal static class Redaction
{
    private const string Mark = "(redacted)";

    // In keyfiles, ifcfg files, netplan's YAML, networkd's and WireGuard's units, interfaces(5) and wpa_supplicant's.
    private static readonly string[] Words = ["psk", "pass", "secret", "private", "preshared", "shared", "key", "token", "credential", "pin="];

    /// <summary>The text with everything behind a word for a secret taken out, what goes on in deeper lines of a list or in a continued line included.</summary>
    public static string Of(string text)
    {
        var result = new StringBuilder(text.Length);
        var depth = int.MaxValue;
        var (isContinued, isKey) = (false, false);
        foreach (var line in text.Split('\n'))
        {
            var indent = line.Length - line.TrimStart().Length;
            isKey |= line.Contains("-----BEGIN", StringComparison.Ordinal);
            if (isKey || isContinued || (line.Length > indent && indent > depth))
            {
                (isContinued, isKey) = (isContinued && line.EndsWith('\\'), isKey && !line.Contains("-----END", StringComparison.Ordinal));
                result.Append(Mark).Append('\n');
                continue;
            }

            var end = EndOfName(line);
            depth = end > 0 ? indent : line.Length == indent ? depth : int.MaxValue;
            isContinued = end > 0 && line.EndsWith('\\');
            result.Append(end > 0 ? line[..end] + Mark : WithoutUser(line)).Append('\n');
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

        if (first == line.Length)
        {
            return 0;
        }

        var end = line.AsSpan(first).IndexOfAny("=: \t");
        if (end < 0)
        {
            return 0;
        }

        end += first + 1;
        return line.Length - line.AsSpan(end).TrimStart(' ').Length;
    }

    // http://user:password@host
    private static string WithoutUser(string line)
    {
        var start = line.IndexOf("://", StringComparison.Ordinal);
        var end = start < 0 ? -1 : line.IndexOf('@', start);
        return end < 0 ? line : $"{line[..(start + 3)]}{Mark}{line[end..]}";
    }
}
