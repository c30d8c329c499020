using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;

namespace EniAgent.Bench.Figures;

/// <summary>A <c>sync</c> with nothing to do, beside three dumps of the same tables by <c>ip</c>.</summary>
internal sealed class QuietSync : IFigure
{
    private const int Enis = 8;

    public string Name => "quiet-sync";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent, Enis);
        world.Run("sync");
        var series = await Rounds.RunAsync(
            setting.Rounds,
            ("eni-agent sync", () => Task.FromResult(world.Run("sync"))),
            ("ip address, ip route table all, ip rule", () => Task.FromResult(Dumps())));
        var before = world.Vpc.Metadata.RequestCount;
        world.Run("sync");
        var requests = world.Vpc.Metadata.RequestCount - before;
        var writes = KernelWrites.OfSync(world);
        var arguments = new[] { "sync", "--root", world.Root };
        return new Result
        {
            Name = Name,
            Title = "nothing to do, 8 ENIs × 30 addresses",
            Findings =
            [
                Finding.Of("`sync` with nothing to do, same size", series[0], series[1], limit: 2),
                Finding.Of("– its requests to metadata, of 2 + N", requests, "", limit: 2 + Enis),
                Finding.Of("– its writes to the kernel", writes, "", limit: 0),
            ],
            Series =
            [
                series[0] with
                {
                    PeakMemory = Wrapped.PeakMemory(world.Stage, world.Folder, setting.Agent, arguments),
                    SystemCalls = Wrapped.SystemCalls(world.Stage, world.Folder, setting.Agent, arguments),
                },
                series[1] with
                {
                    PeakMemory = Wrapped.PeakMemory(world.Stage, world.Folder, "ip", "route", "show", "table", "all"),
                    SystemCalls = Wrapped.SystemCalls(world.Stage, world.Folder, "ip", "address")
                        + Wrapped.SystemCalls(world.Stage, world.Folder, "ip", "route", "show", "table", "all")
                        + Wrapped.SystemCalls(world.Stage, world.Folder, "ip", "rule"),
                },
            ],
        };

        Use Dumps() => world.Stage.Run("ip", "address") + world.Stage.Run("ip", "route", "show", "table", "all") + world.Stage.Run("ip", "rule");
    }
}
