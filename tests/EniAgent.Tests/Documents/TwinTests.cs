using System.Text.RegularExpressions;

namespace EniAgent.Tests.Documents;

/// <summary>A document NAME.md and its Chinese twin NAME.zh-CN.md say the same.</summary>
public partial class TwinTests
{
    private const string Mark = ".zh-CN.md";

    /// <summary>The documents that have a twin.</summary>
    public static TheoryData<string> All => [.. Twins];

    private static IEnumerable<string> Twins =>
        new[] { "", "docs" }.SelectMany(folder => Directory.EnumerateFiles(RepositoryFolder.PathOf(folder), "*" + Mark).Select(path => Path.Combine(folder, Path.GetFileName(path))))
            .Select(path => path.Replace(Mark, ".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    [Fact]
    public void The_readme_is_among_them() => Assert.Contains("README.md", Twins);

    [Theory]
    [MemberData(nameof(All))]
    public void Both_lead_to_each_other_in_their_first_lines(string document)
    {
        var (english, chinese) = Read(document);
        var name = Path.GetFileName(document);

        Assert.Contains($"({name.Replace(".md", Mark, StringComparison.Ordinal)})", string.Join('\n', english.Split('\n')[..5]), StringComparison.Ordinal);
        Assert.Contains($"({name})", string.Join('\n', chinese.Split('\n')[..5]), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Both_have_the_same_headings_tables_and_lists(string document)
    {
        var (english, chinese) = Read(document);

        Assert.Equal(Shape(english), Shape(chinese));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Both_have_the_same_code_blocks_and_words_in_code(string document)
    {
        var (english, chinese) = Read(document);

        Assert.NotEmpty(Blocks(english));
        Assert.Equal(Blocks(english), Blocks(chinese));
        Assert.Equal(Words(english), Words(chinese));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Both_lead_to_the_same_places(string document)
    {
        var (english, chinese) = Read(document);

        Assert.Equal(Links(english), Links(chinese));
    }

    /// <summary>Between two Chinese characters an ASCII mark is a slip.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Chinese_is_written_with_its_own_punctuation(string document) => Assert.Empty(Slip().Matches(Read(document).Chinese).Select(match => match.Value));

    private static (string English, string Chinese) Read(string document) =>
        (RepositoryFolder.Read(document), RepositoryFolder.Read(document.Replace(".md", Mark, StringComparison.Ordinal)));

    // A letter a line that is a heading (by its level), a row of a table or an item of a list.
    private static string Shape(string text) => string.Concat(Fence().Replace(text, "").Split('\n').Select(line => line switch
    {
        ['#', .. var rest] => $"{rest.TakeWhile(c => c == '#').Count() + 1}",
        ['|', ..] => "|",
        ['-', ' ', ..] => "-",
        _ => "",
    }));

    private static List<string> Blocks(string text) => [.. Fence().Matches(text).Select(match => match.Value)];

    // Their order is that of the language.
    private static IEnumerable<string> Words(string text) => Code().Matches(Fence().Replace(text, "")).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);

    // Chinese pages lead to Chinese ones where there are any.
    private static IEnumerable<string> Links(string text) =>
        Link().Matches(text).Select(match => match.Groups[1].Value.Replace(Mark, ".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}[,;:.!?()]\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Slip();
}
