using System.Diagnostics;
using System.Globalization;
using EniAgent.Chaos;
using EniAgent.Chaos.Soak;

// eni-chaos AGENT FIRST-SEED LAST-SEED STEPS      walks; for a violation prints the few deeds that it takes
// eni-chaos AGENT replay "DEED …"                 walks these
// eni-chaos AGENT soak MINUTES FOLDER             lives for a while, and judges what the agent holds and has used; the figures are in FOLDER then
var steps = 0;
switch (args)
{
    case [var agent, "replay", var walk]:
        if (await Walk.RunAsync(agent, Deed.Parse(walk)) is { } again)
        {
            Console.WriteLine($"{again.Message}\nafter {again.Step} deeds\n{again.Shown}");
            return 1;
        }

        Console.WriteLine("all is well");
        return 0;

    case [var agent, "soak", var text, var folder]:
        if (!int.TryParse(text, CultureInfo.InvariantCulture, out var minutes) || minutes < 1)
        {
            goto default;
        }

        try
        {
            var found = await SoakRun.RunAsync(agent, Pace.Realistic, TimeSpan.FromMinutes(minutes), folder);
            foreach (var (what, isWell, words) in found)
            {
                Console.WriteLine($"{(isWell ? "well" : "NOT WELL")}: {what}: {words}");
            }

            return found.All(finding => finding.IsWell) ? 0 : 1;
        }
        catch (ViolationException e)
        {
            Console.WriteLine($"NOT WELL: {e.Message}");
            return 1;
        }

    case [var agent, var first, var last, var count]:
        var violations = 0;
        for (var seed = int.Parse(first, CultureInfo.InvariantCulture); seed <= int.Parse(last, CultureInfo.InvariantCulture); seed++)
        {
            var deeds = Deed.Of(seed, int.Parse(count, CultureInfo.InvariantCulture));
            var since = Stopwatch.GetTimestamp();
            var violation = await Walk.RunAsync(agent, deeds, _ => steps++);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"seed {seed}: {violation?.Step ?? deeds.Count} steps in {Stopwatch.GetElapsedTime(since).TotalSeconds:F0} s, {(violation is null ? "all is well" : violation.Message)}"));
            if (violation is not null)
            {
                violations++;
                Console.WriteLine($"{violation.Shown}\nthe deeds: {string.Join(' ', deeds.Take(violation.Step))}");
                var few = await Shrinker.ShrinkAsync([.. deeds.Take(violation.Step)], async some => (await Walk.RunAsync(agent, some))?.Kind == violation.Kind, TimeSpan.FromMinutes(10));
                Console.WriteLine($"replay with: make chaos REPLAY=\"{string.Join(' ', few)}\"");
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{steps} steps, {violations} violations"));
        return violations == 0 ? 0 : 1;

    default:
        Console.Error.WriteLine("usage: eni-chaos AGENT FIRST-SEED LAST-SEED STEPS\n       eni-chaos AGENT replay \"DEED …\"\n       eni-chaos AGENT soak MINUTES FOLDER");
        return 2;
}
