using System.Text.Json;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>An instance: a namespace whose NICs are the instance's ENIs.</summary>
public sealed class Guest
{
    private readonly Lock _gate = new();
    private readonly List<Eni> _enis = [];

    internal Guest(Vpc vpc, NetworkNamespace space, GuestOptions options)
    {
        Vpc = vpc;
        Namespace = space;
        InstanceId = options.InstanceId;
        InstanceName = options.InstanceName;
        Machine = options.Machine;
    }

    /// <summary>The VPC it is in.</summary>
    public Vpc Vpc { get; }

    /// <summary>Its network namespace.</summary>
    public NetworkNamespace Namespace { get; }

    /// <summary>The virtual machine that it is; null for one that is its namespace.</summary>
    internal IMachine? Machine { get; }

    /// <summary>The instance's identifier, as <c>ins-2kx81m5c</c>.</summary>
    public string InstanceId { get; }

    /// <summary>The instance's name.</summary>
    public string InstanceName { get; }

    /// <summary>Its ENIs in the order of their attachment, the primary one first; one that is on its way in or out is among them.</summary>
    public IReadOnlyList<Eni> Enis
    {
        get
        {
            lock (_gate)
            {
                return [.. _enis];
            }
        }
    }

    /// <summary>The ENI it was made with.</summary>
    public Eni PrimaryEni => Enis[0];

    /// <summary>Applies lines of <c>ip -batch</c> inside, as an administrator would type them.</summary>
    public Task IpAsync(params IEnumerable<string> lines) => Namespace.IpAsync(lines);

    /// <summary>What <c>ip</c> says inside; arguments are separated by blanks.</summary>
    public Task<string> IpOutputAsync(string arguments) => Namespace.IpOutputAsync(arguments);

    /// <summary>Names of the NICs at this moment by MAC in lower case, whoever named them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NicNamesAsync()
    {
        using var links = JsonDocument.Parse(await Namespace.IpOutputAsync("-j link"));
        var names = new Dictionary<string, string>();
        foreach (var link in links.RootElement.EnumerateArray())
        {
            // A tunnel has none.
            if (link.TryGetProperty("address", out var mac))
            {
                names.TryAdd(mac.GetString()!, link.GetProperty("ifname").GetString()!);
            }
        }
        return names;
    }

    /// <summary>Renames a NIC while it is up, as udev or an administrator does.</summary>
    public async Task RenameNicAsync(Eni eni, string name)
    {
        await IpAsync($"link set {eni.NicName} name {name}");
        eni.NicName = name;
    }

    /// <summary>The guest's identifier.</summary>
    public override string ToString() => InstanceId;

    internal void Add(Eni eni)
    {
        lock (_gate)
        {
            _enis.Add(eni);
        }
        eni.Guest = this;
    }

    internal void Remove(Eni eni)
    {
        lock (_gate)
        {
            _enis.Remove(eni);
        }
        eni.Guest = null;
    }

    /// <summary>Gives a new NIC its name: the wanted one, or the first free one of the kernel's own kind.</summary>
    internal string NameNic(Eni eni, string? wanted)
    {
        lock (_gate)
        {
            var taken = _enis.Where(e => e != eni).Select(e => e.NicName).ToHashSet();
            return eni.NicName = wanted ?? Enumerable.Range(0, 1000).Select(i => $"eth{i}").First(n => !taken.Contains(n));
        }
    }
}

/// <summary>What a guest is made of.</summary>
public sealed record GuestOptions
{
    private static int _last;

    /// <summary>The instance's identifier.</summary>
    public string InstanceId { get; init; } = $"ins-{Interlocked.Increment(ref _last):x8}";

    /// <summary>The instance's name.</summary>
    public string InstanceName { get; init; } = "simulated";

    /// <summary>A virtual machine, which has its NICs itself: the guest's namespace stays empty, and the image is the machine's own affair. Null for none.</summary>
    public IMachine? Machine { get; init; }

    /// <summary>A process whose network is the guest's, e.g. a container's first one; null for a namespace of its own.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How many secondary addresses the primary ENI has.</summary>
    public int SecondaryAddresses { get; init; }

    /// <summary>What the image left configured.</summary>
    public ImageState Image { get; init; } = ImageState.Dhcp;

    /// <summary>rp_filter of <c>all</c>; the kernel uses the larger of this and the NIC's.</summary>
    public int RpFilterAll { get; init; } = 1;

    /// <summary>rp_filter of <c>default</c>, which every new NIC starts with.</summary>
    public int RpFilterDefault { get; init; } = 1;

    /// <summary>The NICs' MTU.</summary>
    public int Mtu { get; init; } = 1500;
}
