using System.Diagnostics;
using CsCheck;

namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>Many inputs for one target, on several threads. The same numbers give the same inputs.</summary>
/// <param name="Name">The target's name.</param>
/// <param name="Make">Makes the target.</param>
/// <param name="Count">How many inputs.</param>
/// <param name="Seed">What they follow from, together with the corpus and the number of workers.</param>
/// <param name="Workers">How many threads.</param>
internal sealed record FuzzRun(string Name, Func<FuzzTarget> Make, long Count, ulong Seed, int Workers)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>After so long an input is given up, and its thread with it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Ends the run early.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Runs them up to the first failure of each worker.</summary>
    public FuzzResult Execute()
    {
        var start = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, Workers).Select(number => new Worker(this, number)).ToList();
        workers.ForEach(worker => worker.Thread.Start());
        while (workers.Exists(worker => worker.Thread.IsAlive && !worker.IsStuck(Patience)))
        {
            workers.Find(worker => worker.Thread.IsAlive && !worker.IsStuck(Patience))?.Thread.Join(Poll);
        }

        var failures = workers.Select(worker => worker.FailureNow()).OfType<FuzzFailure>().DistinctBy(failure => failure.Problem.Kind).ToList();
        return new FuzzResult(this, workers.Sum(worker => worker.Done), Stopwatch.GetElapsedTime(start), failures);
    }

    private sealed class Worker
    {
        private readonly FuzzRun _run;
        private readonly int _number;
        private volatile FuzzFailure? _failure;
        private volatile byte[]? _input;
        private long _since;
        private long _done;

        public Worker(FuzzRun run, int number)
        {
            (_run, _number) = (run, number);

            // A stack as large as the agent's own.
            Thread = new Thread(Work) { IsBackground = true, Name = $"{run.Name} {number}" };
        }

        public Thread Thread { get; }

        public long Done => Interlocked.Read(ref _done);

        public bool IsStuck(TimeSpan patience) => _input is not null && Stopwatch.GetElapsedTime(Interlocked.Read(ref _since)) > patience;

        /// <summary>Its failure; a thread that still runs hangs.</summary>
        public FuzzFailure? FailureNow() =>
            Thread.IsAlive && _input is { } input ? new FuzzFailure(input, new FuzzProblem("hang", $"no end after {_run.Patience.TotalSeconds:0} s"), Corpus.Keep(_run.Name, input)) : _failure;

        private void Work()
        {
            using var target = _run.Make();
            using var box = new BlackBox(_run.Name, _number);
            var probe = new Probe(target);
            var inputs = target.Inputs(Corpus.SeedsOf(_run.Name, target));
            var random = new PCG((uint)_number, _run.Seed);
            for (var left = (_run.Count / _run.Workers) + (_number < _run.Count % _run.Workers ? 1 : 0); left > 0 && !_run.Cancel.IsCancellationRequested; left--)
            {
                var input = inputs.Generate(random, null, out _);
                box.Note(input);
                Interlocked.Exchange(ref _since, Stopwatch.GetTimestamp());
                _input = input;
                var problem = probe.Check(input);
                _input = null;
                if (problem is not null)
                {
                    var shortest = Shrinker.Shorten(probe, input, problem);
                    _failure = new FuzzFailure(shortest, probe.Check(shortest) ?? problem, Corpus.Keep(_run.Name, shortest));
                    return;
                }

                Interlocked.Increment(ref _done);
            }
        }
    }
}

/// <summary>An input that failed.</summary>
/// <param name="Input">The input.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="File">Where it is kept; in Corpus/TARGET it is run by every test run.</param>
internal sealed record FuzzFailure(byte[] Input, FuzzProblem Problem, string File)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Problem.Text}\nthe input, as C# takes it: \"{Escaped()}\"\nand as a file: {File}";

    private string Escaped() => string.Concat(Input.Select(letter => letter is >= 32 and < 127 and not ((byte)'"' or (byte)'\\') ? ((char)letter).ToString() : letter == '\n' ? "\\n" : $"\\x{letter:x2}"));
}

/// <summary>What came of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Inputs">How many inputs went well.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Failures">What failed.</param>
internal sealed record FuzzResult(FuzzRun Run, long Inputs, TimeSpan Time, IReadOnlyList<FuzzFailure> Failures)
{
    /// <summary>One line for people.</summary>
    public string Line => FormattableString.Invariant(
        $"fuzz {Run.Name}: {Inputs} inputs in {Time.TotalSeconds:0.0} s, {Inputs / Time.TotalSeconds:0} a second, seed {Run.Seed}, {Failures.Count} failures");
}
