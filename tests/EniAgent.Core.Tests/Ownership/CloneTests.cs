using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;

namespace EniAgent.Core.Tests.Ownership;

public class CloneTests
{
    private static readonly MacAddress Former = MacAddress.Parse("52:54:00:00:00:aa");
    private static readonly MacAddress Mine = MacAddress.Parse("52:54:00:00:00:01");

    private static readonly PersistentState State = new()
    {
        InstanceId = "ins-former",
        Slots = ImmutableSortedDictionary<MacAddress, int>.Empty.Add(Former, 0),
    };

    [Fact]
    public void Another_instance_id_and_none_of_its_MACs_make_a_clone() => Assert.True(Clone.IsOne(State, Snapshot("ins-new"), [Mine]));

    [Fact]
    public void Exchanged_NICs_alone_do_not() => Assert.False(Clone.IsOne(State, Snapshot("ins-former"), [Mine]));

    [Fact]
    public void Another_instance_id_alone_does_not() => Assert.False(Clone.IsOne(State, Snapshot("ins-new"), [Mine, Former]));

    [Fact]
    public void A_MAC_that_metadata_lists_is_here_though_its_NIC_is_not() =>
        Assert.False(Clone.IsOne(State with { Slots = State.Slots.Add(Mine, 1) }, Snapshot("ins-new", Mine), []));

    [Fact]
    public void A_state_that_remembers_nothing_is_nobodys() => Assert.False(Clone.IsOne(PersistentState.Empty with { InstanceId = "ins-former" }, Snapshot("ins-new"), [Mine]));

    [Fact]
    public void Metadata_without_an_instance_id_proves_nothing() => Assert.False(Clone.IsOne(State, Snapshot(""), [Mine]));

    private static MetadataSnapshot Snapshot(string id, params MacAddress[] macs) => new()
    {
        InstanceId = id,
        PrimaryMac = Mine,
        Enis = [.. macs.Select(mac => new EniMetadata
        {
            Mac = mac, IsPrimary = mac == Mine, Subnet = IpPrefix.Parse("10.0.1.0/24"), Gateway = IpAddress.Parse("10.0.1.1"), Addresses = [],
        })],
    };
}
