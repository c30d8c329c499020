using Tmds.Linux;
using static EniAgent.Netlink.Tests.Kernel.InNamespace;

namespace EniAgent.Netlink.Tests.Kernel;

/// <summary>Batches against the real kernel.</summary>
[Trait("Needs", "root")]
public sealed class ExecuteTests
{
    [Fact]
    public void A_thousand_addresses_are_added_in_one_call_and_read_back() => Run(() =>
    {
        Ip("link add v0 type veth peer name v1");
        using var socket = RouteSocket.Open();
        int link = socket.GetLink("v0")!.Index;
        var batch = new RequestBatch();
        for (uint i = 0; i < 1000; i++)
        {
            Assert.Equal((int)i, batch.AddAddress(Address(link, 0x0a000001 + i)));
        }

        Assert.All(socket.Execute(batch), result => Assert.True(result.IsSuccess));

        var addresses = socket.DumpAddresses(SocketUapi.AF_INET, link);
        Assert.Equal(1000, addresses.Count);
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => InetAddress.FromIPv4(0x0a000001 + (uint)i)),
            addresses.Select(a => a.Address).Order(Comparer<InetAddress>.Create((a, b) => a.Value.CompareTo(b.Value))));
    });

    [Fact]
    public void Each_failure_is_matched_to_its_request_and_the_rest_is_carried_out() => Run(() =>
    {
        Ip("link add v0 type veth peer name v1");
        using var socket = RouteSocket.Open();
        int link = socket.GetLink("v0")!.Index;
        var batch = new RequestBatch();
        int first = batch.AddAddress(Address(link, 0x0a000001));
        int again = batch.AddAddress(Address(link, 0x0a000001));
        int noLink = batch.AddAddress(Address(9999, 0x0a000002));
        int noSuch = batch.DeleteAddress(Address(link, 0x0a0000ff));
        int noRoute = batch.DeleteRoute(new RouteMessage { Family = SocketUapi.AF_INET, Table = 777 });
        int noRule = batch.DeleteRule(new RuleMessage { Family = SocketUapi.AF_INET, Priority = 5, Table = 777 });
        int badPrefix = batch.AddAddress(Address(link, 0x0a000003) with { PrefixLength = 33 });
        int last = batch.AddAddress(Address(link, 0x0a000004));

        var results = socket.Execute(batch);

        Assert.Equal(0, results[first].Errno);
        Assert.Equal(Errno.EEXIST, results[again].Errno);
        Assert.Equal(Errno.ENODEV, results[noLink].Errno);
        Assert.Equal(Errno.EADDRNOTAVAIL, results[noSuch].Errno);
        Assert.Equal(Errno.ESRCH, results[noRoute].Errno);
        Assert.Equal(Errno.ENOENT, results[noRule].Errno);
        Assert.Equal(Errno.EINVAL, results[badPrefix].Errno);
        Assert.Equal(0, results[last].Errno);
        Assert.True(socket.ExtendedAcks);
        Assert.Equal("ipv4: Invalid prefix length", results[badPrefix].Message);
        Assert.Equal([0x0a000001u, 0x0a000004u], socket.DumpAddresses(SocketUapi.AF_INET, link).Select(a => (uint)a.Address.Value));
    });

    [Fact]
    public void Sixteen_thousand_requests_are_answered_one_by_one() => Run(() =>
    {
        using var socket = RouteSocket.Open();
        var batch = new RequestBatch();
        for (uint i = 0; i < 16_384; i++)
        {
            // Every thousandth is the one before it again.
            batch.AddRoute(Blackhole(0x0b000000 + (i % 1000 == 999 ? i - 1 : i)));
        }

        var results = socket.Execute(batch);

        Assert.Equal(16_384, results.Length);
        Assert.All(results, (r, i) => Assert.Equal(i % 1000 == 999 ? Errno.EEXIST : 0, r.Errno));
        Assert.Equal(16_368, socket.DumpRoutes(new RouteDumpFilter { Table = 31001 }).Count);
    });

    [Fact]
    public void Sixteen_thousand_failures_are_all_told_even_with_a_small_receive_buffer() => Run(() =>
    {
        using var socket = RouteSocket.Open(new NetlinkOptions { ReceiveBufferSize = 64 << 10 });
        var batch = new RequestBatch();
        for (uint i = 0; i < 16_384; i++)
        {
            batch.DeleteRoute(Blackhole(i));
        }

        Assert.All(socket.Execute(batch), r => Assert.Equal(Errno.ESRCH, r.Errno));
    });

    [Fact]
    public unsafe void When_answers_are_lost_the_open_requests_say_so_and_the_socket_is_in_step_again() => Run(() =>
    {
        using var socket = RouteSocket.Open();
        int tiny = 1;
        Assert.Equal(0, LibC.setsockopt(socket.Endpoint.Descriptor.Number, LibC.SOL_SOCKET, LibC.SO_RCVBUF, &tiny, sizeof(int)));
        var batch = new RequestBatch();
        for (uint i = 0; i < 500; i++)
        {
            batch.DeleteRoute(Blackhole(i));
        }

        var results = socket.Execute(batch);

        Assert.All(results, r => Assert.True(r.Errno is Errno.ESRCH or Errno.ENOBUFS));
        Assert.Contains(results, r => r.Errno == Errno.ENOBUFS);
        Assert.Equal(Errno.ESRCH, results[0].Errno);
        batch.Clear();
        batch.AddRoute(Blackhole(1));
        batch.DeleteRoute(Blackhole(2));
        Assert.Equal([0, Errno.ESRCH], socket.Execute(batch).Select(r => r.Errno));
        Assert.Single(socket.DumpRoutes(new RouteDumpFilter { Table = 31001 }));
    });

    [Fact]
    public void Without_extended_acknowledgements_the_number_is_all_there_is() => Run(() =>
    {
        using var socket = RouteSocket.Open(new NetlinkOptions { DisableExtendedAcks = true });
        var batch = new RequestBatch();
        batch.AddAddress(Address(1, 0x0a000003) with { PrefixLength = 33 });

        Assert.Equal(new RequestResult(Errno.EINVAL, null, 0), Assert.Single(socket.Execute(batch)));
    });

    [Fact]
    public void An_executed_batch_can_be_executed_again_and_an_empty_one_does_nothing() => Run(() =>
    {
        using var socket = RouteSocket.Open();
        var batch = new RequestBatch();
        Assert.Empty(socket.Execute(batch));
        batch.AddRoute(Blackhole(1));

        Assert.Equal(0, Assert.Single(socket.Execute(batch)).Errno);
        Assert.Equal(Errno.EEXIST, Assert.Single(socket.Execute(batch)).Errno);
        Assert.Throws<ArgumentException>(() => socket.Execute(batch, Span<RequestResult>.Empty));
    });

    [Fact]
    public void Routes_are_created_replaced_and_appended() => Run(() =>
    {
        Ip("link add v0 type veth peer name v1");
        Ip("link set v0 up");
        Ip("address add 10.0.3.1/24 dev v0");
        using var socket = RouteSocket.Open();
        var first = Blackhole(1) with { Type = RtnetlinkUapi.RTN_UNICAST, OutputInterface = socket.GetLink("v0")!.Index, Gateway = InetAddress.Parse("10.0.3.7") };
        var second = first with { Gateway = InetAddress.Parse("10.0.3.8") };
        var batch = new RequestBatch();
        batch.AddRoute(first);
        batch.AddRoute(second);
        batch.AddRoute(second, RouteAddMode.Replace);
        batch.AddRoute(first, RouteAddMode.Append);

        Assert.Equal([0, Errno.EEXIST, 0, 0], socket.Execute(batch).Select(r => r.Errno));
        Assert.Equal([second.Gateway, first.Gateway], socket.DumpRoutes(new RouteDumpFilter { Table = 31001 }).Select(r => r.Gateway));
    });

    [Fact]
    public void A_route_is_deleted_by_what_the_message_says_and_no_more() => Run(() =>
    {
        using var socket = RouteSocket.Open();
        var batch = new RequestBatch();
        var route = Blackhole(1);
        batch.AddRoute(route);
        batch.DeleteRoute(route with { Protocol = 4 });
        batch.DeleteRoute(route with { Type = RtnetlinkUapi.RTN_UNICAST });
        batch.DeleteRoute(route with { Scope = RtnetlinkUapi.RT_SCOPE_LINK });
        batch.DeleteRoute(route with { Protocol = 0, Type = 0, Scope = RtnetlinkUapi.RT_SCOPE_NOWHERE });

        Assert.Equal([0, Errno.ESRCH, Errno.ESRCH, Errno.ESRCH, 0], socket.Execute(batch).Select(r => r.Errno));
    });

    [Fact]
    public void Links_are_set_up_grouped_and_deleted() => Run(() =>
    {
        Ip("link add v0 type veth peer name v1");
        using var socket = RouteSocket.Open();
        int link = socket.GetLink("v0")!.Index;
        var batch = new RequestBatch();
        batch.SetLink(link, up: true, group: 31000);
        Assert.Equal(0, socket.Execute(batch)[0].Errno);
        Assert.True(socket.GetLink(link) is { IsUp: true, Group: 31000 });

        batch.Clear();
        batch.SetLink(link, group: 0);
        batch.SetLink(999, up: true);
        Assert.Equal([0, Errno.ENODEV], socket.Execute(batch).Select(r => r.Errno));
        Assert.True(socket.GetLink(link) is { IsUp: true, Group: 0 });

        batch.Clear();
        batch.SetLink(link, up: false);
        Assert.Equal(0, socket.Execute(batch)[0].Errno);
        Assert.False(socket.GetLink(link)!.IsUp);

        batch.Clear();
        batch.DeleteLink(link);
        Assert.Equal(0, socket.Execute(batch)[0].Errno);
        Assert.Null(socket.GetLink(link));
    });

    [Fact]
    public void Using_a_neighbour_has_the_kernel_resolve_it() => Run(() =>
    {
        Ip("link add v0 type veth peer name v1");
        Ip("link add br0 type bridge");
        Ip("link set v1 master br0");
        IpBatch(["link set v0 up", "link set v1 up", "link set br0 up", "address add 10.0.3.5/24 dev v0", "address add 10.0.4.1/24 dev br0"]);
        using var socket = RouteSocket.Open();
        int link = socket.GetLink("v0")!.Index;
        var batch = new RequestBatch();
        batch.UseNeighbor(link, InetAddress.Parse("10.0.3.1"));

        Assert.Equal(0, Assert.Single(socket.Execute(batch)).Errno);

        var neighbor = Assert.Single(socket.DumpNeighbors(link), n => n.Address == InetAddress.Parse("10.0.3.1"));
        Assert.Equal(NeighbourUapi.NUD_INCOMPLETE, neighbor.State);
        Assert.False(neighbor.IsResolved);
    });

    private static RouteMessage Blackhole(uint address) => new()
    {
        Family = SocketUapi.AF_INET,
        Destination = InetAddress.FromIPv4(address),
        DestinationLength = 32,
        Table = 31001,
        Type = RtnetlinkUapi.RTN_BLACKHOLE,
        Protocol = 131,
    };

    private static AddressMessage Address(int link, uint address) => new()
    {
        Family = SocketUapi.AF_INET,
        Index = link,
        Address = InetAddress.FromIPv4(address),
        PrefixLength = 8,
    };
}
