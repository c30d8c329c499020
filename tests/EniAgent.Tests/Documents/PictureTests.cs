using System.Xml.Linq;

namespace EniAgent.Tests.Documents;

/// <summary>The pictures of docs/how-it-decides.md, whose outputs are compared with the kernel's.</summary>
public class PictureTests
{
    /// <summary>The pictures.</summary>
    public static TheoryData<string> All => [.. Directory.EnumerateFiles(RepositoryFolder.PathOf("docs/pictures"), "*.svg").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_rule_route_and_address_in_it_is_one_of_the_outputs(string picture)
    {
        var page = RepositoryFolder.Read("docs/how-it-decides.md");
        var texts = XDocument.Parse(RepositoryFolder.Read($"docs/pictures/{picture}")).Descendants()
            .Where(element => element.Name.LocalName == "text" && element.Attribute("class")?.Value == "k").Select(element => element.Value).ToList();

        Assert.NotEmpty(texts);
        Assert.DoesNotContain(texts, text => !page.Contains(text, StringComparison.Ordinal));
        Assert.Contains($"(pictures/{picture})", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void It_can_be_read_on_a_dark_page_too_and_needs_nothing_from_elsewhere(string picture)
    {
        var text = RepositoryFolder.Read($"docs/pictures/{picture}");

        Assert.Contains("@media (prefers-color-scheme:dark)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http", text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
