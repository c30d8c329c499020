using System.Net;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Chaos.Soak;

/// <summary>What happens on a machine that is used: much comes, and goes again, so that there is never more of it than before.</summary>
internal sealed class Life(World world, Pace pace)
{
    // What stays while one more comes and goes.
    private const int Secondaries = 3, AddressesEach = 3;

    private static readonly Fault[] Hiccups = [Fault.Status(503), Fault.Reset, Fault.TruncatedBody, Fault.Html, Fault.Status(404)];

    private Eni _eni = null!;
    private (Eni Eni, IPAddress Address) _address;
    private int _number;
    private int _hiccups;

    /// <summary>Everything that happens, when, and what it may cost.</summary>
    public IReadOnlyList<Occasion> Occasions =>
    [
        // Found by a poll; what tells the primary address and the subnet is read again, and then contact is tried.
        new(pace.Address / 2, pace.Address, new Price(0, 4, 2), AddressComesAsync),

        // A second read confirms it.
        new(pace.Address, pace.Address, new Price(1, 1, 3), AddressGoesAsync),

        // Metadata is read again and again until it lists the new NIC.
        new(pace.Eni / 2, pace.Eni, new Price(7, 8, 4), EniComesAsync),
        new(pace.Eni, pace.Eni, new Price(1, 1, 3), EniGoesAsync),

        new(pace.Hiccup, pace.Hiccup, new Price(1, 1, 2), HiccupAsync),
        new(pace.Drift, pace.Drift, new Price(0, 0, 2), DriftAsync),

        // Nobody's concern.
        new(pace.Containers, pace.Containers, new Price(0, 0, 0), () => Catalogue.Deeds["containers"].Do(world, 0, 0)),
    ];

    /// <summary>What is there before anything happens.</summary>
    public async Task BeginAsync()
    {
        for (var i = 0; i < Secondaries; i++)
        {
            await world.Vpc.AttachNewAsync(world.Guest, world.Subnets[i % world.Subnets.Count], AddressesEach - 1);
        }
    }

    // One that the machine never had; when it goes it is gone for good.
    private async Task AddressComesAsync()
    {
        var eni = world.Guest.Enis[_number++ % (1 + Secondaries)];
        _address = (eni, (await world.Vpc.AssignPrivateIpAddressesAsync(eni))[0]);
    }

    private Task AddressGoesAsync() => world.Vpc.UnassignPrivateIpAddressesAsync(_address.Eni, _address.Address);

    // As with addresses. Metadata tells of it a little after its NIC has appeared.
    private async Task EniComesAsync() => _eni = await world.Vpc.AttachNewAsync(
        world.Guest, world.Subnets[_number++ % world.Subnets.Count], AddressesEach - 1, new AttachOptions { MetadataDelay = TimeSpan.FromMilliseconds(200) });

    private Task EniGoesAsync() => world.Vpc.DetachNetworkInterfaceAsync(_eni);

    // The next answer is a bad one.
    private Task HiccupAsync()
    {
        world.Vpc.Metadata.Faults.Clear();
        world.Vpc.Metadata.Faults.Add("**", Hiccups[_hiccups++ % Hiccups.Length]).Times(1);
        return Task.CompletedTask;
    }

    private Task DriftAsync()
    {
        var number = _number++;
        var eni = world.Guest.Enis[1 + (number % Secondaries)];
        return number % 2 == 0
            ? Catalogue.Deeds["delete-rule"].Do(world, number, 0)
            : world.TryIpAsync($"addr del {eni.Addresses[1]}/{eni.Subnet.PrefixLength} dev {eni.NicName}");
    }
}

/// <summary>Something that happens again and again.</summary>
/// <param name="First">When for the first time.</param>
/// <param name="Every">How often.</param>
/// <param name="Price">What one of it may cost; null for what does not happen to the machine.</param>
/// <param name="Do">Has it happen.</param>
internal sealed record Occasion(TimeSpan First, TimeSpan Every, Price? Price, Func<Task> Do);
