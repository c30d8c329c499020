using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Simulator;

/// <summary>
/// A virtual private cloud in network namespaces of this machine: subnets with gateways and a neighbour each, an internet side, the
/// metadata service, a source filter per ENI, and the control plane's verbs. Needs root. Several may exist at once;
/// disposing removes everything, also what a failed step left.
/// </summary>
public sealed partial class Vpc : IAsyncDisposable
{
    private readonly string _prefix;
    private readonly Lock _gate = new();
    private readonly ConcurrentBag<string> _namespaces = [];
    private readonly ConcurrentBag<IAsyncDisposable> _dependents = [];
    private readonly List<Subnet> _subnets = [];
    private readonly List<Guest> _guests = [];
    private readonly HashSet<string> _macs = [];
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _growing = new(1, 1);
    private Fabric _fabric = null!;
    private int _lastPort;
    private int _lastEip;

    private Vpc(string prefix)
    {
        _prefix = prefix;
        Id = $"vpc-{prefix[3..]}";
    }

    /// <summary>The cloud's identifier of this VPC.</summary>
    public string Id { get; private set; }

    /// <summary>The namespace of bridges, gateways and metadata.</summary>
    public NetworkNamespace FabricNamespace => _fabric.Namespace;

    /// <summary>The namespace of a host in the internet, at <see cref="InternetAddress"/>.</summary>
    public NetworkNamespace Internet { get; private set; } = null!;

    /// <summary>The internet host's address.</summary>
    public static IPAddress InternetAddress => Fabric.InternetAddress;

    /// <summary>The metadata service.</summary>
    public MetadataService Metadata { get; private set; } = null!;

    /// <summary>The fabric's source filter.</summary>
    public SourceFilter SourceFilter { get; private set; } = null!;

    /// <summary>Its subnets in the order of their creation.</summary>
    public IReadOnlyList<Subnet> Subnets
    {
        get
        {
            lock (_gate)
            {
                return [.. _subnets];
            }
        }
    }

    /// <summary>Its guests in the order of their creation.</summary>
    public IReadOnlyList<Guest> Guests
    {
        get
        {
            lock (_gate)
            {
                return [.. _guests];
            }
        }
    }

    /// <summary>Makes an empty VPC with fabric, internet side and metadata service.</summary>
    public static async Task<Vpc> CreateAsync()
    {
        var vpc = new Vpc(NamespaceNames.NextPrefix());
        try
        {
            var spaces = await vpc.AddNamespacesAsync(null, "fabric", "internet");
            vpc.Internet = spaces[1];
            vpc._fabric = new Fabric(spaces[0], spaces[1]);
            vpc.SourceFilter = new SourceFilter(spaces[0]);
            await vpc._fabric.InstallAsync();
            await vpc.SourceFilter.InstallAsync();
            vpc.Metadata = new MetadataService(vpc);
            vpc.Metadata.StartListening();
            return vpc;
        }
        catch
        {
            await vpc.DisposeAsync();
            throw;
        }
    }

    /// <summary>Removes the namespaces of simulators that died, and says which.</summary>
    public static async Task<IReadOnlyList<string>> CleanupAsync()
    {
        var orphans = NamespaceNames.Orphans().ToArray();
        await NetworkNamespace.DeleteAsync(orphans);
        return orphans;
    }

    /// <summary>Adds a namespace that goes when the VPC goes, for a host of a test's own.</summary>
    public async Task<NetworkNamespace> AddNamespaceAsync(string role) => (await AddNamespacesAsync(null, role))[0];

    /// <summary>Stops everything inside and removes every namespace.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var dependent in _dependents)
        {
            await dependent.DisposeAsync();
        }
        if (Metadata is not null)
        {
            await Metadata.DisposeAsync();
        }
        // One that is being added at this moment is waited for and goes as well; later ones are refused.
        await _growing.WaitAsync();
        await NetworkNamespace.DeleteAsync(_namespaces);
        _growing.Release();
    }

    /// <summary>Has something disposed of before the namespaces go.</summary>
    /// <exception cref="ObjectDisposedException">They are going already, and what came too late was ended.</exception>
    internal void Own(IAsyncDisposable dependent)
    {
        _dependents.Add(dependent);
        if (_end.IsCancellationRequested)
        {
            _ = dependent.DisposeAsync().AsTask();
            throw new ObjectDisposedException(Id);
        }
    }

    private async Task<NetworkNamespace[]> AddNamespacesAsync(int? ofProcess, params string[] roles)
    {
        await _growing.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
            var names = roles.Select(r => $"{_prefix}-{r}").ToArray();
            foreach (var name in names)
            {
                // Before it exists: a failure in the middle must not leave it behind.
                _namespaces.Add(name);
            }
            return ofProcess is { } process ? [await NetworkNamespace.AttachAsync(names[0], process)] : await NetworkNamespace.AddAsync(names);
        }
        finally
        {
            _growing.Release();
        }
    }

    private string NextMac()
    {
        lock (_gate)
        {
            while (true)
            {
                // A letter in every one, so that upper and lower case differ.
                var bits = Random.Shared.Next(1 << 20) | 0xb00000;
                var mac = string.Create(CultureInfo.InvariantCulture, $"52:54:00:{bits >> 16:x2}:{(bits >> 8) & 0xff:x2}:{bits & 0xff:x2}");
                if (_macs.Add(mac))
                {
                    return mac;
                }
            }
        }
    }
}
