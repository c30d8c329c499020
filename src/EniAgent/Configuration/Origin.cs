namespace EniAgent.Configuration;

/// <summary>Where a value comes from.</summary>
/// <param name="Source">The file's path, the environment variable's name, or "built-in".</param>
/// <param name="Line">The line of the file, from 1; 0 where there is none.</param>
internal readonly record struct Origin(string Source, int Line = 0)
{
    /// <summary>The product's own defaults.</summary>
    public static Origin BuiltIn { get; } = new("built-in");

    /// <summary>FILE:LINE, the variable's name, or "built-in"; a name that would do something on a terminal in quotes.</summary>
    public override string ToString()
    {
        var source = Source.Any(char.IsControl) ? Quote.Text(Source) : Source;
        return Line > 0 ? $"{source}:{Line}" : source;
    }
}
