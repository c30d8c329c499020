using EniAgent.Netlink.Tests.Codec;
using Tmds.Linux;
using static EniAgent.Netlink.Tests.Kernel.InNamespace;

namespace EniAgent.Netlink.Tests.Kernel;

/// <summary>Events of the real kernel.</summary>
[Trait("Needs", "root")]
public sealed class MonitorTests
{
    [Fact]
    public void What_happens_to_links_addresses_routes_rules_and_settings_is_told() => Run(() =>
    {
        using var monitor = RouteMonitor.Open();
        Assert.Empty(ReadAll(monitor));

        Ip("link add v0 address 52:54:00:00:00:02 type veth peer name v1");
        var links = ReadAll(monitor).OfType<LinkEvent>().ToList();
        Assert.Contains(links, e => e is { Removed: false, Link: { Name: "v0", Kind: "veth", HardwareAddress: 0x525400000002 } });

        Ip("link set v0 up");
        Assert.Contains(ReadAll(monitor), e => e is LinkEvent { Link: { Name: "v0", IsUp: true } });

        Ip("address add 10.0.3.133/24 dev v0");
        var events = ReadAll(monitor);
        Assert.Contains(events, e => e is AddressEvent { Removed: false, Address.PrefixLength: 24 });
        Assert.Contains(events, e => e is RouteEvent { Removed: false, Route: { DestinationLength: 24, Protocol: RtnetlinkUapi.RTPROT_KERNEL } });

        Ip("rule add from 10.0.3.133 lookup 31001 pref 31010");
        Assert.Equal(31010u, Assert.IsType<RuleEvent>(Assert.Single(ReadAll(monitor))).Rule.Priority);

        Ip("rule del pref 31010");
        Assert.True(Assert.IsType<RuleEvent>(Assert.Single(ReadAll(monitor))).Removed);

        File.WriteAllText("/proc/sys/net/ipv4/conf/v0/rp_filter", "2");
        Assert.Contains(ReadAll(monitor), e => e is NetconfEvent { Netconf.RpFilter: 2 });

        Ip("address del 10.0.3.133/24 dev v0");
        Assert.Contains(ReadAll(monitor), e => e is AddressEvent { Removed: true });

        Ip("link del v0");
        Assert.Contains(ReadAll(monitor), e => e is LinkEvent { Removed: true, Link.Name: "v0" });
    });

    [Fact]
    public void Events_carry_the_port_of_the_socket_that_asked() => Run(() =>
    {
        Ip("link add v0 type veth peer name v1");
        using var socket = RouteSocket.Open();
        using var monitor = RouteMonitor.Open();
        var batch = new RequestBatch();
        batch.AddRule(new RuleMessage { Family = SocketUapi.AF_INET, Priority = 31010, Table = 31001, Source = InetAddress.Parse("10.0.3.133"), SourceLength = 32, Protocol = 131 });

        Assert.True(Assert.Single(socket.Execute(batch)).IsSuccess);

        var told = Assert.IsType<RuleEvent>(Assert.Single(ReadAll(monitor)));
        Assert.Equal((socket.PortId, (byte?)131), (told.SenderPort, told.Rule.Protocol));
    });

    [Fact]
    public void A_bridge_that_loses_a_port_is_no_link_that_is_gone() => Run(() =>
    {
        Ip("link add br0 type bridge");
        Ip("link add v0 master br0 type veth peer name v1");
        using var monitor = RouteMonitor.Open();

        Ip("link set v0 nomaster");

        Assert.DoesNotContain(ReadAll(monitor), e => e is LinkEvent { Removed: true });
    });

    [Fact]
    public void Waiting_ends_with_the_first_event_and_not_before() => Run(() =>
    {
        using var monitor = RouteMonitor.Open();
        var waiting = monitor.WaitReadableAsync(CancellationToken.None);
        Assert.False(waiting.Wait(100));

        Ip("rule add from 1.2.3.4 lookup main");

        Assert.True(waiting.Wait(TimeSpan.FromSeconds(5)));
        Assert.IsType<RuleEvent>(Assert.Single(ReadAll(monitor)));
    });

    [Fact]
    public void Waiting_can_be_cancelled_and_begun_again() => Run(() =>
    {
        using var monitor = RouteMonitor.Open();
        using var cancellation = new CancellationTokenSource();
        var waiting = monitor.WaitReadableAsync(cancellation.Token);
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => waiting.GetAwaiter().GetResult());

        Ip("rule add from 1.2.3.4 lookup main");

        Assert.True(monitor.WaitReadableAsync(CancellationToken.None).Wait(TimeSpan.FromSeconds(5)));
        Assert.Single(ReadAll(monitor));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lost_events_are_told_as_an_overrun_and_later_ones_come_again(bool waitFirst) => Run(() =>
    {
        using var monitor = RouteMonitor.Open(options: new NetlinkOptions { ReceiveBufferSize = 4096 });
        var waiting = waitFirst ? monitor.WaitReadableAsync(CancellationToken.None) : Task.CompletedTask;
        IpBatch(Enumerable.Range(1, 500).Select(i => $"rule add from 10.0.{i / 250}.{i % 250} lookup main"));
        Assert.True(waiting.Wait(TimeSpan.FromSeconds(5)));
        Assert.True(monitor.WaitReadableAsync(CancellationToken.None).Wait(TimeSpan.FromSeconds(5)));

        var events = ReadAll(monitor);

        Assert.Contains(new OverrunEvent(OverrunReason.BufferFull), events);
        Assert.InRange(events.Count, 2, 499);
        Ip("rule del from 10.0.0.1");
        Assert.IsType<RuleEvent>(Assert.Single(ReadAll(monitor)));
    });

    [Fact]
    public unsafe void What_another_process_sends_is_not_taken_for_the_kernels_word() => Run(() =>
    {
        using var monitor = RouteMonitor.Open();
        using var forger = NetlinkEndpoint.Open(NetlinkOptions.Default);
        byte[] forged = Capture.Read("rule-from-address");
        var target = new sockaddr_nl { nl_family = 16, nl_pid = monitor.Endpoint.PortId };
        fixed (byte* bytes = forged)
        {
            Assert.Equal(forged.Length, (int)LibC.sendto(forger.Descriptor.Number, bytes, forged.Length, 0, (sockaddr*)&target, sizeof(sockaddr_nl)));
        }

        Ip("rule add from 1.2.3.4 lookup main");

        Assert.Equal(InetAddress.Parse("1.2.3.4"), Assert.IsType<RuleEvent>(Assert.Single(ReadAll(monitor))).Rule.Source);
    });

    internal static List<NetlinkEvent> ReadAll(RouteMonitor monitor)
    {
        var events = new List<NetlinkEvent>();
        Assert.Equal(monitor.Read(events.Add), events.Count);
        return events;
    }
}
