using CsCheck;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Netlink;
using EniAgent.Netlink.Tests.Codec;

namespace EniAgent.Fuzz.Tests.Targets.Netlink;

/// <summary>A monitor throws for no datagram: what it cannot decode is a loss, and the last event of that datagram.</summary>
internal sealed class EventsTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds => [.. Capture.Names.Select(Capture.Read)];

    /// <inheritdoc/>
    public override int Share => 100_000;

    /// <inheritdoc/>
    public override Gen<byte[]> Inputs(IReadOnlyList<byte[]> seeds) => new MessageMutations(seeds);

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        var events = new List<NetlinkEvent>();
        Assert.Equal(RouteMonitor.Decode(input, events.Add), events.Count);
        Assert.True(events.SkipLast(1).All(e => e is not OverrunEvent));
        Assert.True(events.OfType<OverrunEvent>().All(e => e.Reason == OverrunReason.Malformed));
    }
}
