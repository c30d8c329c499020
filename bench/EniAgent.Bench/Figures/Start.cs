using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;

namespace EniAgent.Bench.Figures;

/// <summary>A daemon that starts where all is well, from exec to READY=1: one that knows nothing, beside curl that reads the same documents; one that is started again; and the same binary that only says its version.</summary>
internal sealed class Start : IFigure
{
    public string Name => "start";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent);
        world.Run("sync");
        using var manager = new ServiceManager(Path.Combine(world.Folder, "notify"));
        var before = world.Vpc.Metadata.RequestCount;
        await FirstAsync();
        var documents = world.Vpc.Metadata.Requests.Skip(before).Select(request => request.Path).ToArray();
        var urls = world.Write("urls", documents.SelectMany(path => new[] { $"url = http://169.254.0.23{path}", "output = /dev/null" }));
        var series = await Rounds.RunAsync(
            setting.Rounds,
            ("eni-agent daemon, the first one", FirstAsync),
            ("curl, the same documents", () => Task.FromResult(world.Stage.Run("curl", "-s", "-K", urls))),
            ("eni-agent daemon, started again", ReadyAsync),
            ("eni-agent --version", () => Task.FromResult(world.Stage.Run(setting.Agent, "--version"))));
        var beyond = Quantile.Median(series[0].Values.Zip(series[1].Values, (ready, metadata) => ready - metadata));
        return new Result
        {
            Name = Name,
            Title = "from exec to READY=1, all being well",
            Findings =
            [
                Finding.Of("start to READY, less what curl takes for the same documents", beyond, "ms", limit: 30) with
                {
                    Against = series[3].Name,
                    Theirs = Text.Value(Quantile.Median(series[3].Values), "ms"),
                },
                Finding.Of("– started again: it remembers, and waits for no metadata", Quantile.Median(series[2].Values), "ms", limit: 30) with
                {
                    Against = series[3].Name,
                    Theirs = Text.Value(Quantile.Median(series[3].Values), "ms"),
                },
            ],
            Series = series,
            Notes = [FormattableString.Invariant($"The first daemon was ready after {documents.Length} requests to metadata.")],
        };

        Task<Use> FirstAsync()
        {
            world.ClearRoot();
            return ReadyAsync();
        }

        Task<Use> ReadyAsync() => manager.UntilReadyAsync(world.Stage, setting.Agent, "daemon", "--root", world.Root);
    }
}
