using System.Text;
using EniAgent.Fuzz.Tests.Harness;

namespace EniAgent.Fuzz.Tests;

/// <summary>What a fuzz run must see, it sees.</summary>
public class HarnessTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void An_exception_is_a_failure_whose_input_is_made_short_and_kept()
    {
        var result = Run(input => Assert.DoesNotContain((byte)'!', input));

        var failure = Assert.Single(result.Failures);
        Assert.Equal("!", Encoding.UTF8.GetString(failure.Input));
        Assert.Equal(failure.Input, File.ReadAllBytes(failure.File));
        Assert.StartsWith("Xunit.Sdk.DoesNotContainException", failure.ToString(), StringComparison.Ordinal);
        File.Delete(failure.File);
    }

    [Fact]
    public void An_input_that_takes_too_long_is_a_failure()
    {
        using var target = new Target(input => Wait(input.Length > 0 ? TooLong * 1.5 : TimeSpan.Zero));
        var probe = new Probe(target);

        Assert.Null(probe.Check([]));
        Assert.Equal("slow", probe.Check([1])?.Kind);
    }

    [Fact]
    public void An_input_that_takes_too_much_memory_is_a_failure()
    {
        using var target = new Target(input => Assert.NotEmpty(new byte[1 + (input.Length << 20)]));
        var probe = new Probe(target);

        Assert.Null(probe.Check([]));
        Assert.Equal("greedy", probe.Check([1, 2])?.Kind);
    }

    [Fact]
    public void What_is_slow_only_once_is_none()
    {
        var times = 0;
        using var target = new Target(_ => Wait(times++ == 0 ? TooLong * 1.5 : TimeSpan.Zero));

        Assert.Null(new Probe(target).Check([]));
    }

    [Fact]
    public void An_input_without_end_is_a_failure_and_does_not_hold_up_the_run()
    {
        using var end = new ManualResetEventSlim();
        var result = (Of(_ => end.Wait()) with { Patience = TimeSpan.FromSeconds(1) }).Execute();
        end.Set();

        var failure = Assert.Single(result.Failures);
        Assert.Equal("hang", failure.Problem.Kind);
        File.Delete(failure.File);
    }

    [Fact]
    public void The_same_seed_gives_the_same_inputs_and_another_one_others()
    {
        Assert.Equal(Inputs(1), Inputs(1));
        Assert.NotEqual(Inputs(1), Inputs(2));
    }

    [Fact]
    public void A_bundle_is_taken_apart_as_it_was_put_together()
    {
        var bundle = new Bundle { Parts = [("/etc/a", "one\ntwo"u8.ToArray()), ("b c", []), ("/etc/a", "\n\nthree\n"u8.ToArray())] };

        Assert.Equal(bundle.Parts, Bundle.Parse(bundle.Format()).Parts, static (one, other) => one.Name == other.Name && one.Content.AsSpan().SequenceEqual(other.Content));
    }

    private static List<string> Inputs(ulong seed)
    {
        var inputs = new List<string>();
        Assert.Empty((Of(input => inputs.Add(Convert.ToHexString(input))) with { Seed = seed }).Execute().Failures);
        return inputs;
    }

    private static FuzzResult Run(Action<byte[]> run) => Of(run).Execute();

    private static FuzzRun Of(Action<byte[]> run) => new("harness", () => new Target(run), Count: 2000, Seed: 1, Workers: 1);

    private static void Wait(TimeSpan time)
    {
        var start = Probe.Processor();
        while (Probe.Processor() - start < time)
        {
            // Work.
        }
    }

    private sealed class Target(Action<byte[]> run) : FuzzTarget
    {
        public override IReadOnlyList<byte[]> Seeds => ["something ! of any kind"u8.ToArray(), "another one"u8.ToArray()];

        public override TimeSpan Longest => TooLong;

        public override void Run(byte[] input) => run(input);
    }
}
