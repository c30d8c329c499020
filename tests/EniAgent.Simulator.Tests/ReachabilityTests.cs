using System.Net;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator.Tests;

[Trait("Needs", "root")]
public sealed class ReachabilityTests : IAsyncLifetime
{
    private Vpc _vpc = null!;

    public async Task InitializeAsync() => _vpc = await Vpc.CreateAsync();

    public async Task DisposeAsync() => await _vpc.DisposeAsync();

    [Fact]
    public async Task A_guest_with_its_primary_eni_only_is_reachable_as_the_image_left_it()
    {
        var subnet = await _vpc.CreateSubnetAsync();
        await _vpc.CreateSubnetAsync();
        var guest = await _vpc.CreateGuestAsync(subnet);

        Assert.Empty(await _vpc.AssertEverythingAnswersAsync(guest));
    }

    [Fact]
    public async Task Three_enis_of_which_two_share_a_subnet_are_reachable_once_configured_by_hand()
    {
        var a = await _vpc.CreateSubnetAsync();
        var b = await _vpc.CreateSubnetAsync();
        await _vpc.CreateSubnetAsync();
        var guest = await _vpc.CreateGuestAsync(a, new() { SecondaryAddresses = 2 });
        await _vpc.AttachNewAsync(guest, b, secondaryAddresses: 3);
        await _vpc.AttachNewAsync(guest, a, secondaryAddresses: 1);
        await ByHand.ConfigureAsync(guest);
        await _vpc.AssociateAddressAsync(guest.Enis[0]);
        await _vpc.AssociateAddressAsync(guest.Enis[1]);

        Assert.Empty(await _vpc.AssertEverythingAnswersAsync(guest));
        Assert.All((await _vpc.SourceFilter.DropsAsync()).Values, drops => Assert.Equal(0, drops));
    }

    [Fact]
    public async Task Eight_enis_of_thirty_addresses_are_reachable_once_configured_by_hand()
    {
        var subnets = new List<Subnet>();
        for (var i = 0; i < 8; i++)
        {
            subnets.Add(await _vpc.CreateSubnetAsync());
        }
        var guest = await _vpc.CreateGuestAsync(subnets[0], new() { SecondaryAddresses = 29 });
        foreach (var subnet in subnets.Skip(1))
        {
            await _vpc.AttachNewAsync(guest, subnet, secondaryAddresses: 29);
        }
        await ByHand.ConfigureAsync(guest);

        Assert.Empty(await _vpc.AssertEverythingAnswersAsync(guest));
    }

    [Fact]
    public async Task A_packet_that_leaves_through_the_wrong_eni_is_dropped_and_counted()
    {
        var a = await _vpc.CreateSubnetAsync();
        var b = await _vpc.CreateSubnetAsync();
        var guest = await _vpc.CreateGuestAsync(a, new() { RpFilterAll = 0, RpFilterDefault = 0 });
        var eni = await _vpc.AttachNewAsync(guest, b);
        // As the vendor's guide says, and no more: replies to the internet side leave through the default route.
        await guest.IpAsync("link set eth1 up", $"addr add {eni.PrimaryAddress}/24 dev eth1");

        var failures = await _vpc.AssertEverythingAnswersAsync(guest, TimeSpan.FromSeconds(1));

        Assert.Contains(failures, f => f.StartsWith($"internet → {eni.PrimaryAddress}: no answer", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.StartsWith($"dropped: {eni.PrimaryAddress} → {Vpc.InternetAddress} left through eth0", StringComparison.Ordinal));
        Assert.True(await _vpc.SourceFilter.DropsAsync(guest.PrimaryEni) > 0);
    }

    [Fact]
    public async Task A_reverse_path_filter_left_strict_loses_what_arrives_at_the_second_eni()
    {
        var a = await _vpc.CreateSubnetAsync();
        var b = await _vpc.CreateSubnetAsync();
        var guest = await _vpc.CreateGuestAsync(a);
        var eni = await _vpc.AttachNewAsync(guest, b);
        await guest.IpAsync("link set eth1 up", $"addr add {eni.PrimaryAddress}/24 dev eth1");

        Assert.False(await Pinger.AnswersAsync(_vpc.Internet, eni.PrimaryAddress, deadline: TimeSpan.FromMilliseconds(300)));
        Assert.All((await _vpc.SourceFilter.DropsAsync()).Values, drops => Assert.Equal(0, drops));
    }

    [Fact]
    public async Task An_arp_request_from_an_address_that_is_not_the_enis_own_is_dropped_and_counted()
    {
        var a = await _vpc.CreateSubnetAsync();
        var guest = await _vpc.CreateGuestAsync(a, new() { SecondaryAddresses = 1 });
        var eni = guest.PrimaryEni;
        var stolen = IPAddress.Parse("10.0.1.99");
        await guest.IpAsync($"addr add {eni.SecondaryAddresses[0]}/24 dev eth0", $"addr add {stolen}/24 dev eth0");

        // The kernel asks who has the neighbour, and says who asks: nothing but that request can leave.
        Assert.True(await Pinger.AnswersAsync(guest.Namespace, a.ClientAddress, eni.SecondaryAddresses[0]));
        Assert.Equal(0, await _vpc.SourceFilter.DropsAsync(eni));
        await guest.IpAsync($"neigh flush to {a.ClientAddress}");
        Assert.False(await Pinger.AnswersAsync(guest.Namespace, a.ClientAddress, stolen, TimeSpan.FromMilliseconds(300)));

        Assert.Equal($"{stolen} → {a.ClientAddress} left through eth0 {eni.Mac}", Assert.Single(await _vpc.SourceFilter.DroppedAsync()));
        Assert.True(await _vpc.SourceFilter.DropsAsync(eni) > 0);
        // Not even the neighbour has heard of it.
        Assert.DoesNotContain(stolen.ToString(), await a.Client.IpOutputAsync("neigh"), StringComparison.Ordinal);
    }
}
