using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>A container engine's bridge, with masqueraded traffic outwards and published ports, as Docker leaves them.</summary>
[Trait("Needs", "root")]
public sealed class ContainerEngineTests(ITestOutputHelper output)
{
    private const int Published = 8080, Inside = 80, Elsewhere = 7000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A client inside a secondary ENI's own subnet reaches a published port only under SubnetRoute=table: eni-agent.conf(5).</summary>
    [Theory]
    [InlineData("main")]
    [InlineData("table")]
    public async Task Ports_published_on_the_primary_ENIs_addresses_and_traffic_outwards_go_on(string subnetRoute)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.A);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        var other = await world.Vpc.CreateSubnetAsync();
        world.Agent.Configure($"[Network]\nSubnetRoute={subnetRoute}\n");
        var bridge = await ContainerBridge.AddAsync(world.Guest);
        await bridge.PublishAsync(Published, Inside);
        await using var service = TcpService.Start(bridge.Container, Inside);
        await using var outside = TcpService.Start(world.Vpc.Internet, Elsewhere);
        (NetworkNamespace From, IPAddress Address)[] clients =
        [
            (world.A.Client, world.A.ClientAddress), (other.Client, other.ClientAddress), (world.Vpc.Internet, Vpc.InternetAddress),
            .. subnetRoute == "table" ? [(world.B.Client, world.B.ClientAddress)] : Array.Empty<(NetworkNamespace, IPAddress)>(),
        ];

        async Task PublishedOnAsync(params IEnumerable<IPAddress> addresses)
        {
            foreach (var address in addresses)
            {
                foreach (var client in clients)
                {
                    Assert.Equal((address, client.Address), (address, await TcpService.AskAsync(client.From, address, Published, Patience)));
                }
            }
        }

        await new Neighbour(world)
        {
            Works = async () =>
            {
                await PublishedOnAsync(world.Guest.PrimaryEni.PrimaryAddress);
                Assert.Equal(world.Guest.PrimaryEni.PrimaryAddress, await TcpService.AskAsync(bridge.Container, Vpc.InternetAddress, Elsewhere, Patience));
            },
            Answers = async () =>
            {
                await world.EverythingAnswersAsync();
                await PublishedOnAsync(world.Guest.PrimaryEni.SecondaryAddresses);
            },
            Traffic = [(bridge.Container, Vpc.InternetAddress, null), (bridge.Container, bridge.Gateway, null), (world.Guest.Namespace, bridge.Address, null)],
        }.LivesOnAsync();
    }

    [Fact]
    public async Task The_bridge_is_reached_as_before_from_every_address_and_reaches_every_address()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        var bridge = await ContainerBridge.AddAsync(world.Guest);
        await world.Agent.SyncAsync();

        var inside = new[] { bridge.Address, bridge.Gateway };
        var outside = new[] { world.A.ClientAddress, world.B.ClientAddress, Vpc.InternetAddress };
        Assert.Empty(await Pinger.PingAllAsync(
        [
            .. from eni in world.Guest.Enis
               from source in eni.Addresses
               from target in inside
               select new Ping(world.Guest.Namespace, target, "guest") { Source = source },
            .. inside.Select(target => new Ping(world.Guest.Namespace, target, "guest")),
            .. outside.Concat(world.Guest.Enis.SelectMany(e => e.Addresses)).Select(target => new Ping(bridge.Container, target, "container")),
        ]));
    }
}
