using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Linux.Host;
using EniAgent.Linux.State;
using EniAgent.Linux.Tests;
using EniAgent.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;

namespace EniAgent.Tests.Fakes;

/// <summary>A machine as an image leaves it – eth0 up with its address and default route, eth1 attached and down – with the agent's files in a folder.</summary>
internal sealed class Machine : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _isDisposed;

    public Machine(KernelFeatures? features = null)
    {
        Kernel = new FakeKernel(features ?? new KernelFeatures());
        Plug(0, up: true);
        Plug(1);
        Assert.Null(IpWords.Make(Kernel, "address 10.0.0.10/24 dev eth0"));
        Assert.Null(IpWords.Make(Kernel, "route default via 10.0.0.1 dev eth0 proto dhcp"));
        Stack = new StackProbe(Kernel);
        Paths = new AgentPaths(_folder.Path);
        Store = new StateStore(Paths, NullLogger<StateStore>.Instance);
    }

    public FakeKernel Kernel { get; }

    public StackProbe Stack { get; }

    public AgentPaths Paths { get; }

    public StateStore Store { get; }

    public ListLogger<Reconciler> Log { get; } = new();

    /// <summary>Two ENIs, the secondary one with a secondary address.</summary>
    public static MetadataSnapshot TwoEnis => Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.11"));

    public IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Plugs a NIC in.</summary>
    public Link Plug(int eni, bool up = false) => Kernel.AddLink(new Link { Index = 0, Name = $"eth{eni}", Mac = Vpc.Mac(eni), IsUp = up });

    /// <summary>A process of the agent starts: what it knows is what the files say.</summary>
    public Reconciler Start(AgentOptions? options = null) => new(Stack, Store, options ?? new AgentOptions(), Log);

    public bool Has(string address) => Kernel.IsLocal(IpAddress.Parse(address));

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _folder.Dispose();
        }

        _isDisposed = true;
    }
}
