using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>Whatever the ENIs are: after one sync everything answers, and a second one finds nothing to do.</summary>
[Trait("Needs", "root")]
public sealed class TopologyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Two_enis_in_different_subnets()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B, secondaryAddresses: 2);

        await ConvergesAsync(world);
    }

    [Fact]
    public async Task Without_the_agent_a_second_eni_does_not_answer()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);

        Assert.NotEmpty(await world.Vpc.AssertEverythingAnswersAsync(world.Guest, TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public async Task A_secondary_eni_in_the_primary_enis_subnet()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.A, secondaryAddresses: 1);
        await world.AttachAsync(world.B, secondaryAddresses: 1);

        await ConvergesAsync(world);
    }

    [Fact]
    public async Task Two_secondary_enis_that_share_a_subnet()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.AttachAsync(world.B, secondaryAddresses: 1);

        await ConvergesAsync(world);
    }

    [Fact]
    public async Task Eight_enis_of_thirty_addresses()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 29 });
        for (var i = 1; i < 8; i++)
        {
            await world.AttachAsync(await world.Vpc.CreateSubnetAsync(), secondaryAddresses: 29);
        }

        await ConvergesAsync(world);
    }

    [Fact]
    public async Task A_single_eni_with_many_addresses_needs_no_rules()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 40 });
        var rules = await world.LinesAsync("rule");

        await ConvergesAsync(world);

        Assert.Equal(rules, await world.LinesAsync("rule"));
        Assert.Empty(await world.LinesAsync("route", "table 31000"));
    }

    [Fact]
    public async Task An_eni_whose_gateway_lies_outside_of_its_subnet()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(await world.Vpc.CreateSubnetAsync("10.7.0.0/26", gateway: "10.7.1.1"), secondaryAddresses: 1);

        await ConvergesAsync(world);
    }

    [Fact]
    public async Task A_jumbo_mtu_stays()
    {
        await using var world = await World.CreateAsync(output, new() { Mtu = 8500 });
        await world.AttachAsync(world.B, options: new() { Mtu = 8500 });

        await ConvergesAsync(world);

        Assert.Equal(2, (await world.LinesAsync("link", "mtu 8500")).Count);
    }

    private static async Task ConvergesAsync(World world)
    {
        await world.Agent.SyncAsync();

        await world.EverythingAnswersAsync();
        var state = await world.StateAsync();
        Assert.Contains("in sync", (await world.Agent.SyncAsync()).Output, StringComparison.Ordinal);
        Assert.Empty(await world.ChangesSinceAsync(state));
        Assert.True(await world.Agent.IsInSyncAsync());
        Assert.All((await world.Agent.StatusAsync()).Enis, eni => Assert.Equal("in-sync", eni.State));
    }
}
