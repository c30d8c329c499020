using System.Globalization;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Fuzz.Tests.Targets;

// COUNT [SEED [TARGET…]]: that many inputs for each target. The seed is chosen, and said, where none is given.
var count = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
var seed = args.Length > 1 && args[1].Length > 0 ? ulong.Parse(args[1], CultureInfo.InvariantCulture) : (ulong)Random.Shared.NextInt64();
var names = args.Length > 2 ? args[2..] : [.. AllTargets.ByName.Keys];
var failed = false;
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // What has been run so far is told.
    pressed.Cancel = true;
    interrupted.Cancel();
};
foreach (var name in names.TakeWhile(_ => !interrupted.IsCancellationRequested))
{
    var result = new FuzzRun(name, AllTargets.ByName[name], count, seed, Workers: 1) { Cancel = interrupted.Token }.Execute();
    foreach (var failure in result.Failures)
    {
        Console.WriteLine(failure);
    }

    Console.WriteLine(result.Line);
    failed |= result.Failures.Count > 0;
}

return failed ? 1 : 0;
