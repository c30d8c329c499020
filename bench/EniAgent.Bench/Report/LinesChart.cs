using System.Globalization;
using System.Security;
using System.Text;
using EniAgent.Bench.Results;

namespace EniAgent.Bench.Report;

/// <summary>Draws figures by the number of something as SVG, both axes logarithmic: what is linear has the slope of the dashed lines.</summary>
internal static class LinesChart
{
    private const int Left = 72, Top = 44, Width = 620, Height = 340;

    private static readonly string[] Colors = ["#06c", "#c60", "#393", "#939"];

    /// <summary>The text of the picture.</summary>
    public static string Draw(Result result)
    {
        var (right, high) = (Decade(result.Lines.Max(line => line.X.Max())), Decade(result.Lines.Max(line => line.Y.Max())));
        var svg = new StringBuilder();
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Left + Width + 32} {Top + Height + 40}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#333\">");
        Add($"<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        Add($"<text x=\"{Left}\" y=\"24\" font-size=\"14\">{SecurityElement.Escape(result.Title)}</text>");
        for (var decade = 0; decade <= high; decade++)
        {
            Add($"<path d=\"M{Left} {Y(decade):0.#}h{Width}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(decade) + 4:0.#}\" text-anchor=\"end\">{Math.Pow(10, decade):N0} ms</text>");
        }

        for (var decade = 0; decade <= right; decade++)
        {
            Add($"<path d=\"M{X(decade):0.#} {Top}v{Height}\" stroke=\"#ddd\"/><text x=\"{X(decade):0.#}\" y=\"{Top + Height + 16}\" text-anchor=\"middle\">{Math.Pow(10, decade):N0}{(decade == 0 ? " objects" : "")}</text>");
            Add($"<path d=\"M{X(decade):0.#} {Y(0):0.#}L{X(Math.Min(right, decade + high)):0.#} {Y(Math.Min(high, right - decade)):0.#}\" stroke=\"#ccc\" stroke-dasharray=\"3 4\"/>");
        }

        foreach (var (line, i) in result.Lines.Select((line, i) => (line, i)))
        {
            var points = line.X.Zip(line.Y).OrderBy(p => p.First).Select(p => (X: X(Math.Log10(p.First)), Y: Y(Math.Log10(p.Second)))).ToArray();
            Add($"<text x=\"{Left + 12}\" y=\"{Top + 18 + (16 * i)}\" fill=\"{Colors[i]}\">{SecurityElement.Escape(line.Name)}</text>");
            Add($"<polyline fill=\"none\" stroke=\"{Colors[i]}\" stroke-width=\"1.5\" points=\"{string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.#},{p.Y:0.#}")))}\"/>");
            foreach (var (x, y) in points)
            {
                Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3\" fill=\"{Colors[i]}\"/>");
            }
        }

        Add($"</svg>");
        return svg.ToString();

        void Add(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

        double X(double decade) => Left + (Width * decade / right);

        double Y(double decade) => Top + Height - (Height * decade / high);
    }

    private static double Decade(double value) => Math.Ceiling(Math.Log10(value));
}
