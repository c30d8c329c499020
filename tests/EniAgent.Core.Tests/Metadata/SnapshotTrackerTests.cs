using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Tests.Metadata;

public class SnapshotTrackerTests
{
    private static readonly ListedAddress Eleven = new(Vpc.Mac(1), Vpc.Ip("10.0.1.11"));

    private readonly SnapshotTracker _tracker = new(null, []);

    [Fact]
    public void News_is_believed_at_once()
    {
        At(0, Vpc.Snapshot(Vpc.Primary()));

        var belief = At(1, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1)));

        Assert.Equal([Vpc.Mac(0), Vpc.Mac(1)], belief.Snapshot.Enis.Select(eni => eni.Mac));
        Assert.Null(belief.ConfirmAt);
    }

    [Fact]
    public void An_address_is_held_until_two_snapshots_a_second_apart_do_not_list_it()
    {
        At(0, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.11")));
        var without = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10"));

        var first = At(5000, without);
        var tooSoon = At(5999, without);
        var confirmed = At(6000, without);

        Assert.Equal([Eleven], first.HeldAddresses);
        Assert.Equal(TimeSpan.FromSeconds(6), first.ConfirmAt);
        Assert.Equal([Eleven], tooSoon.HeldAddresses);
        Assert.Equal(TimeSpan.FromSeconds(6), tooSoon.ConfirmAt);
        Assert.Empty(confirmed.HeldAddresses);
        Assert.Null(confirmed.ConfirmAt);
    }

    [Fact]
    public void An_eni_is_held_as_it_was_until_two_snapshots_a_second_apart_do_not_list_it()
    {
        var both = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1));
        At(0, both);

        var first = At(5000, Vpc.Snapshot(Vpc.Primary()));
        var confirmed = At(6000, Vpc.Snapshot(Vpc.Primary()));

        Assert.Equal(both.Enis[1], first.Snapshot.Enis[1]);
        Assert.Equal([Vpc.Mac(1)], first.HeldEnis);
        Assert.False(first.HoldsUnknown);
        Assert.Equal([Vpc.Mac(0)], confirmed.Snapshot.Enis.Select(eni => eni.Mac));
        Assert.Empty(confirmed.HeldEnis);
    }

    [Fact]
    public void The_same_snapshot_once_more_is_the_same_belief()
    {
        var both = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1));
        var belief = At(0, both);

        Assert.Same(belief, At(5000, both));
        Assert.NotSame(belief, At(6000, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1))));
        At(7000, Vpc.Snapshot(Vpc.Primary()));
        Assert.Empty(At(7500, both).HeldEnis);
    }

    [Fact]
    public void The_same_snapshot_once_more_confirms_what_is_gone()
    {
        At(0, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.11"), Vpc.Secondary(2)));
        var without = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10"));

        Assert.Equal([Eleven], At(5000, without).HeldAddresses);
        Assert.Equal([Vpc.Mac(2)], At(5500, without).HeldEnis);
        var confirmed = At(6000, without);
        Assert.Empty(confirmed.HeldAddresses);
        Assert.Empty(confirmed.HeldEnis);
        Assert.Same(confirmed, At(7000, without));
    }

    [Fact]
    public void What_comes_back_in_between_starts_the_confirmation_anew()
    {
        var with = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.11"));
        var without = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10"));
        At(0, with);
        for (var time = 1000; time < 20_000; time += 1000)
        {
            Assert.Equal([Eleven], At(time, without).HeldAddresses);
            Assert.Empty(At(time + 500, with).HeldAddresses);
        }

        for (var time = 30_000; time < 40_000; time += 1000)
        {
            Assert.Equal([Vpc.Mac(1)], At(time, Vpc.Snapshot(Vpc.Primary())).HeldEnis);
            At(time + 500, with);
        }
    }

    [Fact]
    public void A_faulty_eni_stays_what_it_was_for_as_long_as_it_is_faulty()
    {
        var good = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1));
        At(0, good);
        for (var time = 1000; time < 100_000; time += 10_000)
        {
            var belief = At(time, Faulty(1));
            Assert.True(good.Enis.SequenceEqual(belief.Snapshot.Enis));
            Assert.Single(belief.Snapshot.Faults);
            Assert.Null(belief.ConfirmAt);
        }
    }

    [Fact]
    public void What_is_assumed_to_be_confirmed_goes_and_a_faulty_eni_stays_once()
    {
        At(0, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(2)));
        Assert.NotNull(At(5000, Faulty(1)).ConfirmAt);

        _tracker.AssumeConfirmed();

        Assert.Equal([Vpc.Mac(0), Vpc.Mac(1)], _tracker.Current!.Snapshot.Enis.Select(eni => eni.Mac));
        Assert.Equal(Vpc.Mac(1), Assert.Single(_tracker.Current.Snapshot.Faults).Mac);
        Assert.Null(_tracker.Current.ConfirmAt);
    }

    [Fact]
    public void An_address_that_waits_for_its_confirmation_is_held_while_its_eni_is_faulty()
    {
        At(0, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.11")));
        At(5000, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10")));

        Assert.Equal([Eleven], At(5500, Faulty(1)).HeldAddresses);
        Assert.Equal([Eleven], At(99_000, Faulty(1)).HeldAddresses);
        Assert.Empty(At(99_500, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10"))).HeldAddresses);
    }

    [Fact]
    public void A_snapshot_whose_primary_eni_is_faulty_says_nothing_about_absent_enis()
    {
        At(0, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(2)));
        var incomplete = Vpc.Snapshot(Vpc.Secondary(2)) with { Faults = [new EniFault(Vpc.Mac(0), false, Sentence.AsIs("subnet-mask: 255.0.255.0"))] };
        for (var time = 1000; time < 10_000; time += 1500)
        {
            var belief = At(time, incomplete);
            Assert.Equal([Vpc.Mac(0), Vpc.Mac(1), Vpc.Mac(2)], belief.Snapshot.Enis.Select(eni => eni.Mac).Order());
            Assert.Equal([Vpc.Mac(1)], belief.HeldEnis);
            Assert.Null(belief.ConfirmAt);
        }
    }

    [Fact]
    public void An_address_that_moves_to_another_eni_stays_on_the_former_one_until_confirmed()
    {
        At(0, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.11"), Vpc.Eni(Vpc.Mac(2), false, "10.0.1.0/24", "10.0.1.1", "10.0.1.20")));
        var moved = Vpc.Snapshot(
            Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10"), Vpc.Eni(Vpc.Mac(2), false, "10.0.1.0/24", "10.0.1.1", "10.0.1.20", "10.0.1.11"));

        Assert.Equal([Eleven], At(1000, moved).HeldAddresses);
        Assert.Empty(At(2000, moved).HeldAddresses);
    }

    [Fact]
    public void The_primary_eni_is_first_whatever_the_order_of_the_listing()
    {
        var belief = At(0, Vpc.Snapshot(Vpc.Secondary(2), Vpc.Primary(), Vpc.Secondary(1)));

        Assert.Equal([Vpc.Mac(0), Vpc.Mac(2), Vpc.Mac(1)], belief.Snapshot.Enis.Select(eni => eni.Mac));
    }

    [Fact]
    public void After_a_restart_the_believed_snapshot_is_believed_until_metadata_answers()
    {
        var snapshot = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1));
        var restarted = new SnapshotTracker(snapshot, []);

        Assert.Equal(snapshot, restarted.Current!.Snapshot);
        Assert.Equal([Vpc.Mac(1)], restarted.Take(Vpc.Snapshot(Vpc.Primary()), TimeSpan.Zero).HeldEnis);
        Assert.Empty(restarted.Take(Vpc.Snapshot(Vpc.Primary()), TimeSpan.FromSeconds(1)).HeldEnis);
    }

    [Fact]
    public void After_a_restart_what_only_the_ledger_knows_is_held_before_metadata_answers()
    {
        var restarted = new SnapshotTracker(
            Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10")), [Eleven, new ListedAddress(Vpc.Mac(2), Vpc.Ip("10.0.2.10"))]);

        Assert.Equal([Eleven], restarted.Current!.HeldAddresses);
        Assert.Equal([Vpc.Mac(2)], restarted.Current.HeldEnis);
        Assert.True(restarted.Current.HoldsUnknown);
        Assert.Null(restarted.Current.ConfirmAt);
    }

    [Fact]
    public void After_a_restart_with_only_the_ledger_an_absent_eni_holds_every_removal_until_confirmed()
    {
        var restarted = new SnapshotTracker(null, [Eleven]);

        Assert.Null(restarted.Current);
        var first = restarted.Take(Vpc.Snapshot(Vpc.Primary()), TimeSpan.Zero);
        Assert.True(first.HoldsUnknown);
        Assert.Equal(SnapshotTracker.ConfirmationTime, first.ConfirmAt);
        var second = restarted.Take(Vpc.Snapshot(Vpc.Primary()), TimeSpan.FromSeconds(1));
        Assert.False(second.HoldsUnknown);
        Assert.Null(second.ConfirmAt);
    }

    [Fact]
    public void After_a_restart_with_only_the_ledger_a_faulty_eni_is_held()
    {
        var restarted = new SnapshotTracker(null, [Eleven]);

        var belief = restarted.Take(Faulty(1), TimeSpan.Zero);

        Assert.Equal([Vpc.Mac(1)], belief.HeldEnis);
        Assert.True(restarted.Take(Faulty(1), TimeSpan.FromMinutes(1)).HoldsUnknown);
    }

    [Fact]
    public void A_new_eni_that_is_still_pending_holds_nothing_back()
    {
        At(0, Vpc.Snapshot(Vpc.Primary()));

        var belief = At(1000, Vpc.Snapshot(Vpc.Primary()) with { Faults = [new EniFault(Vpc.Mac(1), true, Sentence.AsIs("local-ipv4s: 404"))] });

        Assert.Empty(belief.HeldEnis);
        Assert.False(belief.HoldsUnknown);
    }

    private static MetadataSnapshot Faulty(int eni) =>
        Vpc.Snapshot(Vpc.Primary()) with { Faults = [new EniFault(Vpc.Mac(eni), false, Sentence.AsIs("subnet-mask: 255.0.255.0"))] };

    private Belief At(int milliseconds, MetadataSnapshot snapshot) => _tracker.Take(snapshot, TimeSpan.FromMilliseconds(milliseconds));
}
