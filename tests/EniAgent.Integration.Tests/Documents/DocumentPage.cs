using System.Text.RegularExpressions;
using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests.Documents;

/// <summary>
/// A document and the commands that it has people type: the lines of its <c>sh</c> blocks, and what stands in code in columns of tables whose head says so.
/// A <c>text</c> block behind an <c>sh</c> block is what that prints.
/// </summary>
internal sealed partial class DocumentPage
{
    // Other heads name commands without asking for them.
    private static readonly string[] Heads = ["here is how to see it", "这样查看", "type"];

    private DocumentPage(string path, string text) => (Path, Text) = (path, text);

    /// <summary>Its path in the repository.</summary>
    public string Path { get; }

    /// <summary>All of it.</summary>
    public string Text { get; }

    /// <summary>The documents of the repository, in the order of their paths.</summary>
    public static IReadOnlyList<DocumentPage> All { get; } =
    [
        .. Directory.EnumerateFiles(AgentBinary.Repository, "*.md")
            .Concat(Directory.EnumerateFiles(System.IO.Path.Combine(AgentBinary.Repository, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => new DocumentPage(System.IO.Path.GetRelativePath(AgentBinary.Repository, file), File.ReadAllText(file)))
            .OrderBy(page => page.Path, StringComparer.Ordinal),
    ];

    /// <summary>Its <c>sh</c> blocks in their order: the lines, and the output that it shows for them all; null where it shows none.</summary>
    public IEnumerable<(IReadOnlyList<string> Commands, string? Output)> Blocks =>
        Block().Matches(Text).Select(block => (
            (IReadOnlyList<string>)[.. block.Groups["sh"].Value.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#'))],
            block.Groups["text"].Success ? block.Groups["text"].Value : null));

    /// <summary>The commands in its tables.</summary>
    public IEnumerable<string> InTables =>
        from table in Table().Matches(Text)
        let rows = table.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Trim('|').Split('|')).ToList()
        let column = Array.FindIndex(rows[0], head => Heads.Contains(head.Trim()))
        where column >= 0
        from row in rows.Skip(2)
        from code in Code().Matches(row[column])
        select code.Groups[1].Value;

    /// <summary>Its blocks that do not say what they are.</summary>
    public IEnumerable<string> Unmarked => Fence().Matches(Text).Where(fence => fence.Groups["info"].Length == 0).Select(fence => fence.Groups["body"].Value);

    [GeneratedRegex("^```sh\n(?<sh>.*?)^```\n(?:\n?```text\n(?<text>.*?)^```$)?", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^```(?<info>\w*)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?:^\|.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
