using System.Text.RegularExpressions;

namespace EniAgent.Tests.Documents;

/// <summary>What a document leads to is there.</summary>
public partial class LinkTests
{
    private static readonly IReadOnlyList<string> Documents =
    [
        .. Directory.EnumerateFiles(RepositoryFolder.PathOf("."), "*.md")
            .Concat(Directory.EnumerateFiles(RepositoryFolder.PathOf("docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(RepositoryFolder.PathOf("."), path)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Every document, by its path in the repository.</summary>
    public static TheoryData<string> All => [.. Documents];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_relative_link_leads_to_a_file_and_a_heading(string document)
    {
        var links = Link().Matches(RepositoryFolder.Read(document)).Select(link => link.Groups["to"].Value);

        Assert.DoesNotContain(links, link => !link.Contains("://", StringComparison.Ordinal) && !LeadsSomewhere(document, link));
    }

    [Fact]
    public void Every_document_is_in_the_index()
    {
        var index = RepositoryFolder.Read("docs/README.md");

        Assert.DoesNotContain(Documents, path => path.StartsWith("docs/", StringComparison.Ordinal) && path != "docs/README.md"
            && !index.Contains($"({path["docs/".Length..]})", StringComparison.Ordinal));
    }

    private static bool LeadsSomewhere(string document, string link)
    {
        var parts = link.Split('#');
        var path = parts[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0]);
        return parts.Length == 1 ? Path.Exists(RepositoryFolder.PathOf(path))
            : File.Exists(RepositoryFolder.PathOf(path)) && Heading().Matches(RepositoryFolder.Read(path)).Any(heading => AnchorOf(heading.Groups["text"].Value) == parts[1]);
    }

    // As GitHub makes them.
    private static string AnchorOf(string heading) => NotInAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
