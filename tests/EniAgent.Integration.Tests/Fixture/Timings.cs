using System.Globalization;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>What was measured, a line a time, in the file that whoever runs all tests asked for (build/test.sh prints it); nowhere unless asked for.</summary>
internal static class Timings
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "ENI_AGENT_TIMINGS";

    private static readonly Lock Gate = new();

    /// <summary>Adds a line, as <c>hot attach 34 ms</c>.</summary>
    public static string Add(string what, TimeSpan time)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{what} {Math.Round(time.TotalMilliseconds)} ms");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
        {
            lock (Gate)
            {
                File.AppendAllText(file, line + "\n");
            }
        }
        return line;
    }
}
