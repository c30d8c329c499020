using EniAgent.Chaos;
using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>A fixed part of the chaos suite; <c>make chaos</c> walks as far as one likes. Walks in which something was found once are kept here.</summary>
[Trait("Needs", "root")]
// The walk starts the agent itself.
[Trait("Confined", "no")]
public sealed class ChaosTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public Task All_is_well_at_every_calm(int seed) => WalkAsync(Deed.Of(seed, 150));

    [Theory]
    [InlineData("edit-file:682:654 assign:492:320")]
    [InlineData("restart:155:945 restart:114:111")]
    public Task What_was_found_once_stays_mended(string deeds) => WalkAsync(Deed.Parse(deeds));

    [Fact]
    public async Task A_violation_is_found_and_the_deeds_that_it_takes()
    {
        // A program that is no agent.
        var violation = await Walk.RunAsync("/bin/sleep", Deed.Parse("assign:1:1"));
        Assert.NotNull(violation);
        Assert.Contains("has ended by itself", violation.Message, StringComparison.Ordinal);

        var deeds = Deed.Of(seed: 7, steps: 64);
        var few = await Shrinker.ShrinkAsync(deeds, some => Task.FromResult(some.Contains(deeds[11]) && some.Contains(deeds[40])), TimeSpan.FromMinutes(1));
        Assert.Equal([deeds[11], deeds[40]], few);
    }

    [Fact]
    public void Deeds_survive_being_written_and_read()
    {
        var deeds = Deed.Of(seed: 3, steps: 500);

        Assert.Equal(deeds, Deed.Parse(string.Join(' ', deeds)));
        Assert.Equal(500, deeds.Count);
        Assert.Equal(Deed.Calm, deeds[^1].Name);
        Assert.Throws<FormatException>(() => Deed.Parse("rest:1:2"));
    }

    private static async Task WalkAsync(IReadOnlyList<Deed> deeds)
    {
        var violation = await Walk.RunAsync(AgentBinary.Path, deeds);
        Assert.True(violation is null, $"{violation?.Message}\nafter {violation?.Step} deeds; look at it with: make chaos REPLAY=\"{string.Join(' ', deeds.Take(violation?.Step ?? 0))}\"\n{violation?.Shown}");
    }
}
