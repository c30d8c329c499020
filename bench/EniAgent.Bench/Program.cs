using System.Diagnostics;
using EniAgent.Bench.Figures;
using EniAgent.Bench.Report;
using EniAgent.Bench.Results;
using EniAgent.Simulator;

// Measures the agent's binary, and writes raw results, pictures and tables of the document.
if (args is not [var agent, var document, var google, .. var rest])
{
    Console.Error.WriteLine($"usage: eni-bench AGENT DOCUMENT GOOGLE-ROOT [--full] [FIGURE...]; figures are {string.Join(", ", All.Figures.Select(f => f.Name))}");
    return 2;
}

var setting = new Setting(Path.GetFullPath(agent), rest.Contains("--full"), Directory.Exists(google) ? Path.GetFullPath(google) : null);
var wanted = rest.Where(word => word != "--full").ToArray();
var folder = new ResultFolder(Path.ChangeExtension(document, null));
await Vpc.CleanupAsync();
foreach (var figure in All.Figures.Where(f => wanted.Length > 0 ? wanted.Contains(f.Name) : f.IsQuick || setting.IsFull))
{
    var started = Stopwatch.GetTimestamp();
    var result = await figure.MeasureAsync(setting);
    folder.Write(result);
    if (result.Series.Length > 0 || result.Lines.Length > 0)
    {
        folder.WritePicture(result.Name, result.Lines.Length > 0 ? LinesChart.Draw(result) : RunsChart.Draw(result));
    }

    Console.WriteLine(FormattableString.Invariant($"{result.Name}: {result.Title} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s)"));
    foreach (var finding in result.Findings)
    {
        Console.WriteLine($"  {finding}");
    }
}

Document.Write(document, [.. All.Figures.Select(f => f.Name)], folder.Read());
return 0;
