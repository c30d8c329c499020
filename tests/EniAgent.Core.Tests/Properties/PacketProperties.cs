using CsCheck;
using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Core.Tests.Fakes;

namespace EniAgent.Core.Tests.Properties;

/// <summary>The principle, packet by packet: where each one leaves, by the kernel's own lookup.</summary>
public class PacketProperties
{
    private static readonly int Iterations = Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? 200 : -1;

    [Fact]
    public void A_packet_of_a_secondary_eni_leaves_through_it_or_by_a_route_to_what_is_no_eni() => Check((world, desired, _) =>
    {
        foreach (var (eni, source) in Sources(world, desired).Where(s => !s.Eni.IsPrimary))
        {
            foreach (var destination in Destinations(world))
            {
                Assert.True(ExpectedOf(world, eni, destination) == world.Kernel.Lookup(source, destination).Link, Story(world, source, destination));
            }
        }
    });

    [Fact]
    public void A_packet_of_the_primary_eni_does_not_leave_through_a_secondary_one() => Check((world, desired, before) =>
    {
        var secondaries = desired.Enis.Where(eni => eni is { Condition: EniCondition.Managed, IsPrimary: false }).Select(eni => eni.Link!.Name).ToHashSet();
        foreach (var (_, source) in Sources(world, desired).Where(s => s.Eni.IsPrimary))
        {
            foreach (var destination in Destinations(world).Where(d => !IsRoutedByHand(world, d) && !IsWeakSharing(world, d)))
            {
                var link = world.Kernel.Lookup(source, destination).Link;
                Assert.True(link is null || !secondaries.Contains(link) || before.Lookup(source, destination).Link == link, Story(world, source, destination));
            }
        }
    });

    [Fact]
    public void Unbound_traffic_chooses_what_it_chose_before() => Check((world, desired, before) =>
    {
        var arrived = desired.Enis.Where(eni => eni is { Condition: EniCondition.Managed, IsPrimary: false }).Select(eni => eni.Metadata!.Subnet).ToList();
        foreach (var destination in Destinations(world).Where(d => !IsRoutedByHand(world, d) && !world.Kernel.IsLocal(d)))
        {
            // A subnet in which the machine has got a NIC of its own is reached directly now, and what had no way at all may have one.
            if (before.Lookup(default, destination) is { Link: not null } way && !arrived.Exists(subnet => subnet.Contains(destination)))
            {
                Assert.True(way == world.Kernel.Lookup(default, destination), Story(world, default, destination));
            }
        }
    });

    [Fact]
    public void With_subnet_routes_in_tables_only_even_neighbours_are_reached_as_before() => Check((world, _, before) =>
    {
        if (world.Agent.Options.Network.SubnetRoute != SubnetRouteMode.Table || !world.Kernel.Features.NoPrefixRoute)
        {
            return;
        }

        foreach (var destination in Destinations(world).Where(d => !IsRoutedByHand(world, d) && !world.Kernel.IsLocal(d)))
        {
            if (before.Lookup(default, destination) is { Link: not null } way && !IsNowOnPrimary(world, destination))
            {
                Assert.True(way == world.Kernel.Lookup(default, destination), Story(world, default, destination));
            }
        }
    });

    [Fact]
    public void A_socket_bound_to_the_device_of_an_eni_leaves_through_it_to_everywhere() => Check((world, desired, _) =>
    {
        foreach (var eni in desired.Enis.Where(eni => eni is { Condition: EniCondition.Managed, IsPrimary: false }))
        {
            foreach (var destination in Destinations(world).Where(d => !world.Kernel.IsLocal(d)))
            {
                Assert.True(world.Kernel.Lookup(default, destination, eni.Link!.Name).Link == eni.Link.Name, Story(world, default, destination) + eni.Link.Name);
            }
        }
    });

