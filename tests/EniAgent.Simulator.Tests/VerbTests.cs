using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator.Tests;

[Trait("Needs", "root")]
public sealed class VerbTests : IAsyncLifetime
{
    private const string Macs = "network/interfaces/macs/";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    // Long enough for a look at the guest by a process of its own on a busy machine.
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(800);

    private Vpc _vpc = null!;
    private Subnet _a = null!;
    private Subnet _b = null!;
    private Guest _guest = null!;

    public async Task InitializeAsync()
    {
        _vpc = await Vpc.CreateAsync();
        _a = await _vpc.CreateSubnetAsync();
        _b = await _vpc.CreateSubnetAsync();
        _guest = await _vpc.CreateGuestAsync(_a);
    }

    public async Task DisposeAsync() => await _vpc.DisposeAsync();

    [Fact]
    public void The_tree_is_the_documented_one()
    {
        var mac = _guest.PrimaryEni.Mac.ToUpperInvariant();

        Assert.Equal("app-id\ninstance-id\ninstance-name\nuuid\nmac\nlocal-ipv4\nplacement/\ninstance/\nnetwork/", Document(""));
        Assert.Equal(_guest.InstanceId, Document("instance-id"));
        Assert.Equal(mac, Document("mac"));
        Assert.Equal("10.0.1.5", Document("local-ipv4"));
        Assert.Equal("region\nzone", Document("placement/"));
        Assert.Equal($"{mac}/", Document(Macs));
        Assert.Equal("mac\nprimary-local-ipv4\nvpc-id\nsubnet-id\nlocal-ipv4s/", Document($"{Macs}{mac}/"));
        Assert.Equal(_a.Id, Document($"{Macs}{mac}/subnet-id"));
        Assert.Equal(_vpc.Id, Document($"{Macs}{mac}/vpc-id"));
        Assert.Equal("10.0.1.5/", Document($"{Macs}{mac}/local-ipv4s/"));
        Assert.Equal("gateway\nlocal-ipv4\nsubnet-mask", Document($"{Macs}{mac}/local-ipv4s/10.0.1.5/"));
        Assert.Equal("10.0.1.1", Document($"{Macs}{mac}/local-ipv4s/10.0.1.5/gateway"));
        Assert.Equal("255.255.255.0", Document($"{Macs}{mac}/local-ipv4s/10.0.1.5/subnet-mask"));
        Assert.Null(Document("public-ipv4"));
        Assert.Null(Document($"{Macs}{mac.ToLowerInvariant()}/mac"));
        Assert.Null(Document("nonsense"));
    }

    [Fact]
    public void Listings_can_be_written_in_every_way_the_service_might()
    {
        var mac = _guest.PrimaryEni.Mac;
        _vpc.Metadata.Style = new() { TrailingSlash = false, LowerCaseMacs = true, RepeatNames = true, CarriageReturns = true, FinalNewline = true };

        Assert.Equal($"{mac}\r\n{mac}\r\n", Document(Macs));
        Assert.Equal(mac, Document($"{Macs}{mac}/mac"));
    }

    [Fact]
    public async Task Attaching_lists_the_mac_and_plugs_a_nic_with_it()
    {
        var eni = await _vpc.AttachNewAsync(_guest, _b, secondaryAddresses: 1);

        Assert.Equal($"{Upper(_guest.PrimaryEni)}/\n{Upper(eni)}/", Document(Macs));
        Assert.Equal("10.0.2.5/\n10.0.2.6/", Document($"{Macs}{Upper(eni)}/local-ipv4s/"));
        Assert.Equal("eth1", (await _guest.NicNamesAsync())[eni.Mac]);
    }

