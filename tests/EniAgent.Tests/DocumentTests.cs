using System.Text.RegularExpressions;

namespace EniAgent.Tests;

/// <summary>What documents refer to is there: the tests that show what they say, and the files that they link to.</summary>
public partial class DocumentTests
{
    private static readonly IReadOnlyList<string> Sources =
        [.. Directory.EnumerateFiles(RepositoryFolder.PathOf("tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];

    [Theory]
    [InlineData("docs/reliability.md")]
    [InlineData("docs/threat-model.md")]
    public void Every_test_that_it_names_exists(string document)
    {
        var named = new List<(string Class, string Method)>();
        foreach (Match name in Name().Matches(RepositoryFolder.Read(document)))
        {
            // A method alone is the class's that was named last.
            named.Add((name.Groups["class"].Success ? name.Groups["class"].Value : named[^1].Class, name.Groups["method"].Value));
        }

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, test => !Exists(test.Class, test.Method));
    }

    [Theory]
    [InlineData("docs/building.md")]
    [InlineData("docs/performance.md")]
    [InlineData("docs/reliability.md")]
    public void Every_file_that_it_links_to_exists(string document)
    {
        var folder = Path.GetDirectoryName(RepositoryFolder.PathOf(document))!;
        var linked = Link().Matches(RepositoryFolder.Read(document)).Select(link => link.Groups["path"].Value).ToList();

        Assert.NotEmpty(linked);
        Assert.DoesNotContain(linked, path => !File.Exists(Path.Combine(folder, path)));
    }

    private static bool Exists(string type, string method) =>
        Sources.Any(source => Regex.IsMatch(source, $@"\bclass {type}\b") && (method.Length == 0 || source.Contains($" {method}(", StringComparison.Ordinal)));

    [GeneratedRegex(@"\]\((?<path>[^):#]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?:(?<class>[A-Z]\w*(?:Tests|Properties))(?:\.(?<method>[A-Z]\w+))?|(?<method>[A-Z]\w*_\w+))`")]
    private static partial Regex Name();
}
