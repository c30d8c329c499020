using EniAgent.Core.Wording;

namespace EniAgent.Reporting;

/// <summary>
/// The language of what people read: English, or Chinese where the environment asks for it. Logs and JSON are English always.
/// Tables of texts (…Words.cs) hold both beside each other, so that none is ever without its twin.
/// </summary>
/// <param name="IsChinese">Chinese, or English.</param>
internal sealed record Language(bool IsChinese)
{
    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    public static Language English { get; } = new(false);

    public static Language Chinese { get; } = new(true);

    /// <summary>That of the environment.</summary>
    public static Language Current { get; } = Choose(Environment.GetEnvironmentVariable);

    /// <summary>Whether the environment wants UTF-8; without, nothing but ASCII can be read.</summary>
    public static bool IsUtf8 { get; } = WantsUtf8(Environment.GetEnvironmentVariable);

    /// <summary>Decides by LC_ALL, LC_MESSAGES and LANG; the first that is not empty counts. Where UTF-8 is not spoken Chinese could not be read.</summary>
    /// <param name="variable">The value of an environment variable; null for none.</param>
    public static Language Choose(Func<string, string?> variable)
    {
        var name = NameOf(variable)[0];
        var isChinese = name == "zh" || name.StartsWith("zh_", StringComparison.Ordinal);
        return isChinese && WantsUtf8(variable) ? Chinese : English;
    }

    /// <summary>Whether UTF-8 is spoken, by the same variables.</summary>
    /// <param name="variable">The value of an environment variable; null for none.</param>
    public static bool WantsUtf8(Func<string, string?> variable) =>
        NameOf(variable) is [_, var codeset] && codeset.Replace("-", "", StringComparison.Ordinal).Equals("utf8", StringComparison.OrdinalIgnoreCase);

    // language[_territory][.codeset][@modifier]
    private static string[] NameOf(Func<string, string?> variable) =>
        (Variables.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "").Split('@')[0].Split('.');

    /// <summary>What comes from below.</summary>
    public string Say(Sentence sentence) => IsChinese ? sentence.Chinese : sentence.English;

    /// <summary>One text in two languages.</summary>
    public string Say(string english, string chinese) => IsChinese ? chinese : english;
}