    private static void Check(Action<World, DesiredState, FakeKernel> property) => WorldRecipe.Any.Sample(
        recipe =>
        {
            var world = new World(recipe, withLeftovers: false);
            var before = world.Kernel.Clone();

            var desired = world.Agent.Converge(world.Belief)[^1].Desired;

            // What others have on a link comes up with it: that is not meant here.
            foreach (var link in before.Links.Where(link => !link.IsUp && world.Kernel.LinkOf(link.Name).IsUp).ToList())
            {
                before.SetUp(link.Name, true);
            }

            if (desired.Mode != RoutingMode.None)
            {
                property(world, desired, before);
            }
        },
        iter: Iterations,
        print: recipe => recipe.Print());

    private static IEnumerable<(EniFacts Eni, IpAddress Source)> Sources(World world, DesiredState desired) =>
        from eni in desired.Enis
        where eni.Condition == EniCondition.Managed
        from address in eni.Metadata!.Addresses
        where world.Kernel.AddressesOf(eni.Link!.Name).Any(a => a.Address.Address == address.Address)
        select (new EniFacts(eni.Link!.Name, eni.IsPrimary), address.Address);

    // A client in every subnet, every ENI address, a container, what is behind the VPN, what others route by hand, the internet, metadata.
    private static IEnumerable<IpAddress> Destinations(World world) =>
        world.Enis.Select(eni => new IpAddress(AddressFamily.IPv4, eni.Subnet.Last.Value - 1)).Distinct()
            .Concat(world.Enis.SelectMany(eni => eni.Addresses.Take(2)).Select(a => a.Address))
            .Concat(Enumerable.Range(1, 8).Select(n => Vpc.Ip($"172.20.{n}.9")))
            .Concat(Enumerable.Range(100, 4).Concat([0, 1]).Select(n => Vpc.Ip($"192.168.{n}.9")))
            .Concat([Vpc.Ip("172.17.0.2"), Vpc.Ip("10.201.3.4"), Vpc.Ip("203.0.113.7"), Vpc.Ip("169.254.0.23")]);

    private static string ExpectedOf(World world, EniFacts eni, IpAddress destination) =>
        world.Kernel.IsLocal(destination) ? "local"
        : world.Kernel.LookUpTable(Route.MainTable, destination) is { Destination.IsDefault: false } route && !IsEni(world, route.LinkIndex)
            ? world.Kernel.NameOf(route.LinkIndex)
            : eni.Link;

    private static bool IsEni(World world, int link) => world.Enis.Any(eni => World.NameOf(eni) == world.Kernel.NameOf(link));

    // The administrator's own decision, bound or not.
    private static bool IsRoutedByHand(World world, IpAddress destination) =>
        world.Kernel.LookUpTable(Route.MainTable, destination) is { } route && (route.Destination.Network.ToString().StartsWith("192.168.", StringComparison.Ordinal)
            || route.Destination.Network.ToString().StartsWith("172.20.", StringComparison.Ordinal));

    // The subnet is the primary ENI's as well, and its route through the primary NIC does not win: the kernel has no metric on addresses, or somebody
    // else has put an address of that subnet on the secondary NIC or has taken the primary ENI's away.
    private static bool IsWeakSharing(World world, IpAddress destination) =>
        world.Enis[0].Subnet.Contains(destination) && (!world.Kernel.Features.AddressMetric || world.Kernel.Routes.Any(r =>
            r.Table == Route.MainTable && r.Destination == world.Enis[0].Subnet && r.Metric < 31000 && world.Kernel.NameOf(r.LinkIndex) != "eth0"));

    private static bool IsNowOnPrimary(World world, IpAddress destination) => world.Enis[0].Subnet.Contains(destination);

    private static string Story(World world, IpAddress source, IpAddress destination) =>
        $"from {source} to {destination}: {world.Kernel.Lookup(source, destination)}\n{string.Join('\n', world.Kernel.Print())}";

    private sealed record EniFacts(string Link, bool IsPrimary);
}
