using System.Globalization;

namespace EniAgent.Chaos;

/// <summary>
/// Something that happens to the machine, to its cloud or to the agent. What it happens to follows from two numbers and from what is there at that moment, so that
/// a deed means something in any other walk as well: a walk can be cut short, and what is left of it still be walked.
/// </summary>
/// <param name="Name">What, one of <see cref="Catalogue"/>.</param>
/// <param name="A">The first number, mostly which one of several.</param>
/// <param name="B">The second number, mostly how.</param>
internal readonly record struct Deed(string Name, int A, int B)
{
    /// <summary>The deed at whose end everything must be well.</summary>
    public const string Calm = "calm";

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}:{A}:{B}");

    /// <summary>Reads deeds that are separated by blanks.</summary>
    /// <exception cref="FormatException">One of them is none.</exception>
    public static IReadOnlyList<Deed> Parse(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split(':') switch
    {
        [var name, var a, var b] when Catalogue.Deeds.ContainsKey(name) || name == Calm => new Deed(name, int.Parse(a, CultureInfo.InvariantCulture), int.Parse(b, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"'{word}' is no deed"),
    })];

    /// <summary>The deeds of a walk: as many as steps are wanted, with a calm now and then and at the end.</summary>
    public static IReadOnlyList<Deed> Of(int seed, int steps)
    {
        var random = new Random(seed);
        var names = Catalogue.Deeds.SelectMany(deed => Enumerable.Repeat(deed.Key, deed.Value.Weight)).ToArray();
        var deeds = new List<Deed>();
        while (deeds.Count < steps)
        {
            for (var burst = random.Next(2, 16); burst > 0 && deeds.Count < steps - 1; burst--)
            {
                deeds.Add(new Deed(names[random.Next(names.Length)], random.Next(1000), random.Next(1000)));
            }

            deeds.Add(new Deed(Calm, 0, 0));
        }

        return deeds;
    }
}