    [Fact]
    public async Task A_nic_can_come_before_its_metadata()
    {
        var attaching = _vpc.AttachNewAsync(_guest, _b, options: new() { MetadataDelay = Window });
        await UntilAsync(async () => (await _guest.NicNamesAsync()).Values.Contains("eth1"));

        Assert.DoesNotContain("\n", Document(Macs), StringComparison.Ordinal);

        await attaching;
        Assert.Contains("\n", Document(Macs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_can_come_before_its_nic()
    {
        var attaching = _vpc.AttachNewAsync(_guest, _b, options: new() { NicDelay = Window });
        await UntilAsync(() => Task.FromResult(Document(Macs)!.Contains('\n', StringComparison.Ordinal)));

        Assert.DoesNotContain("eth1", (await _guest.NicNamesAsync()).Values);

        await attaching;
        Assert.Contains("eth1", (await _guest.NicNamesAsync()).Values);
    }

    [Fact]
    public async Task A_mac_can_be_listed_before_its_addresses_and_these_before_mask_and_gateway()
    {
        var eni = _vpc.CreateNetworkInterface(_b);
        var attaching = _vpc.AttachNetworkInterfaceAsync(_guest, eni, new() { AddressesDelay = Window, DetailsDelay = Window });

        await UntilAsync(() => Task.FromResult(eni.Listing == Listing.Mac));
        Assert.Equal("mac\nvpc-id\nsubnet-id", Document($"{Macs}{Upper(eni)}/"));
        await UntilAsync(() => Task.FromResult(eni.Listing == Listing.Addresses));
        Assert.Equal("10.0.2.5/", Document($"{Macs}{Upper(eni)}/local-ipv4s/"));
        Assert.Equal("local-ipv4", Document($"{Macs}{Upper(eni)}/local-ipv4s/10.0.2.5/"));
        await attaching;
        Assert.Equal("gateway\nlocal-ipv4\nsubnet-mask", Document($"{Macs}{Upper(eni)}/local-ipv4s/10.0.2.5/"));
    }

    [Fact]
    public async Task Two_enis_attached_at_once_get_names_of_their_own()
    {
        var both = await Task.WhenAll(_vpc.AttachNewAsync(_guest, _a), _vpc.AttachNewAsync(_guest, _b));

        Assert.Equal(["eth1", "eth2"], both.Select(e => e.NicName!).Order());
    }

    [Theory]
    [InlineData(0, 150)]
    [InlineData(150, 0)]
    public async Task Detaching_takes_the_nic_and_the_metadata_in_either_order(int nicDelay, int metadataDelay)
    {
        var eni = await _vpc.AttachNewAsync(_guest, _b);

        var detaching = _vpc.DetachNetworkInterfaceAsync(
            eni, new() { NicDelay = TimeSpan.FromMilliseconds(nicDelay), MetadataDelay = TimeSpan.FromMilliseconds(metadataDelay) });

        await UntilAsync(async () => nicDelay == 0 ? !(await _guest.NicNamesAsync()).ContainsKey(eni.Mac) : eni.Listing == Listing.None);
        Assert.Equal(nicDelay != 0, (await _guest.NicNamesAsync()).ContainsKey(eni.Mac));
        Assert.Equal(metadataDelay != 0, eni.Listing != Listing.None);
        await detaching;
        Assert.DoesNotContain(eni.Mac, (await _guest.NicNamesAsync()).Keys);
        Assert.DoesNotContain("\n", Document(Macs), StringComparison.Ordinal);
        Assert.Single(await _vpc.SourceFilter.DropsAsync());
    }

    [Fact]
    public async Task A_detached_eni_can_be_attached_again_with_its_addresses()
    {
        var eni = await _vpc.AttachNewAsync(_guest, _b, secondaryAddresses: 2);
        var addresses = eni.Addresses;
        await _vpc.DetachNetworkInterfaceAsync(eni);

        await _vpc.AttachNetworkInterfaceAsync(_guest, eni);
        await ByHand.ConfigureAsync(_guest);

        Assert.Equal(addresses, eni.Addresses);
        Assert.Empty(await _vpc.AssertEverythingAnswersAsync(_guest));
    }

    [Fact]
    public async Task An_assigned_address_may_be_used_and_a_released_one_may_not()
    {
        var eni = _guest.PrimaryEni;
        var address = (await _vpc.AssignPrivateIpAddressesAsync(eni))[0];
        await _guest.IpAsync($"addr add {address}/24 dev eth0");

        Assert.Equal("10.0.1.5/\n10.0.1.6/", Document($"{Macs}{Upper(eni)}/local-ipv4s/"));
        Assert.True(await Pinger.AnswersAsync(_b.Client, address));

        await _vpc.UnassignPrivateIpAddressesAsync(eni, address);

        Assert.Equal("10.0.1.5/", Document($"{Macs}{Upper(eni)}/local-ipv4s/"));
        Assert.False(await Pinger.AnswersAsync(_b.Client, address, deadline: Short));
        Assert.True(await _vpc.SourceFilter.DropsAsync(eni) > 0);
    }

    [Fact]
    public async Task A_former_primary_address_is_honoured_until_it_is_forgotten()
    {
        var eni = _guest.PrimaryEni;
        var former = eni.PrimaryAddress;

        var address = await _vpc.ModifyPrimaryAddressAsync(_guest);

        Assert.Equal(address.ToString(), Document($"{Macs}{Upper(eni)}/primary-local-ipv4"));
        Assert.Equal(address.ToString(), Document("local-ipv4"));
        Assert.Equal($"{address}/", Document($"{Macs}{Upper(eni)}/local-ipv4s/"));
        Assert.True(await Pinger.AnswersAsync(_b.Client, former));

        await _guest.IpAsync($"addr add {address}/24 dev eth0");
        Assert.Empty(await _vpc.AssertEverythingAnswersAsync(_guest));

        await _vpc.ForgetOldPrimaryAsync(eni);
        Assert.False(await Pinger.AnswersAsync(_b.Client, former, deadline: Short));
        Assert.True(await Pinger.AnswersAsync(_b.Client, address));
    }

    [Fact]
    public async Task A_migrated_primary_eni_still_reaches_metadata_from_where_it_was_and_then_from_where_it_is()
    {
        var eni = _guest.PrimaryEni;
        var eip = await _vpc.AssociateAddressAsync(eni);
        // The guest's neighbour cache knows the former gateway, as it would on a machine that runs.
        Assert.True(await Pinger.AnswersAsync(_guest.Namespace, _a.Gateway));

        var address = await _vpc.MigratePrimaryEniAsync(_guest, _b);

        Assert.Contains("10.0.2.", await MetadataProbe.GetAsync(_guest.Namespace, $"/latest/meta-data/{Macs}{Upper(eni)}/primary-local-ipv4"), StringComparison.Ordinal);
        Assert.Equal(_b.Id, Document($"{Macs}{Upper(eni)}/subnet-id"));
        Assert.Equal("10.0.2.1", Document($"{Macs}{Upper(eni)}/local-ipv4s/{address}/gateway"));

        await _guest.IpAsync($"addr add {address}/24 dev eth0", "route replace default via 10.0.2.1 dev eth0 metric 50", "addr del 10.0.1.5/24 dev eth0");
        Assert.Empty(await _vpc.AssertEverythingAnswersAsync(_guest));
        await _vpc.ForgetOldPrimaryAsync(eni);
        Assert.Empty(await _vpc.AssertEverythingAnswersAsync(_guest));
        Assert.True(await Pinger.AnswersAsync(_a.Client, _a.Gateway));
        Assert.True(await Pinger.AnswersAsync(_vpc.Internet, eip.Address));
    }

    [Fact]
    public async Task An_eip_in_nat_mode_is_translated_and_listed_until_it_goes()
    {
        var eni = _guest.PrimaryEni;
        var eip = await _vpc.AssociateAddressAsync(eni);

        Assert.Equal(eip.Address.ToString(), Document("public-ipv4"));
        Assert.Equal(eip.Address.ToString(), Document($"{Macs}{Upper(eni)}/local-ipv4s/10.0.1.5/public-ipv4"));
        Assert.Equal("NAT", Document($"{Macs}{Upper(eni)}/local-ipv4s/10.0.1.5/public-ipv4-mode"));
        Assert.True(await Pinger.AnswersAsync(_vpc.Internet, eip.Address));

        await _vpc.DisassociateAddressAsync(eni);

        Assert.Null(Document("public-ipv4"));
        Assert.False(await Pinger.AnswersAsync(_vpc.Internet, eip.Address, deadline: Short));
    }

    [Fact]
    public async Task An_eip_in_direct_mode_arrives_as_it_is()
    {
        var eip = await _vpc.AssociateAddressAsync(_guest.PrimaryEni, EipMode.Direct);
        Assert.Equal("direct", Document($"{Macs}{Upper(_guest.PrimaryEni)}/local-ipv4s/10.0.1.5/public-ipv4-mode"));
        Assert.False(await Pinger.AnswersAsync(_vpc.Internet, eip.Address, deadline: Short));

        await _guest.IpAsync($"addr add {eip.Address}/32 dev lo");

        Assert.True(await Pinger.AnswersAsync(_vpc.Internet, eip.Address));
    }

    [Fact]
    public async Task A_nic_keeps_its_eni_when_it_is_renamed()
    {
        await _guest.RenameNicAsync(_guest.PrimaryEni, "ens5");

        Assert.Equal("ens5", (await _guest.NicNamesAsync())[_guest.PrimaryEni.Mac]);
        Assert.Equal("ens5", _guest.PrimaryEni.NicName);
    }

    [Fact]
    public async Task What_the_cloud_refuses_is_refused()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _vpc.DetachNetworkInterfaceAsync(_guest.PrimaryEni));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _vpc.UnassignPrivateIpAddressesAsync(_guest.PrimaryEni, _guest.PrimaryEni.PrimaryAddress));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _vpc.AttachNetworkInterfaceAsync(_guest, _guest.PrimaryEni));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _vpc.DisassociateAddressAsync(_guest.PrimaryEni));
    }

    [Fact]
    public async Task Each_guest_is_told_about_itself()
    {
        var other = await _vpc.CreateGuestAsync(_b);

        Assert.EndsWith(_guest.InstanceId, await MetadataProbe.GetAsync(_guest.Namespace, "/latest/meta-data/instance-id"), StringComparison.Ordinal);
        Assert.EndsWith(other.InstanceId, await MetadataProbe.GetAsync(other.Namespace, "/latest/meta-data/instance-id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_outside_of_its_subnet_is_reached_on_link()
    {
        var odd = await _vpc.CreateSubnetAsync("10.7.0.0/26", gateway: "10.7.1.1");
        var guest = await _vpc.CreateGuestAsync(odd);

        Assert.Equal("10.7.1.1", _vpc.Metadata.Document(guest, $"/latest/meta-data/{Macs}{Upper(guest.PrimaryEni)}/local-ipv4s/10.7.0.5/gateway"));
        Assert.Empty(await _vpc.AssertEverythingAnswersAsync(guest));
    }

    [Fact]
    public async Task A_guest_can_start_with_nothing_configured()
    {
        var guest = await _vpc.CreateGuestAsync(_a, new() { Image = ImageState.Nothing });

        var state = await GuestState.CaptureAsync(guest);

        Assert.Contains(state.Lines, l => l.StartsWith("link eth0 down", StringComparison.Ordinal));
        Assert.DoesNotContain(state.Lines, l => l.StartsWith("addr 10.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_container_and_a_tunnel_answer_as_their_makers_left_them()
    {
        var container = await ContainerBridge.AddAsync(_guest);
        var tunnel = await Tunnel.AddAsync(_guest);

        Assert.Empty(await Pinger.PingAllAsync([
            new Ping(_guest.Namespace, container.Address, "guest"),
            new Ping(_guest.Namespace, container.Address, "guest") { Source = _guest.PrimaryEni.PrimaryAddress },
            new Ping(_guest.Namespace, tunnel.FarAddress, "guest"),
            new Ping(container.Container, _b.ClientAddress, "container"),
            new Ping(container.Container, Vpc.InternetAddress, "container"),
        ]));
    }

    private static string Upper(Eni eni) => eni.Mac.ToUpperInvariant();

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(5); !await condition();)
        {
            Assert.True(DateTime.UtcNow < deadline, "it did not come to this within 5 s");
            await Task.Delay(1);
        }
    }

    private string? Document(string path) => _vpc.Metadata.Document(_guest, "/latest/meta-data/" + path);
}
