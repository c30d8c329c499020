using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;
using EniAgent.Hosting;

namespace EniAgent.Tests.Hosting;

public class EventTriageTests
{
    private static readonly Link Eth0 = new() { Index = 2, Name = "eth0", Mac = Vpc.Mac(0), IsUp = true };
    private static readonly Link Eth1 = new() { Index = 3, Name = "eth1", Mac = Vpc.Mac(1), IsUp = true };
    private static readonly Link New = new() { Index = 4, Name = "eth2", Mac = Vpc.Mac(2) };
    private static readonly LinkAddress Address = new() { LinkIndex = 3, Address = new InterfaceAddress(Vpc.Ip("10.0.1.10"), 24) };

    private readonly EventTriage _triage = new();
    private MetadataSnapshot _believed = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1));

    public EventTriageTests()
    {
        _triage.Watch([2, 3], [Vpc.Mac(0), Vpc.Mac(1)]);
        _triage.Verified(new ObservedState { Links = [Eth0, Eth1], Addresses = [Address] });
    }

    [Fact]
    public void A_NIC_that_metadata_does_not_list_calls_for_a_burst_once()
    {
        Assert.Equal(Call.Burst, Take(Appears(New)));
        Assert.Equal([New.Mac], _triage.Awaited);

        // Its name, and that it is up, come as events of their own.
        Assert.Equal(Call.None, Take(Appears(New with { Name = "ens7" }), Appears(New with { Name = "ens7", IsUp = true })));
    }

    [Fact]
    public void Just_before_a_look_at_the_kernel_too_for_that_look_will_not_see_it() =>
        Assert.Equal(Call.Burst, _triage.Take([Appears(New)], _believed, isBeforeObserve: true));

    [Fact]
    public void A_NIC_whose_metadata_is_not_complete_yet_calls_for_a_burst()
    {
        _believed = _believed with { Faults = [new EniFault(New.Mac, IsPending: true, Sentence.AsIs("no addresses yet"))] };

        Assert.Equal(Call.Burst, Take(Appears(New)));
    }

    [Fact]
    public void A_NIC_whose_metadata_is_wrong_for_good_calls_for_nothing()
    {
        _believed = _believed with { Faults = [new EniFault(New.Mac, IsPending: false, Sentence.AsIs("10.0.9.9 is outside of the subnet"))] };

        Assert.Equal(Call.None, Take(Appears(New)));
    }

    [Fact]
    public void A_NIC_that_metadata_lists_is_converged_at_once()
    {
        _triage.Watch([2, 3], [Vpc.Mac(0), Vpc.Mac(1), New.Mac]);

        Assert.Equal(Call.HotPlug, Take(Appears(New)));
    }

    [Fact]
    public void A_NIC_that_goes_is_converged_at_once() => Assert.Equal(Call.HotPlug, Take(Goes(Eth1)));

    [Fact]
    public void Nobody_waits_for_a_NIC_that_has_gone_again()
    {
        Take(Appears(New));

        Assert.Equal(Call.None, Take(Goes(New)));

        Assert.Empty(_triage.Awaited);
    }

    [Fact]
    public void A_NIC_that_comes_back_is_a_new_one()
    {
        Take(Appears(New), Goes(New));

        Assert.Equal(Call.Burst, Take(Appears(New)));
    }

    [Fact]
    public void A_NIC_that_was_waited_for_in_vain_is_not_waited_for_again_whatever_happens_to_it()
    {
        Take(Appears(New));
        _triage.GiveUp();

        Assert.Equal(Call.None, Take(Appears(New with { IsUp = true }), Appears(New)));
        Assert.Empty(_triage.Awaited);
    }

    [Fact]
    public void The_NIC_of_an_ENI_that_was_detached_is_no_new_one()
    {
        // Metadata let go of it first; the NIC goes down and away later.
        _triage.Watch([2], [Vpc.Mac(0)]);
        _triage.Verified(new ObservedState { Links = [Eth0] });

        Assert.Equal(Call.None, Take(Appears(Eth1 with { IsUp = false }), Goes(Eth1)));
    }

    [Fact]
    public void A_link_without_a_MAC_is_no_NIC() =>
        Assert.Equal(Call.None, Take(Appears(new Link { Index = 1, Name = "lo", Mac = default, IsUp = true })));

    [Fact]
    public void What_metadata_lists_completely_is_no_longer_waited_for()
    {
        Take(Appears(New));

        _triage.Arrived([New.Mac]);

        Assert.Empty(_triage.Awaited);
    }

    [Fact]
    public void What_is_not_as_it_was_verified_is_drift()
    {
        Assert.Equal(Call.Drift, Take(new KernelEvent.AddressChanged(Address, Removed: true)));
        Assert.Equal(Call.Drift, Take(Appears(Eth1 with { IsUp = false })));
        Assert.Equal(Call.Drift, Take(Appears(Eth1 with { Name = "ens6" })));
        Assert.Equal(Call.Drift, Take(new KernelEvent.Lost()));
    }

    [Fact]
    public void What_is_as_it_was_verified_is_nothing() =>
        Assert.Equal(Call.None, Take(new KernelEvent.AddressChanged(Address, Removed: false), Appears(Eth1)));

    [Fact]
    public void Just_before_a_look_at_the_kernel_drift_is_nothing_for_that_look_will_see_it() =>
        Assert.Equal(Call.None, _triage.Take([new KernelEvent.AddressChanged(Address, true), new KernelEvent.Lost()], _believed, isBeforeObserve: true));

    [Fact]
    public void Several_calls_are_made_at_once() =>
        Assert.Equal(Call.Burst | Call.HotPlug | Call.Drift, Take(Appears(New), Goes(Eth1), new KernelEvent.AddressChanged(Address, true)));

    [Fact]
    public void The_same_links_and_ENIs_are_no_news()
    {
        Assert.False(_triage.Watch([3, 2], [Vpc.Mac(1), Vpc.Mac(0)]));
        Assert.True(_triage.Watch([2, 3, 4], [Vpc.Mac(1), Vpc.Mac(0)]));
    }

    private static KernelEvent.LinkChanged Appears(Link link) => new(link, Removed: false);

    private static KernelEvent.LinkChanged Goes(Link link) => new(link, Removed: true);

    private Call Take(params ImmutableArray<KernelEvent> events) => _triage.Take(events, _believed, isBeforeObserve: false);
}
