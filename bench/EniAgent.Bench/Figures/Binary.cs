using EniAgent.Bench.Results;

namespace EniAgent.Bench.Figures;

/// <summary>The binary's size.</summary>
internal sealed class Binary : IFigure
{
    public string Name => "binary";

    public bool IsQuick => true;

    public Task<Result> MeasureAsync(Setting setting) => Task.FromResult(new Result
    {
        Name = Name,
        Title = "the static binary",
        Findings = [Finding.Of("binary", new FileInfo(setting.Agent).Length / 1e6, "MB", limit: 12)],
    });
}
