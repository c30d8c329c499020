using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace EniAgent.Simulator;

// The control plane's verbs for subnets, instances and ENIs.
public sealed partial class Vpc
{
    /// <summary>CreateSubnet: with the first address as its gateway unless another is given, which may lie outside of it.</summary>
    public async Task<Subnet> CreateSubnetAsync(string? network = null, string? gateway = null, string? id = null)
    {
        int number;
        Subnet subnet;
        lock (_gate)
        {
            number = _subnets.Count + 1;
            var range = IPNetwork.Parse(network ?? string.Create(CultureInfo.InvariantCulture, $"10.0.{number}.0/24"));
            var router = gateway is null ? Ipv4.From(Ipv4.Bits(range.BaseAddress) + 1) : IPAddress.Parse(gateway);
            subnet = new Subnet(id ?? $"subnet-{_prefix[3..]}n{number}", number, range, router, new($"{_prefix}-client{number}"));
            _subnets.Add(subnet);
        }
        await AddNamespacesAsync(null, $"client{number}");
        await _fabric.AddSubnetAsync(subnet);
        return subnet;
    }

    /// <summary>RunInstances: a guest with a primary ENI in a subnet, in the state its image left.</summary>
    public Task<Guest> CreateGuestAsync(Subnet subnet, GuestOptions? options = null)
    {
        options ??= new GuestOptions();
        return CreateGuestAsync(CreateEni(subnet, options.SecondaryAddresses, isPrimary: true), options);
    }

    private async Task<Guest> CreateGuestAsync(Eni eni, GuestOptions options)
    {
        int number;
        lock (_gate)
        {
            number = _guests.Count + 1;
        }
        var guest = new Guest(this, (await AddNamespacesAsync(options.ProcessId, $"guest{number}"))[0], options);
        guest.Namespace.SetSysctls(("conf/all/rp_filter", options.RpFilterAll), ("conf/default/rp_filter", options.RpFilterDefault));
        await guest.IpAsync("link set lo up");
        await PlugAsync(guest, eni, null, options.Mtu);
        guest.Add(eni);
        eni.Listing = Listing.Complete;
        lock (_gate)
        {
            _guests.Add(guest);
        }
        if (guest.Machine is not null)
        {
            return guest;
        }
        await ApplyImageAsync(guest, options.Image);
        if (options.Image.LinkUp)
        {
            await _fabric.UntilForwardingAsync(eni.Port!);
        }
        return guest;
    }

    /// <summary>CreateNetworkInterface: an ENI that is nowhere yet, with this many secondary addresses.</summary>
    public Eni CreateNetworkInterface(Subnet subnet, int secondaryAddresses = 0) => CreateEni(subnet, secondaryAddresses, isPrimary: false);

    /// <summary>AttachNetworkInterface: done when the NIC is plugged and metadata lists everything.</summary>
    public async Task AttachNetworkInterfaceAsync(Guest guest, Eni eni, AttachOptions? options = null)
    {
        if (eni.Guest is not null)
        {
            throw new InvalidOperationException($"{eni} is attached to {eni.Guest} already");
        }
        options ??= AttachOptions.AtOnce;
        guest.Add(eni);
        await Task.WhenAll(NicAsync(), MetadataAsync());

        async Task NicAsync()
        {
            await PauseAsync(options.NicDelay);
            await PlugAsync(guest, eni, options.NicName, options.Mtu);
        }

        async Task MetadataAsync()
        {
            await PauseAsync(options.MetadataDelay);
            if (options.AddressesDelay > TimeSpan.Zero)
            {
                eni.Listing = Listing.Mac;
                await PauseAsync(options.AddressesDelay);
            }
            if (options.DetailsDelay > TimeSpan.Zero)
            {
                eni.Listing = Listing.Addresses;
                await PauseAsync(options.DetailsDelay);
            }
            eni.Listing = Listing.Complete;
        }
    }

    /// <summary>CreateNetworkInterface and AttachNetworkInterface in one.</summary>
    public async Task<Eni> AttachNewAsync(Guest guest, Subnet subnet, int secondaryAddresses = 0, AttachOptions? options = null)
    {
        var eni = CreateNetworkInterface(subnet, secondaryAddresses);
        await AttachNetworkInterfaceAsync(guest, eni, options);
        return eni;
    }

