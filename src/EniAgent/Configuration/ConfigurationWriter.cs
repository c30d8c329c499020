using System.Text.Json;
using System.Text.Json.Serialization;

namespace EniAgent.Configuration;

/// <summary>What <c>eni-agent config</c> prints: every value in effect and where it comes from.</summary>
internal static class ConfigurationWriter
{
    /// <summary>Writes columns for people, or one JSON object for programs.</summary>
    public static void Write(LoadedConfiguration configuration, TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new ConfigurationReport(configuration.Files, configuration.Values), ConfigurationJson.Default.ConfigurationReport));
            return;
        }

        string[][] rows =
        [
            ["SECTION", "KEY", "VALUE", "ORIGIN"],
            .. configuration.Values.Select(value => (string[])[value.Section, value.Key, value.Value.Length == 0 ? "-" : value.Value, value.Origin]),
        ];
        int[] widths = [.. Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length))];
        foreach (var row in rows)
        {
            output.WriteLine($"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadRight(widths[2])}  {row[3]}");
        }
    }
}

/// <summary>The object of <c>eni-agent config --json</c>.</summary>
/// <param name="Files">The files that were read, in order.</param>
/// <param name="Values">Every value in effect.</param>
internal sealed record ConfigurationReport(IReadOnlyList<string> Files, IReadOnlyList<EffectiveValue> Values);

/// <summary>The generated serializer: nothing is reflected upon at run time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ConfigurationReport))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
