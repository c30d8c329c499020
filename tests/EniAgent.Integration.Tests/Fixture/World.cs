using System.Net;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>What a test starts from: a VPC with two subnets, a guest in the first one whose image configured its primary NIC, and the agent in it.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly ITestOutputHelper? _output;

    private World(ITestOutputHelper? output, Vpc vpc, Subnet a, Subnet b, Guest guest, AgentHost agent)
    {
        (_output, Vpc, A, B, Guest, Agent) = (output, vpc, a, b, guest, agent);
    }

    public Vpc Vpc { get; }

    /// <summary>The primary ENI's subnet, 10.0.1.0/24.</summary>
    public Subnet A { get; }

    /// <summary>Another subnet, 10.0.2.0/24.</summary>
    public Subnet B { get; }

    public Guest Guest { get; }

    public AgentHost Agent { get; }

    /// <summary>Makes it.</summary>
    public static async Task<World> CreateAsync(ITestOutputHelper? output, GuestOptions? options = null)
    {
        // Before anything is made: without it there is nothing to test.
        _ = Confinement.IsInForce ? Confinement.Agent : AgentBinary.Path;
        var vpc = await Vpc.CreateAsync();
        try
        {
            var (a, b) = (await vpc.CreateSubnetAsync(), await vpc.CreateSubnetAsync());
            var guest = await vpc.CreateGuestAsync(a, options);
            return new World(output, vpc, a, b, guest, new AgentHost(guest));
        }
        catch
        {
            await vpc.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new ENI, attached.</summary>
    public Task<Eni> AttachAsync(Subnet subnet, int secondaryAddresses = 0, AttachOptions? options = null) =>
        Vpc.AttachNewAsync(Guest, subnet, secondaryAddresses, options);

    /// <summary>
    /// The central assertion: pings through the fabric's source filter from every subnet and the internet side to every address, from every
    /// address and through every NIC to everywhere, and unbound ones as well; metadata from every address.
    /// </summary>
    public async Task EverythingAnswersAsync()
    {
        var failures = await Vpc.AssertEverythingAnswersAsync(Guest, TimeSpan.FromSeconds(5));
        var unbound = await Pinger.PingAllAsync(Vpc.Unbound(Guest), TimeSpan.FromSeconds(3));
        if (failures.Count + unbound.Count > 0)
        {
            Assert.Fail($"{string.Join('\n', failures.Concat(unbound.Select(u => u.ToString())))}\n{await StateAsync()}");
        }
    }

    /// <summary>As <see cref="EverythingAnswersAsync"/>, but only to and from the addresses of these ENIs.</summary>
    public async Task AllOfAnswersAsync(params Eni[] enis)
    {
        var addresses = enis.SelectMany(eni => eni.Addresses).ToHashSet();
        var pings = enis.SelectMany(Vpc.Inward).Concat(Vpc.Outward(Guest).Where(ping => addresses.Contains(ping.Source!)));
        var failures = await Pinger.PingAllAsync(pings, TimeSpan.FromSeconds(5));
        if (failures.Count > 0)
        {
            Assert.Fail($"{string.Join('\n', failures)}\n{await StateAsync()}");
        }
    }

    /// <summary>Takes every line that starts with a text (a MAC, an address) out of metadata's listings, until disposed of.</summary>
    public FaultRule HideFromMetadata(string text) => Vpc.Metadata.Faults.Add("**/", Fault.EditBody(
        list => string.Join('\n', list.Split('\n').Where(line => !line.StartsWith(text, StringComparison.OrdinalIgnoreCase)))));

    /// <summary>
    /// An address that the fabric lets the ENI use and that metadata does not list, until disposed of: what keepalived moves from host to host.
    /// </summary>
    public async Task<IDisposable> AssignVirtualAsync(Eni eni, string address)
    {
        var hidden = HideFromMetadata(address + "/");
        await Vpc.AssignPrivateIpAddressesAsync(eni, IPAddress.Parse(address));
        return hidden;
    }

    /// <summary>What the guest's kernel holds.</summary>
    public async Task<GuestState> StateAsync() => await GuestState.CaptureAsync(Guest);

    /// <summary>What has changed in the guest's kernel since <paramref name="before"/>; <c>+</c> and <c>-</c> lines.</summary>
    public async Task<IReadOnlyList<string>> ChangesSinceAsync(GuestState before) => before.DifferencesTo(await StateAsync());

    /// <summary>The lines of the guest's state that start with one text and contain another.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(string kind, string text = "") =>
        [.. (await StateAsync()).Lines.Where(l => l.StartsWith(kind, StringComparison.Ordinal) && l.Contains(text, StringComparison.Ordinal))];

    /// <summary>Reports a time to whoever reads the tests' output or their timings.</summary>
    public void Report(string what, TimeSpan time)
    {
        var line = Timings.Add(what, time);
        _output?.WriteLine(line);
    }

    public async ValueTask DisposeAsync()
    {
        await Vpc.DisposeAsync();
        Agent.Dispose();
    }
}
