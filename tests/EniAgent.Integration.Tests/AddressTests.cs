using System.Net;
using System.Net.Sockets;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests;

/// <summary>Addresses come, go and change under the running daemon.</summary>
[Trait("Needs", "root")]
public sealed class AddressTests(ITestOutputHelper output)
{
    // A poll a second apart is not in it: it counts from the answer that told of the change.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Assigning_and_unassigning_loses_not_one_packet_of_another_address(bool primary)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 2 });
        var secondary = await world.AttachAsync(world.B, secondaryAddresses: 2);
        var eni = primary ? world.Guest.PrimaryEni : secondary;
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await world.EverythingAnswersAsync();
        await using var toSecondary = TrafficStream.Start(world.A.Client, eni.SecondaryAddresses[1]);
        await using var toPrimary = TrafficStream.Start(world.Vpc.Internet, eni.PrimaryAddress);

        var assigned = await world.Vpc.AssignPrivateIpAddressesAsync(eni, 3);
        var time = await Pinger.UntilAllAnswerAsync(world.B.Client, assigned, Eventually.Patience);
        Assert.NotNull(time);
        world.Report("assigned addresses, with polls a second apart, answer after", time.Value);
        var released = new[] { eni.SecondaryAddresses[0], assigned[0], assigned[2] };
        await world.Vpc.UnassignPrivateIpAddressesAsync(eni, released);
        await Eventually.TrueAsync(async () => !(await world.StateAsync()).Lines.Any(
            line => released.Any(address => line.Contains($" {address}/", StringComparison.Ordinal) || line.Contains($"src {address}", StringComparison.Ordinal))));

