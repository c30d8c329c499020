using System.Diagnostics;
using EniAgent.Bench.Peers;
using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;

namespace EniAgent.Bench.Figures;

/// <summary>A minute in which nothing happens, with the polls of an installation, beside Google's guest agent in the same minute and as many processes as amazon-ec2-net-utils starts in it.</summary>
internal sealed class IdleMinute : IFigure
{
    private const int Enis = 8;

    // What its refresh starts for an ENI, counted in its own source.
    private const int ProcessesOfAmazon = 75;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    // Shorter than between any two polls, and longer than any poll.
    private static readonly TimeSpan AfterPoll = TimeSpan.FromSeconds(1), BetweenPolls = TimeSpan.FromSeconds(6);

    public string Name => "idle-minute";

    public bool IsQuick => false;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent, Enis);
        world.Run("sync");
        await using var daemon = await Daemon.StartAsync(world);
        await using var google = setting.GoogleRoot is { } root ? await GoogleAgent.StartAsync(world, root) : null;
        await Task.Delay(Settling);

        var (started, asked) = (Stopwatch.GetTimestamp(), world.Vpc.Metadata.Requests.Count);
        var (before, googleBefore) = (daemon.State, google?.State);
        await Task.Delay(Minute);
        var (after, googleAfter) = (daemon.State, google?.State);
        var minutes = Stopwatch.GetElapsedTime(started) / Minute;
        var polls = world.Vpc.Metadata.Requests.Skip(asked).Count(r => r.Path.EndsWith("/macs/", StringComparison.Ordinal));
        var amazon = world.Stage.Run("sh", "-c", $"i=0; while [ $i -lt {ProcessesOfAmazon * Enis} ]; do /bin/true; i=$((i+1)); done");

        await daemon.PollsAsync(1);
        await Task.Delay(AfterPoll);
        var quiet = daemon.State;
        await Task.Delay(BetweenPolls);
        var wakeups = daemon.State.WakeupsSince(quiet);

        var ours = (after.Processor - before.Processor) / minutes;
        return new Result
        {
            Name = Name,
            Title = "an idle minute, 8 ENIs × 30 addresses",
            Findings =
            [
                Finding.Of("idle daemon, wake-ups in 6 s between polls", wakeups, "", limit: 0),
                Finding.Of("– processor time a minute with a poll every 10 s", ours, "ms") with
                {
                    Against = $"{ProcessesOfAmazon} processes an ENI (stand-in for amazon-ec2-net-utils)",
                    Theirs = Text.Value(amazon.Processor!.Value, "ms"),
                    Value = ours / amazon.Processor.Value,
                    Unit = "×",
                    Limit = 1,
                },
                .. googleBefore is null ? Array.Empty<Finding>() :
                [
                    Beside("– PSS after a minute", after.Pss, googleAfter!.Pss, "MB"),
                    Beside("– private dirty", after.PrivateDirty, googleAfter.PrivateDirty, "MB"),
                    Beside("– processor time a minute", ours, (googleAfter.Processor - googleBefore.Processor) / minutes, "ms"),
                ],
            ],
            Notes =
            [
                FormattableString.Invariant($"{polls} polls; the daemon's threads woke up {after.WakeupsSince(before)} times{(googleBefore is null ? "" : FormattableString.Invariant($", Google's agent's {googleAfter!.WakeupsSince(googleBefore)} times"))}."),
                google is null ? "google-guest-agent could not be had on this machine." : "google-guest-agent ran in a namespace and a root of its own, without NICs to look after.",
            ],
        };
    }

    private static Finding Beside(string what, double ours, double google, string unit) => new()
    {
        What = what,
        Against = "google-guest-agent",
        Ours = Text.Value(ours, unit),
        Theirs = Text.Value(google, unit),
        Value = ours / google,
    };
}
