using System.Text;
using EniAgent.Configuration;

namespace EniAgent.Tests.Configuration;

/// <summary>The syntax of systemd.syntax(7), line by line.</summary>
public class IniDocumentTests
{
    [Fact]
    public void Every_assignment_knows_its_section_and_its_line()
    {
        var document = Parse("[Network]\nRpFilter=loose\n\n[Eni eth1]\nManage=no\n");

        Assert.Equal(["[Network] RpFilter=loose @2", "[Eni eth1] Manage=no @5"], Entries(document));
        Assert.Equal([1, 4], document.Sections.Select(section => section.Line));
    }

    [Theory]
    [InlineData("[Eni 52:54:00:bf:b3:51]", "Eni", "52:54:00:bf:b3:51")]
    [InlineData("[Eni  eth1 ]", "Eni", "eth1")]
    [InlineData("[Eni\t10.0.3.0/24]", "Eni", "10.0.3.0/24")]
    [InlineData("[Route the office]", "Route", "the office")]
    [InlineData("  [Network]  ", "Network", "")]
    [InlineData("[ Network ]", "Network", "")]
    public void A_header_is_a_kind_and_everything_after_it_is_the_name(string line, string kind, string name) =>
        Assert.Equal((kind, name), Parse(line).Sections.Select(section => (section.Kind, section.Name)).Single());

    [Theory]
    [InlineData("A=1", "A", "1")]
    [InlineData("  A \t =  1 2 \t", "A", "1 2")]
    [InlineData("A=", "A", "")]
    [InlineData("A=b=c", "A", "b=c")]
    [InlineData("A=\"1\"", "A", "\"1\"")]
    [InlineData("A=1 # one", "A", "1 # one")]
    [InlineData("A=1;2", "A", "1;2")]
    [InlineData("A=ä", "A", "ä")]
    public void A_value_is_all_behind_the_first_equals_sign_trimmed_and_nothing_in_it_is_a_comment(string line, string key, string value) =>
        Assert.Equal((key, value), Parse("[S]\n" + line).Entries.Select(entry => (entry.Key, entry.Value)).Single());

    [Fact]
    public void A_line_that_begins_with_a_hash_or_a_semicolon_is_a_comment() =>
        Assert.Equal(["[S] A=1 @5"], Entries(Parse("# x\n; [T]\n[S]\n  # B=2\nA=1\n\t;C=3\n")));

    [Fact]
    public void A_backslash_at_the_end_joins_the_next_line_and_becomes_a_space()
    {
        var document = Parse("[S]\nA=1h\\\n30min\nB=2\n");

        Assert.Equal(["[S] A=1h 30min @2", "[S] B=2 @4"], Entries(document));
    }

    [Theory]
    [InlineData("A=1\\\n# between\n;two\n2", "1 2")] // comments between are skipped
    [InlineData("A=1\\\n\nB=2", "1")] // an empty line ends it
    [InlineData("A=1\\\n  2", "1   2")] // leading white space of the next line stays
    [InlineData("A=1\\", "1")] // the end of the file ends it
    [InlineData("A=1\\\\\nB=2", "1\\\\")] // an even number of backslashes is no continuation
    [InlineData("A=1\\\\\\\n2", "1\\\\ 2")] // an odd one is
    [InlineData("A=1\\ \nB=2", "1\\")] // white space behind the backslash: no continuation
    [InlineData("A=1\\\r\n2\r\n", "1 2")] // CRLF does not hide it
    [InlineData("A=1\n#\\\nB=2", "1")] // a comment is never continued
    public void Continuation_follows_systemd(string lines, string value) =>
        Assert.Equal(value, Parse("[S]\n" + lines).Entries[0].Value);

    [Fact]
    public void A_comment_that_ends_in_a_backslash_does_not_swallow_the_next_line() =>
        Assert.Equal(["[S] B=2 @3"], Entries(Parse("[S]\n#\\\nB=2")));

    [Fact]
    public void Crlf_and_a_byte_order_mark_are_tolerated() =>
        Assert.Equal(["[S] A=1 @2"], Entries(Parse("\uFEFF[S]\r\nA=1\r\n")));

    [Fact]
    public void An_empty_file_is_an_empty_document()
    {
        var document = Parse("");

        Assert.Empty(document.Entries);
        Assert.Empty(document.Errors);
    }

    [Theory]
    [InlineData("[S]\nA", "f:2: 'A' is neither [Section] nor KEY=VALUE")]
    [InlineData("[S]\n=1", "f:2: no key before '='")]
    [InlineData("[S]\n\nA\\\nB", "f:3: 'A B' is neither [Section] nor KEY=VALUE")]
    [InlineData("A=1\n[S]", "f:1: 'A=1' stands before the first section")]
    [InlineData("[S", "f:1: '[S' is no section header: it ends with ']', and nothing follows")]
    [InlineData("[S] # x", "f:1: '[S] # x' is no section header: it ends with ']', and nothing follows")]
    [InlineData("[S][T]", "f:1: '[S][T]' is no section header: it ends with ']', and nothing follows")]
    [InlineData("[", "f:1: '[' is no section header: it ends with ']', and nothing follows")]
    [InlineData("[ ]", "f:1: a section without a name")]
    [InlineData("[S]\nA=\u001b[31m", "f:2: the control character U+001B")]
    [InlineData("[S]\nA=1\rB=2", "f:2: the control character U+000D")]
    [InlineData("[S]\n# fine\0", "f:2: a NUL byte: this is not a text file; the rest of it was not read")]
    public void What_is_no_syntax_is_an_error_with_its_line(string text, string error) =>
        Assert.Equal([error], Parse(text).Errors.Select(e => e.ToString()));

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'[', 0 }, 1)] // UTF-16
    [InlineData(new byte[] { (byte)'#', (byte)'\n', 0xc0, 0xaf }, 2)] // overlong
    [InlineData(new byte[] { (byte)'#', (byte)'\n', (byte)'#', 0xed, 0xa0, 0x80 }, 2)] // a surrogate, in a comment
    public void What_is_not_utf8_ends_the_reading_with_one_error(byte[] content, int line)
    {
        var error = Assert.Single(IniDocument.Parse("f", content).Errors);

        Assert.Equal($"f:{line}: {(content.Contains((byte)0) ? "a NUL byte" : "not valid UTF-8")}: this is not a text file; the rest of it was not read",
            error.ToString());
    }

    [Fact]
    public void The_keys_behind_a_broken_header_are_left_out_and_what_follows_is_read()
    {
        var document = Parse("[S]\nA=1\n[T\nB=2\n[U]\nC=3");

        Assert.Equal([3], document.Errors.Select(error => error.Line));
        Assert.Equal([("S", "A"), ("U", "C")], document.Entries.Select(entry => (entry.Section.Kind, entry.Key)));
    }

    [Fact]
    public void An_error_shows_a_long_line_cut_short() =>
        Assert.Equal(
            $"f:1: '{new string('x', 80)}…' is neither [Section] nor KEY=VALUE", Assert.Single(Parse(new string('x', 5000)).Errors).ToString());

    private static IniDocument Parse(string text) => IniDocument.Parse("f", Encoding.UTF8.GetBytes(text));

    private static string[] Entries(IniDocument document)
    {
        Assert.Empty(document.Errors);
        return [.. document.Entries.Select(entry => $"{entry.Section} {entry.Key}={entry.Value} @{entry.Line}")];
    }
}
