using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>A VPN that takes all traffic by a mark and rules at automatic priorities, as WireGuard's wg-quick does.</summary>
[Trait("Needs", "root")]
public sealed class FullTunnelTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_went_through_the_tunnel_goes_through_it_and_secondary_ENIs_answer_from_outside_of_it()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await FullTunnel.AddAsync(world.Guest);

        // The tunnel's administrator leaves out what only this machine's own network has.
        await world.Guest.IpAsync($"route add 169.254.0.23 via {world.A.Gateway} dev eth0");
        var primary = world.Guest.PrimaryEni.PrimaryAddress;

        await new Neighbour(world)
        {
            Works = async () =>
            {
                Assert.Empty(await Pinger.PingAllAsync([new(world.Guest.Namespace, FullTunnel.FarAddress, "guest"), new(world.A.Client, primary, "neighbour")]));

                // Whoever binds to the primary address goes into the tunnel as well, as before.
                Assert.Contains("dev wg0", await world.Guest.IpOutputAsync($"route get {Vpc.InternetAddress} from {primary}"), StringComparison.Ordinal);
                Assert.Contains("dev wg0", await world.Guest.IpOutputAsync($"route get {Vpc.InternetAddress}"), StringComparison.Ordinal);
                Assert.Contains("dev eth0", await world.Guest.IpOutputAsync($"route get {Vpc.InternetAddress} mark 51820"), StringComparison.Ordinal);
            },

            // The tunnel takes the primary address's answers to elsewhere, with the agent and without.
            Answers = () => world.AllOfAnswersAsync([.. world.Guest.Enis.Skip(1)]),
            Traffic = [(world.Guest.Namespace, FullTunnel.FarAddress, null), (world.A.Client, primary, null)],
        }.LivesOnAsync();
    }

    [Fact]
    public async Task A_tunnel_to_some_networks_is_reached_as_before_from_every_address()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        var tunnel = await Tunnel.AddAsync(world.Guest);
        IPAddress?[] Sources() => [null, .. world.Guest.Enis.SelectMany(eni => eni.Addresses)];

        await new Neighbour(world)
        {
            Works = async () => Assert.Empty(await Pinger.PingAllAsync([new(world.Guest.Namespace, tunnel.FarAddress, "guest")])),
            Answers = async () =>
            {
                await world.EverythingAnswersAsync();
                Assert.Empty(await Pinger.PingAllAsync(Sources().Select(source => new Ping(world.Guest.Namespace, tunnel.FarAddress, "guest") { Source = source })));
            },
            Traffic = [(world.Guest.Namespace, tunnel.FarAddress, null)],
        }.LivesOnAsync();
    }
}
