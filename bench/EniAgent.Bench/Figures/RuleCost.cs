using System.Net;
using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Bench.Figures;

/// <summary>What a packet's way through the rules costs: those of the agent for 240 addresses that lie scattered, and for 240 that lie together, beside a rule an address.</summary>
internal sealed class RuleCost : IFigure
{
    public string Name => "rule-cost";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var scattered = await World.CreateAsync(setting.Agent, scattered: true);
        await using var together = await World.CreateAsync(setting.Agent);
        var (ours, dense) = (await PlannedAsync(scattered), await PlannedAsync(together));
        var each = scattered.Guest.Enis.SelectMany((eni, i) => eni.Addresses.Select(address => FormattableString.Invariant($"rule add pref 31010 from {address} lookup {31000 + i}"))).ToArray();

        // The last one that the rules name: behind all the others.
        var (last, lastDense) = (Last(ours), Last(dense));
        var contestants = new[]
        {
            ($"{ours.Count} rules of the agent, scattered addresses", await SpaceAsync(scattered, "ours", ours, scattered), last),
            ($"{dense.Count} rules of the agent, adjacent addresses", await SpaceAsync(scattered, "dense", dense, together), lastDense),
            ($"{each.Length} rules, one an address", await SpaceAsync(scattered, "each", each, scattered), scattered.Guest.Enis[^1].Addresses[^1]),
            ("no rules", await SpaceAsync(scattered, "none", [], scattered), last),
        };
        var series = (await Rounds.RunAsync(
            setting.Rounds,
            [.. contestants.Select(c => (c.Item1, (Func<Task<Use>>)(() => Task.FromResult(new Use(Lookups.Nanoseconds(c.Item2, c.Item3))))))]))
            .Select(s => s with { Unit = "ns" }).ToArray();
        var cost = series.Select(s => Quantile.Median(s.Values.Zip(series[^1].Values, (value, none) => value - none))).ToArray();
        return new Result
        {
            Name = Name,
            Title = "a packet that leaves from the last address that the rules name",
            Findings =
            [
                Finding.Of("rules for 240 scattered addresses", ours.Count, "", limit: each.Length - 1) with { Against = "a rule an address", Theirs = Text.Number(each.Length) },
                Rules("– what they cost the last address's packet", cost[0]),
                Finding.Of("rules for 240 adjacent addresses", dense.Count, "", limit: each.Length - 1) with { Against = "a rule an address", Theirs = Text.Number(each.Length) },
                Rules("– what they cost the last address's packet", cost[1]),
            ],
            Series = series,
        };

        Finding Rules(string what, double value) => new()
        {
            What = what,
            Against = "a rule an address",
            Ours = Text.Value(value, "ns"),
            Theirs = Text.Value(cost[2], "ns"),
            Value = value / cost[2],
            Limit = 1,
        };
    }

    private static async Task<IReadOnlyList<string>> PlannedAsync(World world) =>
        [.. IpBatch.Of(await world.OutputAsync("plan", "--json")).Add.Where(line => line.StartsWith("rule ", StringComparison.Ordinal))];

    private static IPAddress Last(IReadOnlyList<string> rules) =>
        IPAddress.Parse(rules.Last(line => line.Contains("from ", StringComparison.Ordinal) && !line.Contains(" all ", StringComparison.Ordinal) && !line.Contains(" to ", StringComparison.Ordinal))
            .Split("from ")[1].Split(' ')[0].Split('/')[0]);

    // Main has a default route, as a machine has, which the agent's first rule passes over; every other table throws away.
    private static async Task<NetworkNamespace> SpaceAsync(World owner, string role, IReadOnlyList<string> rules, World addresses)
    {
        var space = await owner.Vpc.AddNamespaceAsync(role);
        await space.IpAsync(
        [
            "link set lo up",
            "link set lo group 31000",
            .. addresses.Guest.Enis.SelectMany(eni => eni.Addresses).Select(address => $"address add {address}/32 dev lo"),
            rules.Count == 0 ? "route add blackhole default" : "route add default dev lo",
            .. addresses.Guest.Enis.Select((_, i) => FormattableString.Invariant($"route add blackhole default table {31000 + i}")),
            .. rules,
        ]);
        return space;
    }
}
