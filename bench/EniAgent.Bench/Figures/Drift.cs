using System.Diagnostics;
using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;
using EniAgent.Netlink;
using EniAgent.Simulator;

namespace EniAgent.Bench.Figures;

/// <summary>A rule that somebody deletes, until it is back, beside <c>ip monitor rule</c> piped into a shell that adds it again.</summary>
internal sealed class Drift : IFigure
{
    // More than five repairs in two seconds are a fight, and held back.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(600);

    public string Name => "drift";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent);
        await using var other = await World.CreateAsync(setting.Agent);
        other.Run("sync");
        await using var daemon = await Daemon.StartAsync(world);
        var rule = await RuleAsync(other);
        await using var pipe = GuestProcess.Start(other.Guest, "sh", ["-c", $$"""
            ip monitor rule | while read -r line; do
                case "$line" in Deleted*) ip rule add {{rule}} ;; esac
            done
            """]);
        var series = await Rounds.RunAsync(
            setting.Rounds,
            ("eni-agent daemon", () => DeleteAsync(world)),
            ("ip monitor rule, and a script of ip rule add", () => DeleteAsync(other)));
        return new Result
        {
            Name = Name,
            Title = "a rule deleted, until it is back",
            Findings =
            [
                Finding.Of("drift repaired after an owned rule is deleted", series[0], series[1], limit: 1),
                Finding.Of("– in milliseconds", Quantile.Median(series[0].Values), "ms", limit: 5),
            ],
            Series = series,
        };
    }

    private static async Task<string> RuleAsync(World world)
    {
        var eni = world.Guest.Enis[^1];
        return $"pref 31020 from all oif {eni.NicName} lookup {await world.TableAsync(eni)} protocol 131";
    }

    private static async Task<Use> DeleteAsync(World world)
    {
        var pace = Task.Delay(Pace / 2);
        using var ear = Ear.Open(world.Guest.Namespace, MonitorGroups.IPv4Rule);
        var deleted = world.Guest.Namespace.Run(() => Delete(world.Guest.Enis[^1].NicName!));
        var back = await ear.WhenAsync(e => e is RuleEvent { Removed: false });
        await pace;
        return new Use(Stopwatch.GetElapsedTime(deleted, back).TotalMilliseconds);
    }

    // By itself, for a process that is started takes longer than a repair.
    private static long Delete(string nic)
    {
        using var socket = RouteSocket.Open();
        var batch = new RequestBatch();
        batch.DeleteRule(socket.DumpRules().First(rule => rule.OutputInterface == nic));
        var now = Stopwatch.GetTimestamp();
        var result = socket.Execute(batch)[0];
        return result.IsSuccess ? now : throw new InvalidOperationException($"the rule cannot be deleted: {result}");
    }
}
