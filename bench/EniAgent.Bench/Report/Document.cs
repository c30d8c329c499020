using EniAgent.Bench.Results;

namespace EniAgent.Bench.Report;

/// <summary>
/// The document with the figures: people write it, except for what stands between <c>&lt;!-- results: NAME --&gt;</c> and <c>&lt;!-- end --&gt;</c>, which follows the results.
/// </summary>
internal static class Document
{
    private const string End = "<!-- end -->";

    /// <summary>Writes the results into their places.</summary>
    public static void Write(string path, IReadOnlyList<string> order, IReadOnlyDictionary<string, Result> results)
    {
        var text = new List<string>();
        var isSkipping = false;
        foreach (var line in File.ReadLines(path))
        {
            isSkipping &= line != End;
            if (!isSkipping)
            {
                text.Add(line);
            }

            if (line.StartsWith("<!-- results: ", StringComparison.Ordinal))
            {
                isSkipping = true;
                var name = line.Split(' ')[2];
                text.AddRange(name == "all" ? Tables.All([.. order.Where(results.ContainsKey).Select(n => results[n])])
                    : results.TryGetValue(name, out var result) ? Tables.One(result) : []);
            }
        }

        File.WriteAllText(path, string.Join('\n', text) + "\n");
    }
}
