using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;

namespace EniAgent.Bench.Figures;

/// <summary>
/// What a <c>sync</c> takes longer for everything being gone from the kernel, beside <c>ip -batch</c>: the difference of two syncs that read the same documents, one of
/// which has nothing to do. Planning, the ledger, verifying and asking for contact are in it.
/// </summary>
internal sealed class Apply : IFigure
{
    public string Name => "apply";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent);
        var batch = IpBatch.Of(await world.OutputAsync("plan", "--json"));
        var (add, delete) = (world.Write("add", batch.Add), world.Write("delete", batch.Delete));
        world.Run("sync");
        var series = await Rounds.RunAsync(
            setting.Rounds,
            ("eni-agent sync, all gone − nothing to do", () => Task.FromResult(Ours())),
            ("ip -batch", () => Task.FromResult(Theirs())));
        return new Result
        {
            Name = Name,
            Title = FormattableString.Invariant($"{batch.Add.Count} objects of 8 ENIs × 30 addresses made again"),
            Findings = [Finding.Of("the apply phase of that", series[0], series[1], limit: 1)],
            Series = series,
        };

        Use Ours()
        {
            Undo();
            return world.Run("sync") - world.Run("sync");
        }

        Use Theirs()
        {
            Undo();
            return world.Stage.Run("ip", "-batch", add);
        }

        // -force: with a link's last address the kernel takes the routes through it itself.
        void Undo() => world.Stage.Try("ip", "-force", "-batch", delete);
    }
}
