namespace EniAgent.Doctor;

/// <summary>How bad something is.</summary>
internal enum Level
{
    /// <summary>It was looked at, and is as it must be.</summary>
    Ok,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,

    /// <summary>It works now, or in part, and will not for ever.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,
}

/// <summary>What one check has found. Names and files are others', and a terminal obeys what is no text: control characters become '?'.</summary>
/// <param name="check">The check, as docs/doctor.md names it.</param>
/// <param name="level">How bad it is.</param>
/// <param name="subject">What it is about: an interface, a MAC, an address, a file.</param>
/// <param name="summary">What is the matter, in one sentence.</param>
/// <param name="evidence">By what it was seen, a line each.</param>
/// <param name="remedy">What to type, a command a line; empty where nothing is to be typed here.</param>
internal sealed class Finding(string check, Level level, string subject, string summary, IReadOnlyList<string> evidence, IReadOnlyList<string> remedy)
{
    public string Check { get; } = check;

    public Level Level { get; } = level;

    public string Subject { get; } = Plain(subject);

    public string Summary { get; } = Plain(summary);

    public IReadOnlyList<string> Evidence { get; } = [.. evidence.Select(Plain)];

    public IReadOnlyList<string> Remedy { get; } = [.. remedy.Select(Plain)];

    private static string Plain(string text)
    {
        var plain = text.ToCharArray();
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] = char.IsControl(plain[i]) && plain[i] != '\t' ? '?' : plain[i];
        }

        return new string(plain);
    }
}
