using System.Text.Json.Nodes;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests;

/// <summary>What metadata says is saved on one machine and replayed on another.</summary>
[Trait("Needs", "root")]
public sealed class SnapshotTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_saved_snapshot_builds_the_same_cloud_again_with_the_same_plan_and_the_same_ENIs()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.A);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 2);
        await world.Vpc.AssociateAddressAsync(eni);
        var file = await SaveAsync(world);
        var plan = (await world.Agent.SucceedAsync("plan")).Output;

        await using var vpc = await Vpc.CreateAsync();
        var guest = await vpc.CreateGuestAsync(SavedCloud.Read(file));
        using var agent = new AgentHost(guest);

        Assert.DoesNotContain(": 0 to add", plan, StringComparison.Ordinal);
        Assert.Contains($"\"vpcId\": \"{world.Vpc.Id}\"", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(plan, (await agent.SucceedAsync("plan")).Output);
        Assert.Equal((await world.Agent.SucceedAsync("snapshot")).Output, (await agent.SucceedAsync("snapshot")).Output);
        await world.Agent.SyncAsync();
        await agent.SyncAsync();
        Assert.Equal(await EnisAsync(world.Agent), await EnisAsync(agent));
    }

    [Fact]
    public async Task A_plan_against_a_saved_snapshot_asks_nobody_and_is_the_plan_of_when_it_was_saved()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        var file = await SaveAsync(world);
        var plan = await world.Agent.SucceedAsync("plan");
        await world.Vpc.AssignPrivateIpAddressesAsync(world.Guest.Enis[1]);
        world.Vpc.Metadata.StopListening();

        Assert.Equal(plan, await world.Agent.SucceedAsync("plan", "--metadata", file));
        Assert.Equal(4, (await world.Agent.RunAsync("plan", "--metadata", file, "--exit-code")).ExitCode);
    }

    [Fact]
    public async Task An_ENI_that_is_gone_since_the_snapshot_is_planned_away()
    {
        await using var world = await World.CreateAsync(output);
        var file = await SaveAsync(world);
        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();

        var plan = (await world.Agent.SucceedAsync("plan", "--metadata", file)).Output;

        Assert.Contains("\neth1  " + world.Guest.Enis[1].Mac + "  not in metadata\n- address 10.0.2.5/24", plan, StringComparison.Ordinal);
        Assert.True(await world.Agent.IsInSyncAsync());
    }

    [Fact]
    public async Task A_file_that_is_no_snapshot_is_wrong_usage_and_named()
    {
        await using var world = await World.CreateAsync(output);
        var file = Path.Combine(world.Agent.Root, "bad.json");
        await File.WriteAllTextAsync(file, "{\n\"version\": 1,\n]");
        var before = await world.StateAsync();

        var bad = await world.Agent.RunAsync("plan", "--metadata", file);
        var missing = await world.Agent.RunAsync("plan", "--metadata", file + "2");

        Assert.Equal((2, ""), (bad.ExitCode, bad.Output));
        Assert.StartsWith($"eni-agent: {file}:3: ", bad.Error, StringComparison.Ordinal);
        Assert.Equal((2, "", $"eni-agent: {file}2: does not exist\n"), (missing.ExitCode, missing.Output, missing.Error));
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    [Fact]
    public async Task Without_metadata_there_is_nothing_to_save_and_what_was_saved_stays()
    {
        await using var world = await World.CreateAsync(output);
        world.Agent.Configure("[Metadata]\nTimeout=200ms\n");
        var file = await SaveAsync(world);
        var before = await File.ReadAllTextAsync(file);
        world.Vpc.Metadata.StopListening();

        Assert.Equal(3, (await world.Agent.RunAsync("snapshot", file)).ExitCode);

        Assert.Equal(before, await File.ReadAllTextAsync(file));
    }

    private static async Task<string> SaveAsync(World world)
    {
        // Where a confined agent may write as well.
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(world.Agent.StatusFile)!);
        var file = Path.Combine(folder.FullName, "saved.json");
        await world.Agent.SucceedAsync("snapshot", file);
        return file;
    }

    private static async Task<string> EnisAsync(AgentHost agent) => JsonNode.Parse((await agent.SucceedAsync("status", "--json")).Output)!["enis"]!.ToJsonString();
}
