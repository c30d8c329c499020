using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests;

/// <summary>EIPs under the running daemon: read in the background, in turn with everything else, so it takes up to a minute. A class of its own to run beside the others.</summary>
[Trait("Needs", "root")]
public sealed class EipTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_eip_that_appears_and_one_that_goes_are_seen_by_the_daemon_within_a_minute()
    {
        await using var world = await World.CreateAsync(output);
        var (first, second) = (world.Guest.PrimaryEni, await world.AttachAsync(world.B));
        await world.Vpc.AssociateAddressAsync(first);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        Assert.NotNull(Shown(first.Mac));
        var before = await world.StateAsync();

        var eip = await world.Vpc.AssociateAddressAsync(second);
        await world.Vpc.DisassociateAddressAsync(first);

        await Task.WhenAll(
            UntilAsync("an EIP is shown", () => Shown(second.Mac) == eip.Address.ToString()),
            UntilAsync("an EIP is not shown any more", () => Shown(first.Mac) is null));
        await world.EverythingAnswersAsync();
        Assert.Empty(await world.ChangesSinceAsync(before));

        string? Shown(string mac) => daemon.Report()![mac].Addresses[0].PublicAddress;

        async Task UntilAsync(string what, Func<bool> condition) =>
            world.Report(what, await Eventually.TrueAsync(() => Task.FromResult(condition()), timeout: TimeSpan.FromSeconds(70)));
    }
}
