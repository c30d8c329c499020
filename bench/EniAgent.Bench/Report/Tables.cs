using EniAgent.Bench.Results;

namespace EniAgent.Bench.Report;

/// <summary>Results as tables of Markdown.</summary>
internal static class Tables
{
    /// <summary>The table of all figures.</summary>
    public static IEnumerable<string> All(IReadOnlyList<Result> results)
    {
        yield return "| figure | ours | against | theirs | result | target | |";
        yield return "|---|---|---|---|---|---|---|";
        foreach (var finding in results.SelectMany(result => result.Findings))
        {
            var value = Text.Value(finding.Value, finding.Unit);
            var ours = finding.Ours == value ? "" : finding.Ours;
            yield return $"| {finding.What} | {ours} | {finding.Against} | {finding.Theirs} | **{value}** | {Target(finding)} | {Verdict(finding)} |";
        }
    }

    /// <summary>One figure: its runs, its picture, its notes.</summary>
    public static IEnumerable<string> One(Result result)
    {
        if (result.Series.Length > 0)
        {
            yield return "";
            yield return "| | median | half of the runs | processor | switches | system calls | peak memory |";
            yield return "|---|---|---|---|---|---|---|";
            foreach (var series in result.Series)
            {
                yield return $"| {series.Name} | {Text.Value(Quantile.Median(series.Values), series.Unit)} "
                    + $"| {Text.Number(Quantile.Of(series.Values, 0.25))} – {Text.Number(Quantile.Of(series.Values, 0.75))} "
                    + $"| {Known(series.Processor, "ms")} | {Known(series.Switches, "")} | {Known(series.SystemCalls, "")} | {Known(series.PeakMemory * 1024 / 1e6, "MB")} |";
            }

            yield return "";
            yield return $"![{result.Title}](performance/{result.Name}.svg)";
        }

        if (result.Table is [var head, .. var rows])
        {
            yield return "";
            yield return Row(head);
            yield return Row(head.Select(_ => "---"));
            foreach (var row in rows)
            {
                yield return Row(row);
            }
        }

        if (result.Lines.Length > 0)
        {
            yield return "";
            yield return $"![{result.Title}](performance/{result.Name}.svg)";
        }

        yield return "";
        yield return string.Join(' ', result.Notes.Append($"{Runs(result)}{result.Day:yyyy-MM-dd}, {result.Machine}."));
        yield return "";
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Runs(Result result) => result.Series.Length > 0 ? FormattableString.Invariant($"{result.Series[0].Values.Length} runs in turn, ") : "";

    private static string Known(double? value, string unit) => value is { } known ? Text.Value(known, unit) : "";

    private static string Target(Finding finding) => finding.Limit is { } limit ? $"≤ {Text.Value(limit, finding.Unit)}" : "";

    private static string Verdict(Finding finding) => finding.IsMet switch { true => "✓", false => "**missed**", null => "" };
}
