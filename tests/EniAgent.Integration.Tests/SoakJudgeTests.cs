using EniAgent.Chaos.Soak;

namespace EniAgent.Integration.Tests;

/// <summary>A soak's judge that never condemns is none.</summary>
// No agent is in it.
[Trait("Confined", "no")]
public class SoakJudgeTests
{
    private static readonly Series Memory = new("memory", "memory", sample => sample.PrivateDirty) { Tolerance = 1.5 };
    private static readonly Series Lines = new("lines", "lines", sample => sample.Lines) { Allowed = sample => sample.LinesAllowed };

    [Fact]
    public void What_swings_about_a_level_is_flat() => Assert.True(IsWell(minute => 6 + Math.Sin(7 * minute)));

    [Fact]
    public void What_grows_while_it_warms_up_and_then_no_more_is_flat() => Assert.True(IsWell(minute => minute < 5 ? 2 + minute : 7));

    [Fact]
    public void What_becomes_less_is_no_leak() => Assert.True(IsWell(minute => 30 - minute));

    [Fact]
    public void What_grows_all_the_time_is_a_leak() => Assert.False(IsWell(minute => 6 + (0.11 * minute)));

    [Fact]
    public void What_grows_beneath_its_swings_is_a_leak() => Assert.False(IsWell(minute => 6 + Math.Sin(7 * minute) + (0.15 * minute)));

    [Fact]
    public void What_stays_on_a_higher_level_is_a_leak() => Assert.False(IsWell(minute => minute < 14 ? 6 : 7.6));

    [Fact]
    public void What_begins_to_grow_in_the_end_is_a_leak() => Assert.False(IsWell(minute => minute < 18 ? 6 : 6 + (5 * (minute - 18))));

    [Fact]
    public void What_stays_on_a_higher_level_is_a_leak_though_it_was_much_more_for_a_moment_before() =>
        Assert.False(IsWell(minute => minute is > 5 and < 7 ? 20 : minute < 10 ? 6 : 7.6));

    [Fact]
    public void What_is_limited_may_come_as_far_as_its_limit_and_at_no_moment_further()
    {
        Assert.True(Judge.Find(Lines, Samples(minute => new Sample { Minutes = minute, Lines = 3 * minute, LinesAllowed = 3 * minute }))!.IsWell);
        var finding = Judge.Find(Lines, Samples(minute => new Sample { Minutes = minute, Lines = minute is > 9 and < 10 ? 99 : 0, LinesAllowed = 60 }))!;
        Assert.Equal((false, "99 after 9.1 min; 60 allowed"), (finding.IsWell, finding.Words));
    }

    [Fact]
    public void What_may_grow_and_has_no_limit_is_not_judged() =>
        Assert.Null(Judge.Find(new Series("changes", "changes", sample => sample.Changes), Samples(minute => new Sample { Minutes = minute, Changes = minute })));

    [Fact]
    public void Memory_descriptors_threads_lines_and_requests_are_judged() => Assert.Equal(
        ["private_dirty_mb", "pss_mb", "descriptors", "threads", "log_lines", "requests", "documents"],
        Series.All.Where(series => Judge.Find(series, Samples(minute => new Sample { Minutes = minute })) is not null).Select(series => series.Name));

    private static bool IsWell(Func<double, double> memory) => Judge.Find(Memory, Samples(minute => new Sample { Minutes = minute, PrivateDirty = memory(minute) }))!.IsWell;

    // Twenty minutes of samples every five seconds.
    private static List<Sample> Samples(Func<double, Sample> at) => [.. Enumerable.Range(0, 241).Select(i => at(i / 12d))];
}
