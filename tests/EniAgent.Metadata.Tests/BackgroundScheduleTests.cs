using CsCheck;

namespace EniAgent.Metadata.Tests;

/// <summary>What the background costs and promises, over simulated hours.</summary>
public class BackgroundScheduleTests
{
    [Theory]
    [InlineData(1, 0.40)]
    [InlineData(2, 0.50)]
    [InlineData(8, 2.0)]
    public void On_average_the_background_stays_within_its_budget_at_ten_second_polls(int enis, double most) =>
        Gen.Double[0, 0.1].Array[540].Sample(
            jitter => Assert.True(Simulate(enis, jitter.Select(part => 10 * (0.95 + part))).Average < most), iter: 6);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    public void No_change_of_eips_stays_unseen_for_more_than_a_minute(int enis) =>
        Gen.Double[0, 0.2].Array[400].Sample(
            jitter => Assert.InRange(Simulate(enis, jitter.Select(part => 10 * (0.9 + part))).LongestUnseen.TotalSeconds, 45, 60), iter: 6);

    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 25)]
    [InlineData(8, 70)]
    public void Every_other_document_comes_round(int enis, double minutes) =>
        Assert.InRange(Simulate(enis, Enumerable.Repeat(10.0, 2000)).LongestRound.TotalMinutes, 9, minutes);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(5, 3)]
    [InlineData(8, 3)]
    public void There_are_no_bursts(int enis, int most) => Assert.Equal(most, Simulate(enis, Enumerable.Repeat(10.0, 2000)).MostAtOnce);

    [Fact]
    public void A_long_pause_is_not_made_up_for_at_once() =>
        Assert.InRange(Simulate(8, [.. Enumerable.Repeat(10.0, 20), 7200, .. Enumerable.Repeat(10.0, 20)]).MostAtOnce, 1, 9);

    [Fact]
    public void What_was_never_read_comes_first()
    {
        var schedule = new BackgroundSchedule();
        (string, TimeSpan)[] known = [("instance-id", TimeSpan.FromDays(1)), (FakeInstance.Folder(0) + "public-ipv4s", TimeSpan.FromDays(1))];

        Assert.Equal(["vpc-id"], schedule.Next(TimeSpan.Zero, known, "vpc-id"));
    }

    [Fact]
    public void The_first_read_of_a_process_asks_for_one_document_whatever_is_due()
    {
        (string Path, TimeSpan Age)[] known =
            [("instance-id", TimeSpan.FromHours(3)), .. Enumerable.Range(0, 8).Select(eni => (FakeInstance.Folder(eni) + "public-ipv4s", TimeSpan.FromHours(1)))];

        Assert.Equal([known[1].Path], new BackgroundSchedule().Next(TimeSpan.Zero, known, null));
        known[0].Age = TimeSpan.FromHours(30);
        Assert.Equal([known[0].Path], new BackgroundSchedule().Next(TimeSpan.Zero, known, null));
    }

    [Fact]
    public void Listings_are_never_asked_for_in_the_background() =>
        Assert.Empty(new BackgroundSchedule().Next(TimeSpan.Zero, [(FakeInstance.Macs, TimeSpan.FromDays(1)), (FakeInstance.List(0), TimeSpan.FromDays(1))], null));

    /// <summary>Polls after the given gaps in seconds, beginning right after a cold read.</summary>
    private static Outcome Simulate(int enis, IEnumerable<double> gaps)
    {
        var schedule = new BackgroundSchedule();
        var now = TimeSpan.Zero;
        var asked = new Dictionary<string, TimeSpan> { ["instance-id"] = now, ["mac"] = now, [FakeInstance.Folder(0) + "vpc-id"] = now };
        foreach (var folder in Enumerable.Range(0, enis).Select(FakeInstance.Folder))
        {
            foreach (var leaf in new[] { "primary-local-ipv4", "subnet-id", "public-ipv4s", "local-ipv4s/10.0.0.1/gateway", "local-ipv4s/10.0.0.1/subnet-mask" })
            {
                asked[folder + leaf] = now;
            }
        }

        var (requests, polls, most) = (0, 0, 0);
        var unseen = TimeSpan.Zero;
        var round = TimeSpan.Zero;
        schedule.Next(now, [], null);
        foreach (var gap in gaps)
        {
            now += TimeSpan.FromSeconds(gap);
            var due = schedule.Next(now, [.. asked.Select(document => (document.Key, now - document.Value))], null);
            foreach (var path in due)
            {
                var age = now - asked[path];
                (unseen, round) = path.EndsWith("public-ipv4s", StringComparison.Ordinal)
                    ? (age > unseen ? age : unseen, round)
                    : (unseen, age > round ? age : round);
                asked[path] = now;
            }

            Assert.Distinct(due);
            (requests, polls, most) = (requests + due.Count, polls + 1, Math.Max(most, due.Count));
        }

        foreach (var (path, at) in asked)
        {
            (unseen, round) = path.EndsWith("public-ipv4s", StringComparison.Ordinal)
                ? (now - at > unseen ? now - at : unseen, round)
                : (unseen, now - at > round ? now - at : round);
        }

        return new Outcome((double)requests / polls, unseen, round, most);
    }

    private sealed record Outcome(double Average, TimeSpan LongestUnseen, TimeSpan LongestRound, int MostAtOnce);
}
