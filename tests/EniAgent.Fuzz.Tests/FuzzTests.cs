using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Fuzz.Tests.Targets;
using Xunit.Abstractions;

namespace EniAgent.Fuzz.Tests;

/// <summary>Whatever bytes come: nothing but what is documented, in bounded time and memory. `make fuzz` runs as many inputs as one likes.</summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const ulong Seed = 20250701;
    private const int Workers = 2;

    public static TheoryData<string> Targets => [.. AllTargets.ByName.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_fixed_share_of_inputs_goes_well(string name)
    {
        using var target = AllTargets.ByName[name]();
        var result = new FuzzRun(name, AllTargets.ByName[name], target.Share, Seed, Workers).Execute();
        Say(result.Line);

        Assert.Empty(result.Failures);
        Assert.Equal(target.Share, result.Inputs);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_that_is_kept_goes_well(string name)
    {
        using var target = AllTargets.ByName[name]();
        var probe = new Probe(target);

        Assert.All(Corpus.Files(name), file => Assert.Null(probe.Check(File.ReadAllBytes(file))));
        Assert.All(target.Seeds, seed => Assert.Null(probe.Check(seed)));
        Assert.NotEmpty(Corpus.SeedsOf(name, target));
    }

    [Fact]
    public void Nothing_is_kept_for_a_target_that_is_not_there() => Assert.Empty(
        Directory.EnumerateDirectories(RepositoryFolder.PathOf("tests/EniAgent.Fuzz.Tests/Corpus")).Select(Path.GetFileName).Except(AllTargets.ByName.Keys));

    // Where whoever runs all tests has asked for what they measured.
    private void Say(string line)
    {
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("ENI_AGENT_TIMINGS") is { Length: > 0 } file)
        {
            File.AppendAllText(file, line + "\n");
        }
    }
}