    /// <summary>DetachNetworkInterface: done when the NIC is gone and metadata has forgotten it. The ENI keeps its addresses and may be attached again.</summary>
    public async Task DetachNetworkInterfaceAsync(Eni eni, DetachOptions? options = null)
    {
        var guest = eni.Guest ?? throw new InvalidOperationException($"{eni} is not attached");
        if (eni.IsPrimary)
        {
            throw new InvalidOperationException("the primary ENI cannot be detached");
        }
        options ??= DetachOptions.AtOnce;
        await ForgetOldPrimaryAsync(eni);
        await Task.WhenAll(NicAsync(), MetadataAsync());
        guest.Remove(eni);

        async Task NicAsync()
        {
            await PauseAsync(options.NicDelay);
            var port = eni.Port!;
            if (guest.Machine is { } machine)
            {
                await machine.UnplugAsync(port);
            }
            await _fabric.UnplugAsync(port);
            (eni.Port, eni.NicName) = (null, null);
            await SourceFilter.UnplugAsync(port, eni);
            await _fabric.ForgetNeighboursAsync(eni.Subnet, eni.Addresses);
        }

        async Task MetadataAsync()
        {
            await PauseAsync(options.MetadataDelay);
            eni.Listing = Listing.None;
        }
    }

    /// <summary>
    /// A live migration to another host, as the guest sees it: every NIC loses its carrier, which comes back after a while. Addresses and rules stay, and the
    /// fabric goes on as before.
    /// </summary>
    public async Task MigrateInstanceAsync(Guest guest, TimeSpan outage)
    {
        var ports = Plugged(guest).Select(eni => eni.Port!).ToArray();
        await FabricNamespace.IpAsync(ports.Select(port => $"link set {port} down"));
        await PauseAsync(outage);
        await FabricNamespace.IpAsync(ports.Select(port => $"link set {port} up"));
        await Task.WhenAll(ports.Select(_fabric.UntilForwardingAsync));
    }

    private Eni CreateEni(Subnet subnet, int secondaryAddresses, bool isPrimary)
    {
        var addresses = Enumerable.Range(0, 1 + secondaryAddresses).Select(_ => subnet.NextAddress()).ToArray();
        return new Eni(_gate, NextMac(), subnet, addresses[0], addresses[1..], isPrimary);
    }

    private async Task PlugAsync(Guest guest, Eni eni, string? nicName, int mtu)
    {
        var port = string.Create(CultureInfo.InvariantCulture, $"p{Interlocked.Increment(ref _lastPort)}");
        var name = guest.NameNic(eni, nicName);
        // The filter first: not even the NIC's first packet may pass it.
        await SourceFilter.PlugAsync(port, eni);
        eni.Port = port;
        eni.NicAppeared = Stopwatch.GetTimestamp();
        if (guest.Machine is { } machine)
        {
            await _fabric.PlugAsync(port, eni, machine);
            return;
        }
        await _fabric.PlugAsync(port, eni, guest, name, mtu);
        // As patient as the kernel's own three requests a second apart. But a port of a bridge begins to forward a little after the link is up,
        // unlike a real NIC, and a first request lost for that must not cost a second.
        guest.Namespace.SetSysctls(($"neigh/{name}/retrans_time_ms", 50), ($"neigh/{name}/mcast_solicit", 60));
    }

    private static Task ApplyImageAsync(Guest guest, ImageState image)
    {
        var eni = guest.PrimaryEni;
        var subnet = eni.Subnet;
        var lines = new List<string>();
        if (image.LinkUp)
        {
            lines.Add($"link set {eni.NicName} up");
        }
        if (image.Address)
        {
            lines.Add($"addr add {eni.PrimaryAddress}/{subnet.PrefixLength} dev {eni.NicName}");
        }
        if (image.DefaultRoute)
        {
            var onlink = subnet.Network.Contains(subnet.Gateway) ? "" : " onlink";
            var protocol = image.RouteProtocol is { } p ? $" proto {p}" : "";
            var metric = image.RouteMetric is { } m ? $" metric {m}" : "";
            lines.Add($"route add default via {subnet.Gateway} dev {eni.NicName}{onlink}{protocol}{metric}");
        }
        return guest.IpAsync(lines);
    }

    private Task PauseAsync(TimeSpan delay) => delay > TimeSpan.Zero ? Task.Delay(delay, _end.Token) : Task.CompletedTask;
}
