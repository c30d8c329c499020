using System.Globalization;
using System.Security;
using System.Text;
using EniAgent.Bench.Results;

namespace EniAgent.Bench.Report;

/// <summary>Draws the runs of contestants as SVG: a row for each, ours in blue; a dot a run, a line at the median.</summary>
internal static class RunsChart
{
    private const int Left = 16, Width = 680, Top = 48, Row = 46;

    /// <summary>The text of the picture.</summary>
    public static string Draw(Result result)
    {
        var most = result.Series.Max(series => Quantile.Of(series.Values, 0.95)) * 1.1;
        var step = Step(most);
        var height = Top + (Row * result.Series.Length);
        var svg = new StringBuilder();
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width + (2 * Left)} {height + 28}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#333\">");
        Add($"<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        Add($"<text x=\"{Left}\" y=\"24\" font-size=\"14\">{SecurityElement.Escape(result.Title)}</text>");
        for (var x = 0d; x <= most; x += step)
        {
            Add($"<path d=\"M{X(x):0.#} {Top - 8}V{height}\" stroke=\"#ddd\"/><text x=\"{X(x):0.#}\" y=\"{height + 15}\" text-anchor=\"middle\">{x:0.##}{(x == 0 ? $" {result.Series[0].Unit}" : "")}</text>");
        }

        for (var i = 0; i < result.Series.Length; i++)
        {
            var (series, y, color) = (result.Series[i], Top + (Row * i), result.Series[i].Name.Contains("agent", StringComparison.Ordinal) ? "#06c" : "#c60");
            var median = Quantile.Median(series.Values);
            Add($"<text x=\"{Left}\" y=\"{y + 8}\">{SecurityElement.Escape(series.Name)}: {Text.Value(median, series.Unit)}</text>");

            // What is far out stands at the edge: a machine that does something else now and then must not squeeze all the rest together.
            foreach (var value in series.Values)
            {
                Add($"<circle cx=\"{X(Math.Min(value, most)):0.#}\" cy=\"{y + 24}\" r=\"3.5\" fill=\"{color}\" fill-opacity=\"0.35\"/>");
            }

            Add($"<path d=\"M{X(median):0.#} {y + 14}v20\" stroke=\"{color}\" stroke-width=\"2\"/>");
        }

        Add($"</svg>");
        return svg.ToString();

        void Add(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        double X(double value) => Left + 4 + ((Width - 8) * Math.Max(value, 0) / most);
    }

    // 1, 2 or 5 times a power of ten, so that there are up to ten steps.
    private static double Step(double most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most, 1e-6) / 10)));
        return power * new[] { 1, 2, 5, 10 }.First(times => 10 * power * times >= most);
    }
}