        foreach (var stream in new[] { toSecondary, toPrimary })
        {
            var result = await stream.StopAsync();
            Assert.Empty(result.Lost);
            Assert.True(result.Sent > 100, "the stream did not flow");
        }
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_new_primary_address_replaces_the_old_one_without_losing_contact()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.B);
        // As a DHCP client leaves it: the default route prefers the address that goes.
        var old = world.Guest.PrimaryEni.PrimaryAddress;
        await world.Guest.IpAsync($"route replace default via 10.0.1.1 dev eth0 proto dhcp metric 100 src {old}");
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        var asked = world.Vpc.Metadata.RequestCount;
        var address = await world.Vpc.ModifyPrimaryAddressAsync(world.Guest);

        await ContactIsBackAtOnceAsync(world, address, asked);
        await Eventually.TrueAsync(async () => (await world.LinesAsync("addr", $"addr {old}/")).Count == 0 && await world.Agent.IsInSyncAsync());
        await world.Vpc.ForgetOldPrimaryAsync(world.Guest.PrimaryEni);
        await world.EverythingAnswersAsync();
        Assert.Contains($"prefsrc {address}", Assert.Single(await MainDefaultsAsync(world)), StringComparison.Ordinal);
        Assert.Empty(await world.LinesAsync("", old.ToString() + " "));
        var requests = daemon.Report()!.Counters.MetadataRequests;
        await daemon.UntilAsync(status => status.Counters.MetadataRequests > requests && status.State == "in-sync" && status.LastError is null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_primary_address_is_learned_from_another_address_when_the_old_one_is_not_honoured_any_more(bool hasForgottenAll)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.Agent.SyncAsync();
        if (hasForgottenAll)
        {
            File.Delete(world.Agent.SnapshotFile);
        }

        var rule = hasForgottenAll ? world.Vpc.Metadata.Faults.Add("**", Fault.Status(503)) : null;
        await using var daemon = hasForgottenAll ? world.Agent.StartDaemon() : await world.Agent.StartDaemonInSyncAsync();
        rule ??= world.Vpc.Metadata.Faults.Add("**", Fault.Status(503));
        await daemon.UntilAsync(status => status.LastError?.StartsWith("metadata: ", StringComparison.Ordinal) == true);

        var address = await world.Vpc.ModifyPrimaryAddressAsync(world.Guest);
        await world.Vpc.ForgetOldPrimaryAsync(world.Guest.PrimaryEni);
        rule.Dispose();

        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null } && status[world.Guest.PrimaryEni.Mac].Addresses.Any(a => a.Address.StartsWith($"{address}/", StringComparison.Ordinal)));
        await world.EverythingAnswersAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_primary_eni_that_moved_to_another_subnet_is_followed(bool ontoASecondaryEnisSubnet)
    {
        await using var world = await World.CreateAsync(output);
        var secondary = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var old = world.Guest.PrimaryEni.PrimaryAddress;
        var target = ontoASecondaryEnisSubnet ? world.B : await world.Vpc.CreateSubnetAsync();

        var asked = world.Vpc.Metadata.RequestCount;
        var address = await world.Vpc.MigratePrimaryEniAsync(world.Guest, target);

        await ContactIsBackAtOnceAsync(world, address, asked);
        await Eventually.TrueAsync(async () => (await world.LinesAsync("", "10.0.1.")).Count == 0 && await world.Agent.IsInSyncAsync(),
            state: async () => $"{await world.StateAsync()}\n{daemon.Log}");
        await world.Vpc.ForgetOldPrimaryAsync(world.Guest.PrimaryEni);
        await world.EverythingAnswersAsync();
        Assert.Contains($"gateway {target.Gateway}", Assert.Single(await MainDefaultsAsync(world)), StringComparison.Ordinal);
        Assert.Equal("in-sync", daemon.Report()![secondary.Mac].State);
    }

    [Fact]
    public async Task An_eip_is_shown_and_answers_without_a_change_in_the_guest()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        var before = await world.StateAsync();
        var eip = await world.Vpc.AssociateAddressAsync(eni, privateAddress: eni.SecondaryAddresses[0]);
        File.Delete(world.Agent.SnapshotFile);

        await world.Agent.SyncAsync();

        await world.EverythingAnswersAsync();
        Assert.True(await Pinger.AnswersAsync(world.Vpc.Internet, eip.Address, deadline: TimeSpan.FromSeconds(3)));
        var shown = (await world.Agent.StatusAsync())[eni.Mac].Addresses[1];
        Assert.Equal((eip.Address.ToString(), "NAT"), (shown.PublicAddress, shown.PublicAddressMode));
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    // The new address answers, and what binds to no address asks metadata from it, both soon after metadata told of it for the first time.
    private static async Task ContactIsBackAtOnceAsync(World world, IPAddress address, int asked)
    {
        Assert.NotNull(await Pinger.UntilAnswersAsync(world.Vpc.Internet, address, Eventually.Patience));
        await Eventually.TrueAsync(() => AsksFromAsync(world, address));
        var list = $"/macs/{world.Guest.PrimaryEni.Mac}/local-ipv4s/";
        var told = world.Vpc.Metadata.Requests.Skip(asked).First(request => request.Path.EndsWith(list, StringComparison.OrdinalIgnoreCase)).Time;
        var time = DateTimeOffset.UtcNow - told;
        world.Report("contact from a new primary address, from the moment that metadata told of it,", time);
        Assert.InRange(time, TimeSpan.Zero, AtOnce);
    }

    private static async Task<bool> AsksFromAsync(World world, IPAddress address)
    {
        // Nobody else asks for it.
        const string path = "/latest/meta-data/instance-name";
        try
        {
            await MetadataProbe.GetAsync(world.Guest.Namespace, path, timeout: TimeSpan.FromMilliseconds(500));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
        return world.Vpc.Metadata.Requests.LastOrDefault(request => request.Path == path)?.Source.Equals(address) == true;
    }

    private static async Task<IReadOnlyList<string>> MainDefaultsAsync(World world) =>
        [.. (await world.LinesAsync("route", "dst default")).Where(line => !line.Contains(" table 31", StringComparison.Ordinal))];
}
