namespace EniAgent.Reporting;

/// <summary>Colour on a terminal, and nowhere else (https://no-color.org).</summary>
/// <param name="UseColour">Whether to colour.</param>
internal sealed record Terminal(bool UseColour)
{
    /// <summary>Standard output as it is.</summary>
    public static Terminal Output { get; } =
        new(!Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public string Green(string text) => Paint(text, "32");

    public string Yellow(string text) => Paint(text, "33");

    public string Red(string text) => Paint(text, "31");

    public string Bold(string text) => Paint(text, "1");

    public string Dim(string text) => Paint(text, "2");

    private string Paint(string text, string code) => UseColour ? $"\e[{code}m{text}\e[0m" : text;
}
