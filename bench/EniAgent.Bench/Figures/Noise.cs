using System.Diagnostics;
using System.Globalization;
using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;
using EniAgent.Simulator;

namespace EniAgent.Bench.Figures;

/// <summary>What is nobody's concern: containers that come and go, and thousands of routes of a routing daemon.</summary>
internal sealed class Noise : IFigure
{
    private const int Veths = 1000;
    private const int Routes = 12_000;

    public string Name => "noise";

    public bool IsQuick => false;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent);
        await using var elsewhere = await World.CreateAsync(setting.Agent);
        await using var through = await World.CreateAsync(setting.Agent);
        foreach (var each in new[] { world, elsewhere, through })
        {
            each.Run("sync");
        }

        await elsewhere.Guest.IpAsync("link add noise0 type veth peer name noise1", "link set noise0 up", "link set noise1 up");
        await AddRoutesAsync(elsewhere, "noise0");
        await AddRoutesAsync(through, "eth0");
        var series = await Rounds.RunAsync(
            setting.Rounds,
            ("eni-agent sync, nothing to do, 12,000 foreign routes through another device", () => Task.FromResult(elsewhere.Run("sync"))),
            ("eni-agent sync, nothing to do, 12,000 foreign routes through an ENI", () => Task.FromResult(through.Run("sync"))),
            ("the same without them", () => Task.FromResult(world.Run("sync"))));
        var (ours, monitor, rate) = await VethsAsync(world);
        return new Result
        {
            Name = Name,
            Title = "foreign noise, 8 ENIs × 30 addresses",
            Findings =
            [
                Finding.Of("12,000 foreign routes through another device, a quiet sync", series[0], series[2], limit: 1.1),
                Finding.Of("– through an ENI", series[1], series[2], limit: 1.1),
                Finding.Of("2,000 veths a minute, of a core", ours, "%", limit: 1) with { Against = "ip monitor", Theirs = Text.Value(monitor, "%") },
            ],
            Series = series,
            Notes = [FormattableString.Invariant($"Veths came and went at a rate of {rate:0} a minute.")],
        };
    }

    private static Task AddRoutesAsync(World world, string device) => world.Guest.IpAsync(Enumerable.Range(0, Routes).Select(
        i => string.Create(CultureInfo.InvariantCulture, $"route add 172.{16 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}/32 dev {device} proto bird")));

    // The daemon's share of a core while veths come and go, with its polls; and that of who merely listens.
    private static async Task<(double Daemon, double Monitor, double Rate)> VethsAsync(World world)
    {
        await using var daemon = await Daemon.StartAsync(world);
        await using var monitor = GuestProcess.Start(world.Guest, "ip", ["monitor", "link", "address", "route", "rule"]);
        await daemon.PollsAsync(2);
        var (before, heard, started) = (daemon.State, ProcessState.Of(monitor.Id), Stopwatch.GetTimestamp());
        await using var veths = await GuestProcess.RunAsync(
            world.Guest,
            "sh",
            ["-c", $"""
             i=0; while [ $i -lt {Veths} ]; do
                 echo "link add v$i type veth peer name w$i"; echo "link del v$i"
                 sleep 0.025; i=$((i+1))
             done | ip -batch -
             """],
            timeout: TimeSpan.FromMinutes(3));
        var time = Stopwatch.GetElapsedTime(started);
        if (veths.ExitCode != 0)
        {
            throw new InvalidOperationException(veths.StandardError);
        }

        var (after, heardAll) = (daemon.State, ProcessState.Of(monitor.Id));
        return (
            100 * (after.Processor - before.Processor) / time.TotalMilliseconds,
            100 * (heardAll.Processor - heard.Processor) / time.TotalMilliseconds,
            Veths / time.TotalMinutes);
    }
}
