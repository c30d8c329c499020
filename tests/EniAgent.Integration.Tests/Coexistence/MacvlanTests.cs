using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Coexistence;

/// <summary>Links that others made on top of an ENI's NIC, one of them with the NIC's own MAC.</summary>
[Trait("Needs", "root")]
public sealed class MacvlanTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Containers_on_macvlans_of_a_secondary_NIC_go_on_and_the_NIC_is_told_from_them()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        var containers = new List<NetworkNamespace>();
        await world.Guest.IpAsync("link set eth1 up");
        foreach (var i in (int[])[1, 2])
        {
            var container = await world.Vpc.AddNamespaceAsync($"macvlan{i}");
            await world.Guest.IpAsync($"link add link eth1 name mv{i} type macvlan mode bridge", $"link set mv{i} netns {container.Name} name eth0");
            await container.IpAsync($"addr add 192.168.77.{i}/24 dev eth0", "link set eth0 up");
            containers.Add(container);
        }

        // Another one stays in the machine, with the NIC's MAC.
        await world.Guest.IpAsync($"link add link eth1 name same address {eni.Mac} type macvlan mode bridge", "addr add 192.168.78.1/24 dev same");
        var other = IPAddress.Parse("192.168.77.2");

        await new Neighbour(world)
        {
            Works = async () => Assert.Empty(await Pinger.PingAllAsync([new(containers[0], other, "container")])),
            Answers = async () =>
            {
                Assert.Equal("eth1", (await world.Agent.StatusAsync())[eni.Mac].Interface);
                await world.AllOfAnswersAsync([.. world.Guest.Enis]);
            },
            Traffic = [(containers[0], other, null)],
        }.LivesOnAsync();
    }
}
