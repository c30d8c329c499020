namespace EniAgent.Simulator.CommandLine;

/// <summary>Plain colours, only on a terminal and not with NO_COLOR.</summary>
internal static class Terminal
{
    private static readonly bool Coloured =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    internal static string Bold(string text) => Paint("1", text);

    internal static string Dim(string text) => Paint("2", text);

    internal static string Green(string text) => Paint("32", text);

    internal static string Red(string text) => Paint("31", text);

    internal static string Yellow(string text) => Paint("33", text);

    internal static string Cyan(string text) => Paint("36", text);

    private static string Paint(string code, string text) => Coloured ? $"\e[{code}m{text}\e[0m" : text;
}
