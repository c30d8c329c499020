using CsCheck;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Linux.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.Tests.Kernel;

public class KernelMappingTests
{
    private static readonly Gen<IpAddress> Ips = Gen.Select(Gen.Bool, Gen.ULong, Gen.ULong, (isV4, high, low) =>
        isV4 ? IpAddress.FromIPv4((uint)low) : new IpAddress(AddressFamily.IPv6, new UInt128(high, low)));

    private static readonly Gen<uint> Numbers = Gen.OneOf(Gen.Const(0u), Gen.UInt);

    private static readonly Gen<LinkAddress> Addresses = Gen.Select(
        Ips, Gen.Int[0, 32], Gen.Int[1, 1000], Numbers, Gen.Bool, Gen.Byte,
        (ip, length, link, metric, noPrefixRoute, protocol) => new LinkAddress
        {
            LinkIndex = link,
            Address = new InterfaceAddress(ip, length),
            Metric = metric,
            NoPrefixRoute = noPrefixRoute,
            Protocol = protocol,
        });

    private static readonly Gen<Route> Routes = Gen.Select(
        Gen.UInt, Ips, Gen.Int[0, 32], Gen.Int[1, 1000], Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool), Gen.ULong, Numbers, Gen.Byte,
        (table, ip, length, link, has, other, metric, protocol) => new Route
        {
            Table = table,
            Destination = new IpPrefix(ip, length),
            LinkIndex = link,
            Gateway = has.Item1 ? new IpAddress(ip.Family, (uint)other) : default,
            Metric = metric,
            PreferredSource = has.Item2 ? new IpAddress(ip.Family, (uint)(other >> 32)) : default,
            OnLink = has.Item3,
            IsLinkScope = has.Item4,
            Protocol = protocol,
        });

    private static readonly Gen<Rule> Rules = Gen.Select(
        Ips, Gen.ULong, Gen.Select(Gen.Int[1, 32], Gen.Int[1, 32]), Gen.UInt, Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool), Gen.UInt[1, uint.MaxValue],
        Gen.Select(Gen.Int[0, 32], Gen.UInt[0, int.MaxValue]), Gen.Byte,
        (ip, other, lengths, priority, has, target, suppress, protocol) => new Rule
        {
            Family = ip.Family,
            Priority = priority,
            From = has.Item1 ? new IpPrefix(ip, lengths.Item1) : null,
            To = has.Item2 ? new IpPrefix(new IpAddress(ip.Family, (uint)other), lengths.Item2) : null,
            OutputInterface = has.Item3 ? "eth1" : null,
            Table = has.Item4 ? target : null,
            Goto = has.Item4 ? null : target,
            SuppressPrefixLength = has.Item5 ? suppress.Item1 : null,
            SuppressGroup = has.Item6 ? suppress.Item2 : null,
            Protocol = protocol,
        });

    [Fact]
    public void An_address_survives_the_way_to_the_kernel_and_back() =>
        Addresses.Sample(address => KernelMapping.ToCore(KernelMapping.ToNetlink(address)) with { Native = null } == address);

    [Fact]
    public void A_route_survives_the_way_to_the_kernel_and_back() =>
        Routes.Sample(route => KernelMapping.ToCore(KernelMapping.ToNetlink(route))! with { Native = null } == route);

    [Fact]
    public void A_rule_survives_the_way_to_the_kernel_and_back() =>
        Rules.Sample(rule => KernelMapping.ToCore(KernelMapping.ToNetlink(rule)) with { Native = null } == rule);

    [Fact]
    public void What_came_from_the_kernel_goes_back_as_it_came()
    {
        var route = new RouteMessage { Family = 2, Table = 254, Type = 1, OutputInterface = 3, Protocol = 16, Flags = 0x10 };
        var rule = new RuleMessage { Family = 2, Priority = 5, Table = 254, FwMark = 7 };
        var address = new AddressMessage { Family = 2, Index = 3, Address = InetAddress.FromIPv4(1), PrefixLength = 24, Label = "eth0:vip" };

        Assert.Same(route, KernelMapping.ToNetlink(KernelMapping.ToCore(route)!));
        Assert.Same(rule, KernelMapping.ToNetlink(KernelMapping.ToCore(rule)));
        Assert.Same(address, KernelMapping.ToNetlink(KernelMapping.ToCore(address)));
    }

    [Fact]
    public void A_changed_route_keeps_what_the_model_does_not_know()
    {
        var native = new RouteMessage { Family = 2, Table = 254, Type = 1, OutputInterface = 3, Protocol = 16, Gateway = InetAddress.FromIPv4(1), Mtu = 1400 };
        var changed = KernelMapping.ToCore(native)! with { Gateway = IpAddress.FromIPv4(2), OnLink = true };

        Assert.Equal(native with { Gateway = InetAddress.FromIPv4(2), Flags = 4 }, KernelMapping.ToNetlink(changed));
    }

    [Fact]
    public void A_delete_of_an_address_says_only_what_tells_it_apart()
    {
        var native = new AddressMessage { Family = 2, Index = 3, Address = InetAddress.FromIPv4(1), PrefixLength = 24, ValidLifetime = 60, RoutePriority = 9, Label = "eth0:vip" };

        Assert.Equal(
            new AddressMessage { Family = 2, Index = 3, Address = InetAddress.FromIPv4(1), PrefixLength = 24 },
            KernelMapping.ToDelete(KernelMapping.ToCore(native)));
    }

    [Fact]
    public void A_route_that_one_link_and_one_gateway_do_not_describe_has_no_picture()
    {
        var simple = new RouteMessage { Family = 2, Table = 254, Type = 1, OutputInterface = 3 };

        Assert.NotNull(KernelMapping.ToCore(simple));
        Assert.Null(KernelMapping.ToCore(simple with { Type = 6 }));
        Assert.Null(KernelMapping.ToCore(simple with { Tos = 8 }));
        Assert.Null(KernelMapping.ToCore(simple with { NexthopId = 7 }));
        Assert.Null(KernelMapping.ToCore(simple with { OutputInterface = null }));
    }

    [Theory]
    [InlineData("bridge", true)]
    [InlineData("bond", true)]
    [InlineData("team", true)]
    [InlineData("vrf", false)]
    [InlineData(null, false)]
    public void A_port_is_one_of_what_is_configured_in_its_place(string? master, bool isPort) =>
        Assert.Equal(isPort, KernelMapping.ToCore(new LinkMessage { Index = 1, SlaveKind = master }).IsPort);

    [Fact]
    public void A_link_is_known_by_its_permanent_address_where_it_has_one()
    {
        Assert.Equal(new MacAddress(2), KernelMapping.ToCore(new LinkMessage { HardwareAddress = 1, PermanentAddress = 2 }).Mac);
        Assert.Equal(new MacAddress(1), KernelMapping.ToCore(new LinkMessage { HardwareAddress = 1 }).Mac);
        Assert.True(KernelMapping.ToCore(new LinkMessage()).Mac.IsZero);
    }
}
