using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EniAgent.Bench.Results;
using EniAgent.MicroBench;
using Perfolizer.Horology;

// Measures the pure parts by themselves, and puts the figures beside the others.
if (args is not [var document])
{
    Console.Error.WriteLine("usage: EniAgent.MicroBench DOCUMENT");
    return 2;
}

// In this process: nothing is to be built where it runs.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(100)))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(new StreamLogger(Path.Combine(AppContext.BaseDirectory, "log.txt")))
    .WithOptions(ConfigOptions.DisableLogFile)
    .WithArtifactsPath(AppContext.BaseDirectory);
Type[] all = [typeof(Planning), typeof(NetlinkCodec), typeof(MetadataParsing), typeof(RuleCover)];
var reports = all.SelectMany(type => BenchmarkRunner.Run(type, config).Reports).ToArray();
if (reports.FirstOrDefault(report => report.ResultStatistics is null) is { } failed)
{
    Console.Error.WriteLine($"{failed.BenchmarkCase.DisplayInfo} failed; see {AppContext.BaseDirectory}log.txt");
    return 1;
}

new ResultFolder(Path.ChangeExtension(document, null)).Write(new Result
{
    Name = "micro",
    Title = "the pure parts by themselves",
    Findings = [],
    Table = [["what", "of", "median", "half of the runs", "allocated"], .. reports.Select(Row)],
    Notes = ["By BenchmarkDotNet, a short job, compiled by the JIT: for comparing two states of the sources, not with the binary."],
});
return 0;

static string[] Row(BenchmarkReport report)
{
    var (benchmark, statistics) = (report.BenchmarkCase, report.ResultStatistics!);
    return
    [
        $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}",
        string.Join(", ", benchmark.Parameters.Items.Select(p => $"{p.Value} {p.Name.ToLowerInvariant()}")),
        Text.Value(statistics.Median / 1000, "µs"),
        $"{Text.Number(statistics.Q1 / 1000)} – {Text.Number(statistics.Q3 / 1000)}",
        Text.Value((report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0) / 1000d, "kB"),
    ];
}
