using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using EniAgent.Monitoring;

namespace EniAgent.Tests.Monitoring;

public partial class PrometheusTextTests
{
    [Fact]
    public void Any_label_value_is_one_line_from_which_the_value_can_be_read_again() => Gen.String[Gen.Char["\\\"\n\r{}=,# aé—n\u0001"], 0, 20].Sample(value =>
    {
        var text = new PrometheusText();
        text.Sample("m", "label", value, 1);

        var match = Line().Match(Text(text));
        Assert.True(match.Success, Text(text));
        Assert.Equal(value, Escape().Replace(match.Groups[1].Value, escape => escape.Value switch { "\\n" => "\n", "\\\\" => "\\", _ => "\"" }));
    });

    [Theory]
    [InlineData(0, 0, "0")]
    [InlineData(0, 7, "0")]
    [InlineData(1234, 0, "1234")]
    [InlineData(1_767_323_045_678, 3, "1767323045.678")]
    [InlineData(1_767_323_045_000, 3, "1767323045")]
    [InlineData(5, 3, "0.005")]
    [InlineData(1050, 3, "1.05")]
    [InlineData(long.MaxValue, 0, "9223372036854775807")]
    public void A_number_is_written_in_full_and_without_zeros_that_say_nothing(long value, int decimals, string expected)
    {
        var text = new PrometheusText();
        text.Sample("m", value, decimals);

        Assert.Equal($"m {expected}\n", Text(text));
    }

    [Fact]
    public void A_family_is_a_help_line_and_a_type_line()
    {
        var text = new PrometheusText();
        text.Family("m_total", "counter", "One \\ line,\nand \"one\" more.");

        Assert.Equal("# HELP m_total One \\\\ line,\\nand \"one\" more.\n# TYPE m_total counter\n", Text(text));
    }

    [Fact]
    public void Whatever_is_written_has_room_and_is_forgotten_when_it_begins_anew()
    {
        var text = new PrometheusText();
        text.Sample("m", "label", new string('é', 100_000), 1);
        Assert.Equal("m{label=\"\"} 1\n".Length + 200_000, text.ToArray().Length);

        text.Clear();
        text.Sample("m", 1);
        Assert.Equal("m 1\n", Text(text));
    }

    private static string Text(PrometheusText text) => Encoding.UTF8.GetString(text.ToArray());

    [GeneratedRegex("""\Am\{label="((?:[^"\\\n]|\\[n"\\])*)"\} 1\n\z""")]
    private static partial Regex Line();

    [GeneratedRegex("""\\.""")]
    private static partial Regex Escape();
}
