namespace EniAgent.Core.Wording;

/// <summary>
/// Something that is said to people: in English, as logs and JSON have it, and in Chinese for who wants that. Tables of them (…Words.cs) hold both beside each other.
/// Two are the same where their English is.
/// </summary>
/// <param name="english">In English.</param>
/// <param name="chinese">In Chinese.</param>
public sealed class Sentence(string english, string chinese)
{
    /// <summary>In English.</summary>
    public string English { get; } = english;

    /// <summary>In Chinese.</summary>
    public string Chinese { get; } = chinese;

    /// <summary>What the operating system or a file says: it stays as it is.</summary>
    public static Sentence AsIs(string text) => new(text, text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sentence other && English == other.English;

    /// <inheritdoc/>
    public override int GetHashCode() => English.GetHashCode(StringComparison.Ordinal);

    /// <summary>In English.</summary>
    public override string ToString() => English;
}
