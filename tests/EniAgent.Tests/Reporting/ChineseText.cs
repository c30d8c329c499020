using System.Text.RegularExpressions;

namespace EniAgent.Tests.Reporting;

/// <summary>Tells what of a Chinese text has stayed English: three lowercase words or more in a row. Quotations, and what <c>ip</c> calls things, stay as they are.</summary>
internal static partial class ChineseText
{
    private const int Sentence = 3;

    private static readonly HashSet<string> OfIp =
    [
        "address", "all", "blackhole", "default", "dev", "dst", "from", "fwmark", "goto", "group", "iif", "kernel", "link", "lookup", "main", "metric", "oif", "onlink", "priority", "proto",
        "route", "rule", "scope", "src", "table", "to", "up", "via",
    ];

    /// <summary>The English that is left.</summary>
    public static IReadOnlyList<string> EnglishIn(string text)
    {
        var left = new List<string>();
        foreach (var run in Words().Matches(Quotation().Replace(text, "“”")).Select(match => match.Value.Split(' ')))
        {
            var start = 0;
            for (var i = 0; i <= run.Length; i++)
            {
                if (i == run.Length || OfIp.Contains(run[i]))
                {
                    if (i - start >= Sentence)
                    {
                        left.Add(string.Join(' ', run[start..i]));
                    }

                    start = i + 1;
                }
            }
        }

        return left;
    }

    [GeneratedRegex(@"(?<![\w./-])[a-z]+(?: [a-z]+)+(?![\w./-])")]
    private static partial Regex Words();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|“[^”]*”")]
    private static partial Regex Quotation();
}
