namespace EniAgent.Configuration;

/// <summary>The nearest known word to an unknown one.</summary>
internal static class Suggestion
{
    // Nobody mistypes a word this long; comparing is quadratic.
    private const int Longest = 64;

    /// <summary>"did you mean X?", or the list of what is known when nothing is near.</summary>
    public static string For(string given, IReadOnlyList<string> known)
    {
        var nearest = given.Length > Longest ? null : known
            .Select(word => (Word: word, Distance: Distance(given, word)))
            .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Word.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault().Word;
        return nearest is null ? $"known: {string.Join(", ", known)}" : $"did you mean {nearest}?";
    }

    /// <summary>How many letters must be added, dropped, replaced or swapped with their neighbour; case does not count.</summary>
    private static int Distance(string left, string right)
    {
        (left, right) = (left.ToUpperInvariant(), right.ToUpperInvariant());
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                    table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[left.Length, right.Length];
    }
}
