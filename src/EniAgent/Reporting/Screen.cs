using System.Text;

namespace EniAgent.Reporting;

/// <summary>What is shown in place of what a terminal showed before (ECMA-48).</summary>
internal static class Screen
{
    private const string Home = "\e[H", RestOfLine = "\e[K", RestOfScreen = "\e[J";

    // A line that wraps would take more rows than it is counted for.
    private const string NoWrap = "\e[?7l", Wrap = "\e[?7h";

    /// <summary>
    /// Leaves the last frame to what comes: below it, for what the terminal shows for Ctrl-C is not where a prompt goes, and with the keys that the runtime's console
    /// has given another meaning (application mode) as they were.
    /// </summary>
    public const string End = "\n\e[?1l\e>";

    /// <summary>A text as a frame: from the upper left corner on, over what is there.</summary>
    /// <param name="text">Lines, each with its end.</param>
    /// <param name="height">The terminal's rows, of which the last one is the cursor's; 0 where it does not say.</param>
    /// <param name="more">What stands in place of so many lines for which there is no room.</param>
    public static string Frame(string text, int height, Func<int, string> more)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        var rows = height <= 0 ? lines.Length : Math.Max(2, height) - 1;
        if (lines.Length > rows)
        {
            lines = [.. lines.Take(rows - 1), more(lines.Length - rows + 1)];
        }

        var frame = new StringBuilder(NoWrap + Home);
        foreach (var line in lines)
        {
            frame.Append(line).Append(RestOfLine).Append('\n');
        }

        return frame.Append(RestOfScreen).Append(Wrap).ToString();
    }
}
