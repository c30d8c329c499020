using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Tests.Ownership;

public class SlotsTests
{
    private static readonly ImmutableSortedDictionary<MacAddress, int> Nothing = ImmutableSortedDictionary<MacAddress, int>.Empty;

    [Fact]
    public void The_primary_eni_has_slot_0_and_the_others_the_lowest_free_ones()
    {
        var slots = Slots.Assign(Nothing, Vpc.Snapshot(Vpc.Secondary(2), Vpc.Primary(), Vpc.Secondary(1)));

        Assert.Equal(0, slots[Vpc.Mac(0)]);
        Assert.Equal(1, slots[Vpc.Mac(1)]);
        Assert.Equal(2, slots[Vpc.Mac(2)]);
    }

    [Fact]
    public void An_eni_keeps_its_slot_while_others_come_and_go()
    {
        var slots = Slots.Assign(Nothing, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(5), Vpc.Secondary(6)));

        slots = Slots.Assign(slots, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(6)));
        slots = Slots.Assign(slots, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(6)));

        Assert.Equal(2, slots[Vpc.Mac(6)]);
        Assert.Equal(3, slots[Vpc.Mac(1)]);
    }

    [Fact]
    public void A_detached_eni_finds_its_slot_again()
    {
        var slots = Slots.Assign(Nothing, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(2)));

        slots = Slots.Assign(slots, Vpc.Snapshot(Vpc.Primary()));
        slots = Slots.Assign(slots, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(3), Vpc.Secondary(1)));

        Assert.Equal(1, slots[Vpc.Mac(1)]);
        Assert.Equal(3, slots[Vpc.Mac(3)]);
    }

    [Fact]
    public void An_eni_with_incomplete_metadata_has_its_slot_already()
    {
        var slots = Slots.Assign(Nothing, Vpc.Snapshot(Vpc.Primary()) with { Faults = [new EniFault(Vpc.Mac(1), true, Sentence.AsIs("404"))] });

        Assert.Equal(1, slots[Vpc.Mac(1)]);
    }

    [Fact]
    public void When_all_are_taken_an_absent_eni_gives_its_slot_up_and_an_attached_one_never_does()
    {
        var remembered = Enumerable.Range(1, Slots.Count - 1).ToImmutableSortedDictionary(Vpc.Mac, n => n);

        var slots = Slots.Assign(remembered, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), new() { Mac = Vpc.Mac(999), IsPrimary = false, Subnet = Vpc.Primary().Subnet, Gateway = Vpc.Primary().Gateway, Addresses = Vpc.Primary().Addresses }));

        Assert.Equal(1, slots[Vpc.Mac(1)]);
        Assert.Equal(2, slots[Vpc.Mac(999)]);
        Assert.False(slots.ContainsKey(Vpc.Mac(2)));
        Assert.Equal(Slots.Count, slots.Values.Distinct().Count());
    }

    [Fact]
    public void With_more_enis_than_slots_the_last_ones_have_none()
    {
        var snapshot = Vpc.Snapshot([Vpc.Primary(), .. Enumerable.Range(1, 300).Select(n => Vpc.Eni(Vpc.Mac(n), false, "10.0.0.0/16", "10.0.0.1", "10.0.9.9"))]);

        var slots = Slots.Assign(Nothing, snapshot);

        Assert.Equal(Slots.Count, slots.Count);
        Assert.Equal(Slots.Count, slots.Values.Distinct().Count());
    }

    [Fact]
    public void A_remembered_slot_that_cannot_be_is_given_anew()
    {
        var remembered = Nothing.Add(Vpc.Mac(1), 0).Add(Vpc.Mac(2), 7).Add(Vpc.Mac(3), 7).Add(Vpc.Mac(4), 4000);

        var slots = Slots.Assign(remembered, Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1), Vpc.Secondary(2), Vpc.Secondary(3), Vpc.Secondary(4)));

        Assert.Equal([0, 1, 7, 2, 3], new[] { 0, 1, 2, 3, 4 }.Select(n => slots[Vpc.Mac(n)]));
    }
}
