using EniAgent.Reporting;

namespace EniAgent.Tests.Reporting;

/// <summary>A text as it must be. ENI_AGENT_WRITE_GOLDEN=FOLDER writes what is there instead, to be looked at.</summary>
internal static class Golden
{
    public static void Matches(string name, string actual) => Matches("Reporting/Texts", name, actual);

    /// <summary>Compares.</summary>
    /// <param name="place">The folder of the texts.</param>
    /// <param name="name">The text's file.</param>
    /// <param name="actual">What there is.</param>
    public static void Matches(string place, string name, string actual)
    {
        if (Environment.GetEnvironmentVariable("ENI_AGENT_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(Path.Combine(folder, place));
            File.WriteAllText(Path.Combine(folder, place, name), actual);
            return;
        }

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, place, name)), actual);
    }

    /// <summary>The lines that a person with an ordinary terminal would see broken.</summary>
    public static IEnumerable<string> TooLong(string text) => text.Split('\n').Where(line => Columns.WidthOf(line) > 80);
}
