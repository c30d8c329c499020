using System.Text;
using EniAgent.Configuration;

namespace EniAgent.Tests.Documents;

/// <summary>The reference in docs/configuration.md is what the reader of the configuration goes by.</summary>
public class ConfigurationReferenceTests
{
    private const string Page = "docs/configuration.md", Start = "anew. -->\n", End = "<!-- end -->";

    /// <summary>ENI_AGENT_WRITE_GOLDEN=FOLDER writes the page as it must be to FOLDER/configuration.md, to be looked at and copied to docs.</summary>
    [Fact]
    public void It_has_every_section_and_key_with_meaning_values_and_default()
    {
        var page = RepositoryFolder.Read(Page);
        var (start, end) = (page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, page.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("ENI_AGENT_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "configuration.md"), page[..start] + Reference() + page[end..]);
        }

        Assert.Equal(Reference(), page[start..end]);
    }

    private static string Reference()
    {
        var text = new StringBuilder();
        foreach (var section in ConfigurationSchema.Sections)
        {
            text.Append($"\n### `{section.Header}`\n\n{section.Help}\n\n| key | meaning | values | default |\n|---|---|---|---|\n");
            foreach (var key in section.Keys)
            {
                var initial = key.Required ? "must be set" : key.Default.Length == 0 ? "–" : $"`{key.Default}`";
                text.Append($"| `{key.Name}` | {key.Help} | {string.Join(", ", key.Values.Split(" | ").Select(Value))} | {initial} |\n");
            }
        }

        return text.Append('\n').ToString();
    }

    // A word that is written as it stands, unlike a description of what may be written.
    private static string Value(string value) => value.Contains(' ', StringComparison.Ordinal) ? value : $"`{value}`";
}
