using System.Globalization;
using System.Text;

namespace EniAgent.Chaos.Soak;

/// <summary>Draws figures over time as SVG: a panel for each, and what it may not exceed as a dashed line.</summary>
internal static class Chart
{
    private const int Columns = 2, PanelWidth = 460, PanelHeight = 200, Head = 46;
    private const int Left = 52, Top = 42, Width = PanelWidth - Left - 18, Height = PanelHeight - Top - 36;

    // As many as can be told apart.
    private const int MostPoints = 300;

    /// <summary>The text of the picture.</summary>
    /// <param name="title">What stands above all.</param>
    /// <param name="samples">The figures.</param>
    public static string Draw(string title, IReadOnlyList<Sample> samples)
    {
        var rows = (Series.All.Count + Columns - 1) / Columns;
        var svg = new StringBuilder();
        svg.Append(Invariant(
            $"""
             <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Columns * PanelWidth} {Head + (rows * PanelHeight)}" font-family="sans-serif" font-size="11" fill="#333">
             <rect width="100%" height="100%" fill="#fff"/>
             <text x="{Left}" y="28" font-size="16">{title}</text>

             """));
        for (var i = 0; i < Series.All.Count; i++)
        {
            svg.Append(Invariant($"<g transform=\"translate({i % Columns * PanelWidth} {Head + (i / Columns * PanelHeight)})\">\n"));
            Panel(svg, Series.All[i], samples);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(StringBuilder svg, Series series, IReadOnlyList<Sample> samples)
    {
        var (last, finding) = (samples[^1].Minutes, Judge.Find(series, samples));
        var most = samples.Max(sample => Math.Max(series.Value(sample), series.Allowed?.Invoke(sample) ?? 0));
        var (step, minutes) = (Step(most), Step(last));
        var top = step * Math.Max(1, Math.Ceiling(most / step));
        svg.Append(Invariant($"<text x=\"{Left}\" y=\"16\" font-size=\"13\">{series.Title}</text>\n"));
        if (finding is not null)
        {
            svg.Append(Invariant($"<text x=\"{Left}\" y=\"32\" fill=\"{(finding.IsWell ? "#777" : "#c00")}\">{finding.Words}</text>\n"));
        }

        for (var y = 0d; y <= top; y += step)
        {
            svg.Append(Invariant($"<path d=\"M{Left} {Y(y):0.#}h{Width}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(y) + 4:0.#}\" text-anchor=\"end\">{y:0.##}</text>\n"));
        }

        for (var x = 0d; x <= last; x += minutes)
        {
            svg.Append(Invariant($"<text x=\"{X(x):0.#}\" y=\"{Top + Height + 15}\" text-anchor=\"middle\">{x:0.##}{(x == 0 ? " min" : "")}</text>\n"));
        }

        var shown = samples.Where((_, i) => i % (1 + (samples.Count / MostPoints)) == 0 || i == samples.Count - 1).ToList();
        if (series.Allowed is { } allowed)
        {
            Line(allowed, "stroke=\"#c60\" stroke-dasharray=\"4 3\"");
        }

        Line(series.Value, "stroke=\"#06c\" stroke-width=\"1.5\"");

        double X(double at) => Left + (Width * at / last);

        double Y(double value) => Top + Height - (Height * value / top);

        void Line(Func<Sample, double> value, string style) =>
            svg.Append(Invariant($"<polyline fill=\"none\" {style} points=\"{string.Join(' ', shown.Select(sample => Invariant($"{X(sample.Minutes):0.#},{Y(value(sample)):0.#}")))}\"/>\n"));
    }

    // 1, 2 or 5 times a power of ten, so that there are up to five steps.
    private static double Step(double most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most, 1e-3) / 5)));
        return power * new[] { 1, 2, 5, 10 }.First(times => 5 * power * times >= most);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
