using EniAgent.Bench.Results;
using EniAgent.Bench.Worlds;

namespace EniAgent.Bench.Figures;

/// <summary>A daemon to which nothing happens: what it holds, and what a poll costs.</summary>
internal sealed class IdleDaemon : IFigure
{
    private const int Enis = 8;

    public string Name => "idle";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent, Enis);
        world.Configure("[Agent]\nPollInterval = 1s\n");
        await using var daemon = await Daemon.StartAsync(world);

        // In its first polls it still reads for the first time what is read now and then.
        await daemon.PollsAsync(5);
        var (before, asked, polls) = (daemon.State, world.Vpc.Metadata.RequestCount, setting.Rounds);
        await daemon.PollsAsync(polls);
        var (after, requests) = (daemon.State, world.Vpc.Metadata.RequestCount - asked);
        return new Result
        {
            Name = Name,
            Title = FormattableString.Invariant($"idle with 8 ENIs × 30 addresses, {polls} polls"),
            Findings =
            [
                Finding.Of("idle daemon, 8 × 30: PSS", after.Pss, "MB", limit: 15),
                Finding.Of("– private dirty", after.PrivateDirty, "MB", limit: 6),
                Finding.Of("– processor time a poll", (after.Processor - before.Processor) / polls, "ms", limit: 1),
                Finding.Of("– requests a poll, of 1 + N", (double)requests / polls, "", limit: 1 + Enis),
                Finding.Of("– wake-ups of its threads a poll", (double)after.WakeupsSince(before) / polls, ""),
            ],
        };
    }
}
