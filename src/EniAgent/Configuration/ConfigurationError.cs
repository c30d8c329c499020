namespace EniAgent.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="File">The file's path, or the environment variable's name.</param>
/// <param name="Line">The line, from 1; 0 where there is none: a file that cannot be read, a variable.</param>
/// <param name="Key">What is wrong, as <c>[Section]</c> or <c>[Section] Key</c>; null where the line is neither.</param>
/// <param name="Message">What is wrong with it and what would be right.</param>
internal sealed record ConfigurationError(string File, int Line, string? Key, string Message)
{
    /// <summary>The error at a place.</summary>
    public ConfigurationError(Origin origin, string? key, string message)
        : this(origin.Source, origin.Line, key, message)
    {
    }

    /// <summary>The line that a person reads: <c>FILE:LINE: [Section] Key: message</c>.</summary>
    public override string ToString() => $"{new Origin(File, Line)}: {(Key is null ? "" : Key + ": ")}{Message}";
}
