using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;
using EniAgent.Simulator.Probes;

namespace EniAgent.Bench.Figures;

/// <summary>A new address, from the first request of the poll that finds it until it answers, beside <c>ip address add</c> and <c>ip rule add</c>.</summary>
internal sealed class Assign : IFigure
{
    public string Name => "assign";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent);
        await using var other = await World.CreateAsync(setting.Agent);
        other.Run("sync");
        world.Configure("[Agent]\nPollInterval = 1s\n");
        await using var daemon = await Daemon.StartAsync(world);
        var series = await Rounds.RunAsync(
            setting.Rounds,
            ("eni-agent daemon, from the poll on", () => ByPollAsync(world)),
            ("ip address add && ip rule add", () => ByHandAsync(other)));
        return new Result
        {
            Name = Name,
            Title = "a new address: from the poll that finds it until it answers",
            Findings = [Finding.Of("assign in metadata → address answers, poll excluded", series[0], series[1], limit: 3)],
            Series = series,
        };
    }

    private static async Task<Use> ByPollAsync(World world)
    {
        var eni = world.Guest.Enis[^1];
        var address = (await world.Vpc.AssignPrivateIpAddressesAsync(eni))[0];
        await World.IntroduceAsync(eni, [address]);
        var from = DateTimeOffset.UtcNow;
        var answered = from + (await Pinger.UntilAnswersAsync(eni.Subnet.Client, address, TimeSpan.FromSeconds(10)) ?? throw new TimeoutException($"{address} does not answer"));
        var poll = world.Vpc.Metadata.Requests.Last(r => r.Time <= answered && r.Path.EndsWith("/macs/", StringComparison.Ordinal));
        return new Use((answered - poll.Time).TotalMilliseconds);
    }

    private static async Task<Use> ByHandAsync(World world)
    {
        var eni = world.Guest.Enis[^1];
        var address = (await world.Vpc.AssignPrivateIpAddressesAsync(eni))[0];
        await World.IntroduceAsync(eni, [address]);
        var table = await world.TableAsync(eni);
        var answer = Pinger.UntilAnswersAsync(eni.Subnet.Client, address, TimeSpan.FromSeconds(10));
        await Task.Run(() => world.Stage.Run(
            "sh", "-c", $"ip address add {address}/{eni.Subnet.PrefixLength} dev {eni.NicName} && ip rule add pref 31010 from {address} lookup {table}"));
        return new Use((await answer ?? throw new TimeoutException($"{address} does not answer")).TotalMilliseconds);
    }
}
