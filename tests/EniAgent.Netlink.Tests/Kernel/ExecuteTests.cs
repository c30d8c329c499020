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

    private static AddressMessage Address(int link, uint address) => new()
    {
        Family = SocketUapi.AF_INET,
        Index = link,
        Address = InetAddress.FromIPv4(address),
        PrefixLength = 8,
    };
}
