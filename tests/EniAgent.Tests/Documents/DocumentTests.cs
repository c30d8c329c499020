using System.Text.RegularExpressions;

namespace EniAgent.Tests.Documents;

/// <summary>The documents say which test shows what: those tests are there.</summary>
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

    private static bool Exists(string type, string method) =>
        Sources.Any(source => Regex.IsMatch(source, $@"\bclass {type}\b") && (method.Length == 0 || source.Contains($" {method}(", StringComparison.Ordinal)));

    [GeneratedRegex(@"`(?:(?<class>[A-Z]\w*(?:Tests|Properties))(?:\.(?<method>[A-Z]\w+))?|(?<method>[A-Z]\w*_\w+))`")]
    private static partial Regex Name();
}
