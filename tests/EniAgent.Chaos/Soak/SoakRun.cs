using System.Diagnostics;
using System.Globalization;

namespace EniAgent.Chaos.Soak;

/// <summary>The daemon under changes for a long time: what it holds must stay as it is, and what it costs must follow from what happens.</summary>
internal static class SoakRun
{
    /// <summary>Runs it, and writes soak.csv, soak.svg and eni-agent.log.</summary>
    /// <param name="program">The agent.</param>
    /// <param name="pace">How fast.</param>
    /// <param name="length">For how long.</param>
    /// <param name="folder">Where to write.</param>
    /// <returns>What was judged.</returns>
    /// <exception cref="ViolationException">Not all is in order before it, or the daemon has ended.</exception>
    public static async Task<IReadOnlyList<Finding>> RunAsync(string program, Pace pace, TimeSpan length, string folder)
    {
        await using var world = await World.CreateAsync(program, pace.Configuration, number => $"10.{number}.0.0/16");
        var (calm, life) = (new Calm(world), new Life(world, pace));
        await life.BeginAsync();
        await world.Agent.StartAsync();
        await calm.ReachAsync();
        var meter = new Meter(world, pace);
        try
        {
            await LiveAsync(life, meter, pace, length);
        }
        finally
        {
            Directory.CreateDirectory(folder);
            File.WriteAllLines(Path.Combine(folder, "soak.csv"), Table(meter.Samples));
            await File.WriteAllLinesAsync(Path.Combine(folder, "eni-agent.log"), world.Agent.Lines);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "soak.svg"), Chart.Draw(Title(meter.Samples[^1], pace), meter.Samples));
        var found = Series.All.Select(series => Judge.Find(series, meter.Samples)).OfType<Finding>().ToList();
        try
        {
            await calm.ReachAsync();
        }
        catch (ViolationException e)
        {
            found.Add(new Finding("when nothing happens any more", false, e.Message));
        }

        return found;
    }

    private static async Task LiveAsync(Life life, Meter meter, Pace pace, TimeSpan length)
    {
        var due = new PriorityQueue<Occasion, TimeSpan>(life.Occasions.Select(occasion => (occasion, occasion.First)));
        due.Enqueue(new Occasion(TimeSpan.Zero, pace.Sample, null, meter.TakeAsync), TimeSpan.Zero);
        var clock = Stopwatch.StartNew();
        while (due.TryDequeue(out var occasion, out var at) && at <= length)
        {
            if (at > clock.Elapsed)
            {
                await Task.Delay(at - clock.Elapsed);
            }

            if (occasion.Price is { } price)
            {
                meter.Expect(price);
            }

            await occasion.Do();

            due.Enqueue(occasion, at + occasion.Every);
        }
    }

    private static IEnumerable<string> Table(IReadOnlyList<Sample> samples)
    {
        yield return string.Join(',', Series.All.Select(series => series.Allowed is null ? series.Name : $"{series.Name},{series.Name}_allowed").Prepend("minutes"));
        foreach (var sample in samples)
        {
            IEnumerable<double> row = Series.All.SelectMany(series => series.Allowed is { } allowed ? new[] { series.Value(sample), allowed(sample) } : [series.Value(sample)]);
            yield return string.Join(',', row.Prepend(sample.Minutes).Select(value => value.ToString("0.###", CultureInfo.InvariantCulture)));
        }
    }

    private static string Title(Sample last, Pace pace) => string.Create(
        CultureInfo.InvariantCulture, $"eni-agent under changes: {last.Minutes:0.#} min, {last.Changes} changes, polls every {pace.Poll.TotalSeconds} s");
}
