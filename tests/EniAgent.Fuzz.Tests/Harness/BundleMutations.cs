using CsCheck;

namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>Bundles that are made of others: contents change, parts go, come from another one, or change their names.</summary>
/// <param name="seeds">What they are made of.</param>
/// <param name="words">Words of the format.</param>
/// <param name="special">Parts that are not changed byte by byte, by the beginning of their names, and what else may stand in them.</param>
internal sealed class BundleMutations(IReadOnlyList<byte[]> seeds, IReadOnlyList<string> words, IReadOnlyDictionary<string, IReadOnlyList<byte[]>> special) : Gen<byte[]>
{
    private readonly Bundle[] _seeds = [.. seeds.Select(seed => Bundle.Parse(seed)).Where(bundle => bundle.Parts.Count > 0)];
    private readonly Mutations _bytes = new([.. seeds.SelectMany(seed => Bundle.Parse(seed).Parts).Select(part => part.Content)], words);

    /// <inheritdoc/>
    public override byte[] Generate(PCG pcg, Size? min, out Size size)
    {
        List<(string Name, byte[] Content)> parts = [.. Mutations.Pick(pcg, _seeds).Parts];
        for (var changes = 1 + Mutations.Below(pcg, 3); changes > 0 && parts.Count > 0; changes--)
        {
            Change(pcg, parts, Mutations.Below(pcg, parts.Count));
        }

        var bytes = new Bundle { Parts = parts }.Format();
        size = new Size((ulong)bytes.Length);
        return bytes;
    }

    private void Change(PCG pcg, List<(string Name, byte[] Content)> parts, int at)
    {
        var (name, content) = parts[at];
        if (special.TryGetValue(name, out var choices))
        {
            parts[at] = (name, Mutations.Pick(pcg, choices));
            return;
        }

        switch (Mutations.Below(pcg, 12))
        {
            case 0:
                parts.RemoveAt(at);
                break;
            case 1:
                parts[at] = (name, Another(pcg).Content);
                break;
            case 2:
                parts[at] = (Another(pcg).Name, content);
                break;
            case 3:
                parts.Insert(at, Another(pcg));
                break;
            default:
                parts[at] = (name, _bytes.Changed(pcg, content));
                break;
        }
    }

    // Any part of any bundle, but for those that are special.
    private (string Name, byte[] Content) Another(PCG pcg)
    {
        var ordinary = Mutations.Pick(pcg, _seeds).Parts.Where(part => !special.ContainsKey(part.Name)).ToList();
        return ordinary.Count > 0 ? Mutations.Pick(pcg, ordinary) : ("", []);
    }
}
