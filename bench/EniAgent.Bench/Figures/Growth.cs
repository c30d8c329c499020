using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;

namespace EniAgent.Bench.Figures;

/// <summary>From one address to 16,384: time and memory by the number of objects, beside <c>ip -batch</c> of the same objects, for what the kernel itself takes for many.</summary>
internal sealed class Growth : IFigure
{
    private static readonly int[] Enis = [1, 8, 64], Addresses = [1, 30, 256];

    public string Name => "growth";

    public bool IsQuick => false;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        var sizes = new List<Size>();
        foreach (var (enis, addresses) in Enis.SelectMany(e => Addresses.Select(a => (e, a))))
        {
            sizes.Add(await SizeAsync(setting, enis, addresses));
            Console.WriteLine($"  {string.Join("  ", Row(sizes[^1]))}");
        }

        // From 2,048 addresses to 16,384: 1 is linear, 2 quadratic.
        var (some, most) = (sizes.Single(s => s is { Enis: 8, Addresses: 256 }), sizes.Single(s => s is { Enis: 64, Addresses: 256 }));
        var least = sizes[0];
        double Exponent(Func<Size, double> what) => Math.Log((what(most) - what(least)) / (what(some) - what(least))) / Math.Log((double)most.Objects / some.Objects);
        return new Result
        {
            Name = Name,
            Title = "growth with the number of objects",
            Findings =
            [
                Exponents("growth of a cold sync's time, 2,048 → 16,384 addresses (1 is linear)", Exponent(s => s.Cold), Exponent(s => s.Batch), 1.15),
                Exponents("– of a quiet sync's time", Exponent(s => s.Quiet), Exponent(s => s.Dumps), 1.15) with { Against = "ip address, route, rule" },
                Exponents("– of the most memory", Exponent(s => s.Peak), null, 1.15),
                Finding.Of("– 16,384 addresses are in sync after", most.Cold, "ms") with { Against = "ip -batch", Theirs = Text.Value(most.Batch, "ms") },
            ],
            Table =
            [
                ["ENIs × addresses", "objects", "rules", "cold sync", "ip -batch", "quiet sync", "ip address, route, rule", "most memory"],
                .. sizes.Select(Row),
            ],
            Lines =
            [
                Line("cold sync", s => s.Cold), Line("ip -batch", s => s.Batch), Line("quiet sync", s => s.Quiet), Line("ip address, route, rule", s => s.Dumps),
            ],
        };

        Line Line(string name, Func<Size, double> what) => new(name, [.. sizes.Select(s => Math.Max(1d, s.Objects))], [.. sizes.Select(what)]);
    }

    private static Finding Exponents(string what, double ours, double? theirs, double limit) => Finding.Of(what, ours, "", limit) with
    {
        Against = theirs is null ? "" : "ip -batch",
        Theirs = theirs is { } value ? Text.Number(value) : "",
    };

    private static string[] Row(Size size) =>
    [
        FormattableString.Invariant($"{size.Enis} × {size.Addresses}"), Text.Number(size.Objects), Text.Number(size.Rules),
        Text.Value(size.Cold, "ms"), Text.Value(size.Batch, "ms"), Text.Value(size.Quiet, "ms"), Text.Value(size.Dumps, "ms"), Text.Value(size.Peak, "MB"),
    ];

    private static async Task<Size> SizeAsync(Setting setting, int enis, int addresses)
    {
        await using var world = await World.CreateAsync(setting.Agent, enis, addresses);
        var batch = IpBatch.Of(await world.OutputAsync("plan", "--json"));
        var (add, delete) = (world.Write("add", batch.Add), world.Write("delete", batch.Delete));
        var series = await Rounds.RunAsync(
            rounds: enis * addresses > 2048 ? 3 : 5,
            ("cold", () => Task.FromResult(Cold())),
            ("quiet", () => Task.FromResult(world.Run("sync"))),
            ("dumps", () => Task.FromResult(world.Stage.Run("ip", "address") + world.Stage.Run("ip", "route", "show", "table", "all") + world.Stage.Run("ip", "rule"))),
            ("batch", () => Task.FromResult(Batch())));
        Undo();
        world.ClearRoot();
        var peak = Wrapped.PeakMemory(world.Stage, world.Folder, setting.Agent, "sync", "--root", world.Root);
        var medians = series.Select(s => Quantile.Median(s.Values)).ToArray();
        return new Size(
            enis, addresses, batch.Add.Count, batch.Add.Count(line => line.StartsWith("rule ", StringComparison.Ordinal)),
            medians[0], medians[3], medians[1], medians[2], peak * 1024 / 1e6);

        Use Cold()
        {
            Undo();
            world.ClearRoot();
            return world.Run("sync");
        }

        Use Batch()
        {
            Undo();
            return world.Stage.Run("ip", "-batch", add);
        }

        // -force: with a link's last address the kernel takes the routes through it itself.
        void Undo() => world.Stage.Try("ip", "-force", "-batch", delete);
    }

    private sealed record Size(int Enis, int Addresses, int Objects, int Rules, double Cold, double Batch, double Quiet, double Dumps, double Peak);
}
