using System.Text;
using System.Text.RegularExpressions;
using EniAgent.Configuration;
using EniAgent.Core.Addressing;
using EniAgent.Core.Options;

namespace EniAgent.Tests.Configuration;

/// <summary>docs/eni-agent.conf.example says what the reader does.</summary>
public partial class ExampleFileTests
{
    private static readonly string Example = RepositoryFolder.Read("docs/eni-agent.conf.example");

    [Fact]
    public void Every_section_and_key_stands_in_it_with_its_help_its_values_and_its_default()
    {
        var body = Example[Example.IndexOf("\n\n", StringComparison.Ordinal)..];
        var expected = new StringBuilder();
        foreach (var section in ConfigurationSchema.Sections)
        {
            expected.Append($"\n\n# {section.Help}\n{(section.Name is null ? section.Header : $"#[{section.Kind}")}");
            foreach (var key in section.Keys)
            {
                expected.Append($"\n\n# {key.Help}\n# {key.Values}\n#{key.Name}={key.Default}");
            }
        }

        // The named sections have examples for what has no default.
        var shown = NamedHeader().Replace(body, "$1");
        Assert.Equal(expected.ToString(), Sample().Replace(shown, "$1").TrimEnd('\n'));
    }

    [Fact]
    public void As_it_stands_it_changes_nothing()
    {
        using var folder = new ConfigurationFolder().With(Example);

        ConfigurationFolder.AssertSame(new AgentOptions(), folder.Loaded().Options);
    }

    [Fact]
    public void With_every_key_taken_in_it_is_the_defaults_and_the_examples()
    {
        using var folder = new ConfigurationFolder().With(Commented().Replace(Example, "$1"));

        ConfigurationFolder.AssertSame(new AgentOptions
        {
            Enis = [new EniOptions(ConfigurationFolder.Selector("52:54:00:bf:b3:51"), Manage: true)],
            Routes = [new RouteOptions("office", IpPrefix.Parse("192.168.0.0/16"), ConfigurationFolder.Selector("10.0.3.0/24"), IpAddress.Parse("10.0.3.1"))],
        }, folder.Loaded().Options);
    }

    [GeneratedRegex(@"^#(\S+=.*|\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex Commented();

    [GeneratedRegex(@"^(#\[\w+) .*\]$", RegexOptions.Multiline)]
    private static partial Regex NamedHeader();

    [GeneratedRegex(@"^(#(?:Destination|Eni|Gateway)=).*$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
