using EniAgent.Reporting;

namespace EniAgent.Tests.Reporting;

public class ScreenTests
{
    [Theory]
    [InlineData(0, "1 2 3 4")]
    [InlineData(24, "1 2 3 4")]
    [InlineData(5, "1 2 3 4")]
    [InlineData(4, "1 2 (2)")]
    [InlineData(3, "1 (3)")]
    [InlineData(1, "(4)")]
    public void A_frame_leaves_the_last_row_to_the_cursor_and_says_how_many_lines_are_left_out(int height, string expected)
    {
        var frame = Screen.Frame("1\n2\n3\n4\n", height, count => $"({count})");

        Assert.StartsWith("\e[?7l\e[H", frame, StringComparison.Ordinal);
        Assert.EndsWith("\n\e[J\e[?7h", frame, StringComparison.Ordinal);
        Assert.Equal(expected.Split(' '), frame["\e[?7l\e[H".Length..^"\n\e[J\e[?7h".Length].Split('\n').Select(line => line.Replace("\e[K", "", StringComparison.Ordinal)));
    }
}
