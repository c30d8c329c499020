using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Vm.Tests.Fixture;

/// <summary>A VPC of two subnets with a container in the first one as its guest.</summary>
internal sealed class ContainerWorld : IAsyncDisposable
{
    private ContainerWorld(Vpc vpc, Subnet a, Subnet b, Guest guest, Container container) => (Vpc, A, B, Guest, Container) = (vpc, a, b, guest, container);

    public Vpc Vpc { get; }

    public Subnet A { get; }

    public Subnet B { get; }

    public Guest Guest { get; }

    public Container Container { get; }

    /// <summary>Makes it.</summary>
    /// <param name="prepare">Puts files into a folder that lies over the container's system; null for none.</param>
    public static async Task<ContainerWorld> CreateAsync(Action<string>? prepare = null)
    {
        var container = await Container.StartAsync(prepare);
        var vpc = await Vpc.CreateAsync();
        try
        {
            var (a, b) = (await vpc.CreateSubnetAsync(), await vpc.CreateSubnetAsync());
            return new ContainerWorld(vpc, a, b, await vpc.CreateGuestAsync(a, new GuestOptions { ProcessId = container.ProcessId, SecondaryAddresses = 1 }), container);
        }
        catch
        {
            await vpc.DisposeAsync();
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Installs the package of this tree; the service is up when this is done.</summary>
    public async Task InstallAsync()
    {
        await Container.InstallAsync(Packages.Deb(Packages.Version));
        Assert.Equal("active", await Container.UnitAsync("ActiveState"));
    }

    /// <summary>What status.json says; null where there is none.</summary>
    public AgentStatus? Status()
    {
        var path = Container.PathOf("/run/eni-agent/status.json");
        return File.Exists(path) ? AgentStatus.Parse(File.ReadAllText(path)) : null;
    }

    /// <summary>Waits until the service says so.</summary>
    public Task UntilAsync(Func<AgentStatus, bool> condition) =>
        Eventually.TrueAsync(() => Task.FromResult(Status() is { } status && condition(status)), state: () => Container.JournalAsync());

    /// <summary>Waits until the service is in sync with this many ENIs.</summary>
    public Task UntilInSyncAsync(int enis) => UntilAsync(status => status.State == "in-sync" && status.Enis.Count == enis);

    /// <summary>Pings through the source filter, from everywhere to every address and back.</summary>
    public async Task EverythingAnswersAsync()
    {
        var failures = await Vpc.AssertEverythingAnswersAsync(Guest, TimeSpan.FromSeconds(5));
        var unbound = await Pinger.PingAllAsync(Vpc.Unbound(Guest), TimeSpan.FromSeconds(3));
        if (failures.Count + unbound.Count > 0)
        {
            Assert.Fail($"{string.Join('\n', failures.Concat(unbound.Select(u => u.ToString())))}\n{await Container.JournalAsync()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Vpc.DisposeAsync();
        await Container.DisposeAsync();
    }
}
