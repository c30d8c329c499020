using System.Diagnostics;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator.Tests;

[Trait("Needs", "root")]
public sealed class LifetimeTests
{
    [Fact]
    public async Task Nothing_is_left_of_a_vpc()
    {
        string prefix;
        await using (var vpc = await Vpc.CreateAsync())
        {
            var guest = await vpc.CreateGuestAsync(await vpc.CreateSubnetAsync());
            await ContainerBridge.AddAsync(guest);
            await Tunnel.AddAsync(guest);
            GuestProcess.Start(guest, "sleep", ["600"]);
            prefix = vpc.FabricNamespace.Name.Split('-')[0] + "-";
            Assert.Contains(NetworkNamespace.Names(), n => n.StartsWith(prefix, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(NetworkNamespace.Names(), n => n.StartsWith(prefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_left_of_what_was_being_made_when_it_went()
    {
        var vpc = await Vpc.CreateAsync();
        var making = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => vpc.CreateSubnetAsync()));
        await vpc.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => making);
        Assert.DoesNotContain(NetworkNamespace.Names(), n => n.StartsWith(vpc.FabricNamespace.Name.Split('-')[0] + "-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_starts_when_the_vpc_goes_is_refused_and_ended()
    {
        var vpc = await Vpc.CreateAsync();
        var guest = await vpc.CreateGuestAsync(await vpc.CreateSubnetAsync());
        await vpc.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => GuestProcess.Start(guest, "sleep", ["600"]));
    }

    [Fact]
    public async Task Nothing_is_left_after_a_step_that_failed()
    {
        var vpc = await Vpc.CreateAsync();
        var subnet = await vpc.CreateSubnetAsync();
        await Assert.ThrowsAsync<CommandFailedException>(
            () => vpc.CreateGuestAsync(subnet, new() { Image = new() { RouteProtocol = "nonsense" } }));

        await vpc.DisposeAsync();

        Assert.DoesNotContain(NetworkNamespace.Names(), n => n.StartsWith(vpc.FabricNamespace.Name.Split('-')[0] + "-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_dead_simulator_left_is_cleaned_up_and_a_live_ones_is_not()
    {
        using var dead = Process.Start("true");
        await dead.WaitForExitAsync();
        var leftover = $"eni{dead.Id}x1-fabric";
        await NetworkNamespace.AddAsync(leftover);
        await using var vpc = await Vpc.CreateAsync();

        var removed = await Vpc.CleanupAsync();

        Assert.Contains(leftover, removed);
        Assert.False(new NetworkNamespace(leftover).Exists);
        Assert.True(vpc.FabricNamespace.Exists);
    }

    [Fact]
    public async Task Several_vpcs_with_the_same_addresses_do_not_meet()
    {
        await using var one = await Vpc.CreateAsync();
        await using var other = await Vpc.CreateAsync();
        var first = await one.CreateGuestAsync(await one.CreateSubnetAsync());
        var second = await other.CreateGuestAsync(await other.CreateSubnetAsync());

        Assert.Equal(first.PrimaryEni.PrimaryAddress, second.PrimaryEni.PrimaryAddress);
        Assert.Empty(await one.AssertEverythingAnswersAsync(first));
        Assert.Empty(await other.AssertEverythingAnswersAsync(second));
    }
}
