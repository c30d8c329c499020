namespace EniAgent.Reporting;

/// <summary>Colour (https://no-color.org) and symbols on a terminal, and nowhere else.</summary>
/// <param name="UseColour">Whether to colour.</param>
/// <param name="UseSymbols">Whether it shows more than ASCII.</param>
internal sealed record Terminal(bool UseColour, bool UseSymbols = false)
{
    /// <summary>Standard output as it is.</summary>
    public static Terminal Output { get; } = Choose(Console.IsOutputRedirected, Environment.GetEnvironmentVariable("NO_COLOR"), Language.IsUtf8);

    /// <summary>Decides about colour and symbols.</summary>
    /// <param name="isRedirected">Whether the output leads elsewhere than to a terminal.</param>
    /// <param name="noColour">The value of NO_COLOR; anything but nothing means no.</param>
    /// <param name="isUtf8">Whether UTF-8 is spoken.</param>
    public static Terminal Choose(bool isRedirected, string? noColour, bool isUtf8) =>
        new(!isRedirected && string.IsNullOrEmpty(noColour), !isRedirected && isUtf8);

    /// <summary>How many columns are written to.</summary>
    public const int Width = 80;

    /// <summary>Writes a complaint in red: a label and a text, whose further lines stand below its first one.</summary>
    public void WriteWrapped(TextWriter output, string label, string text)
    {
        var start = label;
        var indent = Columns.WidthOf(label);
        foreach (var line in Columns.Wrap(text, Width - indent))
        {
            output.WriteLine(Red(start + line));
            start = new string(' ', indent);
        }
    }

    public string Green(string text) => Paint(text, "32");

    public string Yellow(string text) => Paint(text, "33");

    public string Red(string text) => Paint(text, "31");

    public string Bold(string text) => Paint(text, "1");

    public string Dim(string text) => Paint(text, "2");

    private string Paint(string text, string code) => UseColour ? $"\e[{code}m{text}\e[0m" : text;
}
