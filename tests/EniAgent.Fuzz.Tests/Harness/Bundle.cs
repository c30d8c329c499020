using System.Text;

namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>Several named texts in one input, as `head` shows several files: "==> NAME &lt;==", and the text up to the next such line.</summary>
internal sealed class Bundle
{
    private static readonly byte[] Start = "==> "u8.ToArray();
    private static readonly byte[] End = " <=="u8.ToArray();

    /// <summary>The parts in their order; a name may come again.</summary>
    public List<(string Name, byte[] Content)> Parts { get; init; } = [];

    /// <summary>Takes an input apart; what stands in front of the first name belongs to none.</summary>
    public static Bundle Parse(ReadOnlySpan<byte> input)
    {
        var bundle = new Bundle();
        string? name = null;
        var rest = input;
        var content = input[..0];
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            var whole = end < 0 ? rest : rest[..(end + 1)];
            if (line.StartsWith(Start) && line.EndsWith(End) && line.Length >= Start.Length + End.Length)
            {
                bundle.Add(name, content);
                name = Encoding.UTF8.GetString(line[Start.Length..^End.Length]);
                content = rest[whole.Length..][..0];
            }
            else if (name is not null)
            {
                var before = input.Length - rest.Length - content.Length;
                content = input.Slice(before, content.Length + whole.Length);
            }

            rest = rest[whole.Length..];
        }

        bundle.Add(name, content);
        return bundle;
    }

    /// <summary>The parts as an input.</summary>
    public byte[] Format() => [.. Parts.SelectMany(part => (byte[])[.. Start, .. Encoding.UTF8.GetBytes(part.Name), .. End, (byte)'\n', .. part.Content, (byte)'\n'])];

    /// <summary>The content of a part that must be there.</summary>
    public string TextOf(string name) => Encoding.UTF8.GetString(Parts.Find(part => part.Name == name).Content ?? []);

    private void Add(string? name, ReadOnlySpan<byte> content)
    {
        if (name is not null)
        {
            Parts.Add((name, (content.EndsWith("\n"u8) ? content[..^1] : content).ToArray()));
        }
    }
}
