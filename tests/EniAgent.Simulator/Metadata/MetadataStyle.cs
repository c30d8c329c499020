namespace EniAgent.Simulator.Metadata;

/// <summary>How listings are written where the service's documentation leaves it open.</summary>
public sealed record MetadataStyle
{
    /// <summary>The documented example: upper-case MACs, directories with a trailing slash, no final newline.</summary>
    public static MetadataStyle Documented { get; } = new();

    /// <summary>Whether directories end in a slash.</summary>
    public bool TrailingSlash { get; init; } = true;

    /// <summary>Whether the last line ends too.</summary>
    public bool FinalNewline { get; init; }

    /// <summary>Whether every name stands twice.</summary>
    public bool RepeatNames { get; init; }

    /// <summary>Whether lines end in CR LF.</summary>
    public bool CarriageReturns { get; init; }

    /// <summary>Whether MACs are in lower case.</summary>
    public bool LowerCaseMacs { get; init; }

    /// <summary>A MAC as this style writes it; URLs are case-sensitive and must repeat it so.</summary>
    public string Mac(string mac) => LowerCaseMacs ? mac : mac.ToUpperInvariant();

    /// <summary>A listing of names, of which directories end in a slash.</summary>
    public string List(IEnumerable<string> names)
    {
        var lines = names.Select(n => TrailingSlash ? n : n.TrimEnd('/'));
        var all = RepeatNames ? lines.SelectMany(n => new[] { n, n }) : lines;
        var end = CarriageReturns ? "\r\n" : "\n";
        var text = string.Join(end, all);
        return FinalNewline ? text + end : text;
    }
}
