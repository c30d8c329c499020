namespace EniAgent.Tests.Reporting;

/// <summary>A text as it must be, in Reporting/Texts. ENI_AGENT_WRITE_GOLDEN=FOLDER writes what is there instead, to be looked at.</summary>
internal static class Golden
{
    public static void Matches(string name, string actual)
    {
        if (Environment.GetEnvironmentVariable("ENI_AGENT_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, name), actual);
        }

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reporting", "Texts", name)), actual);
    }

    /// <summary>The lines that a person with an ordinary terminal would see broken.</summary>
    public static IEnumerable<string> TooLong(string text) => text.Split('\n').Where(line => line.Length > 80);
}
