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

    /// <summary>Decides by LC_ALL, LC_MESSAGES and LANG; the first that is not empty counts. Where UTF-8 is not spoken Chinese could not be read.</summary>
    /// <param name="variable">The value of an environment variable; null for none.</param>
    public static Language Choose(Func<string, string?> variable)
    {
        var locale = Variables.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";

        // language[_territory][.codeset][@modifier]
        var name = locale.Split('@')[0].Split('.');
        var isChinese = name[0] == "zh" || name[0].StartsWith("zh_", StringComparison.Ordinal);
        var isUtf8 = name.Length == 2 && name[1].Replace("-", "", StringComparison.Ordinal).Equals("utf8", StringComparison.OrdinalIgnoreCase);
        return isChinese && isUtf8 ? Chinese : English;
    }

    /// <summary>One text in two languages.</summary>
    public string Say(string english, string chinese) => IsChinese ? chinese : english;
}
