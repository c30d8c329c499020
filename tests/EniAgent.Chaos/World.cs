using System.Diagnostics;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Chaos;

/// <summary>A machine in its cloud, and what is known about it that the agent must not lose.</summary>
internal sealed class World : IAsyncDisposable
{
    /// <summary>A bridge of the machine's own, for containers and others.</summary>
    public const string Bridge = "br-own";

    private const string Scripts = "etc/sysconfig/network-scripts";

    private readonly List<ForeignObject> _foreign = [];
    private int _number;

    private World(Vpc vpc, IReadOnlyList<Subnet> subnets, Guest guest, AgentProcess agent) => (Vpc, Subnets, Guest, Agent) = (vpc, subnets, guest, agent);

    public Vpc Vpc { get; }

    public IReadOnlyList<Subnet> Subnets { get; }

    public Guest Guest { get; }

    public AgentProcess Agent { get; }

    /// <summary>The ENIs that can be detached.</summary>
    public IReadOnlyList<Eni> Secondaries => [.. Guest.Enis.Skip(1)];

    /// <summary>ENIs that were attached once.</summary>
    public List<Eni> Detached { get; } = [];

    /// <summary>The faults of metadata in force.</summary>
    public List<FaultRule> Faults { get; } = [];

    /// <summary>ENIs about which metadata says something well-formed that is not true.</summary>
    public HashSet<Eni> LiedAbout { get; } = [];

    /// <summary>Lines that an administrator has added to the primary NIC's file.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>The primary NIC's file.</summary>
    public string PrimaryFile => Path.Combine(Agent.Root, Scripts, "ifcfg-eth0");

    /// <summary>Network files.</summary>
    public IReadOnlyList<string> Files => [.. new[] { Scripts, "etc/sysctl.d", "etc/iproute2/rt_tables.d" }.Select(folder => Path.Combine(Agent.Root, folder)).Where(Directory.Exists)
        .SelectMany(Directory.GetFiles).Order(StringComparer.Ordinal)];

    /// <summary>Makes it; the agent is not running yet.</summary>
    /// <param name="program">The agent.</param>
    /// <param name="configuration">What eni-agent.conf says.</param>
    /// <param name="network">The networks of its subnets, by number from 1; null for small ones.</param>
    public static async Task<World> CreateAsync(string program, string configuration = "[Agent]\nPollInterval=1s\n", Func<int, string>? network = null)
    {
        var vpc = await Vpc.CreateAsync();
        try
        {
            var subnets = new List<Subnet>();
            for (var i = 1; i <= 3; i++)
            {
                subnets.Add(await vpc.CreateSubnetAsync(network?.Invoke(i)));
            }

            var guest = await vpc.CreateGuestAsync(subnets[0], new GuestOptions { SecondaryAddresses = 1 });
            
            // With the last address of a link the kernel takes its routes away.
            await guest.IpAsync($"link add {Bridge} type bridge", $"link set {Bridge} up", $"addr add 172.30.0.1/24 dev {Bridge}");
            var world = new World(vpc, subnets, guest, new AgentProcess(guest, program));
            world.Put("etc/eni-agent/eni-agent.conf", configuration);
            world.Put("run/lock/subsys/network", "");
            world.Put(Path.Combine(Scripts, "ifcfg-eth0"), "DEVICE=eth0\nBOOTPROTO=dhcp\nONBOOT=yes\n");
            return world;
        }
        catch
        {
            await vpc.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of the attached ENIs.</summary>
    public Eni Eni(int number) => Guest.Enis[number % Guest.Enis.Count];

    /// <summary>A number that was not used before.</summary>
    public int NextNumber() => ++_number;

    /// <summary>Does what <c>ip</c> can do at the moment; that it cannot is no fault of anybody's.</summary>
    public async Task TryIpAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", ["-netns", Guest.Namespace.Name, "-force", "-batch", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteLineAsync(command);
        process.StandardInput.Close();
        await Task.WhenAll(output, error, process.WaitForExitAsync());
    }

    /// <summary>The machine's DHCP client sees to it that the primary NIC has its address and its default route: what a flap has taken away comes back.</summary>
    public async Task RenewLeaseAsync()
    {
        // What is there already stays as it is. The route alone may be there: it went by another address meanwhile.
        var eni = Guest.PrimaryEni;
        await TryIpAsync($"link set {eni.NicName} up");
        await TryIpAsync($"addr add {eni.PrimaryAddress}/{eni.Subnet.PrefixLength} brd + dev {eni.NicName}");
        await TryIpAsync($"route add default via {eni.Subnet.Gateway} dev {eni.NicName} proto dhcp metric 100");
    }

    /// <summary>Somebody else puts something there that must stay.</summary>
    /// <param name="add">The command that adds it.</param>
    /// <param name="remove">The command that takes it away.</param>
    /// <param name="shown">What the kernel's line about it begins with.</param>
    /// <param name="nic">The NIC with which it goes; null for none.</param>
    public async Task AddForeignAsync(string add, string remove, string shown, string? nic)
    {
        await TryIpAsync(add);
        if ((await GuestState.CaptureAsync(Guest)).Lines.FirstOrDefault(line => line.StartsWith(shown, StringComparison.Ordinal)) is { } line)
        {
            _foreign.Add(new ForeignObject(add, remove, nic, WithoutCarrier(line)));
        }
    }

    /// <summary>They take it away again.</summary>
    public async Task RemoveForeignAsync(int number)
    {
        if (_foreign.Count > 0)
        {
            var foreign = _foreign[number % _foreign.Count];
            await TryIpAsync(foreign.Remove);
            _foreign.Remove(foreign);
        }
    }

    /// <summary>The kernel or somebody else took away what was on a NIC.</summary>
    public void ForgetForeignOn(string? nic) => _foreign.RemoveAll(foreign => foreign.Nic == nic);

    /// <summary>What stands on a NIC is shown by its new name from now on.</summary>
    public void Renamed(string from, string to)
    {
        for (var i = 0; i < _foreign.Count; i++)
        {
            if (_foreign[i].Nic == from)
            {
                _foreign[i] = _foreign[i] with
                {
                    Nic = to,
                    Remove = _foreign[i].Remove.Replace($" {from}", $" {to}", StringComparison.Ordinal),
                    Line = _foreign[i].Line.Replace($"dev {from} ", $"dev {to} ", StringComparison.Ordinal),
                };
            }
        }
    }

    /// <summary>What others have put there and that is not there any more as it was.</summary>
    public IEnumerable<string> Lost(GuestState state)
    {
        var lines = state.Lines.Select(WithoutCarrier).ToHashSet(StringComparer.Ordinal);
        var nics = Guest.Enis.Select(eni => eni.NicName).ToHashSet();
        _foreign.RemoveAll(foreign => foreign.Nic is not null && !nics.Contains(foreign.Nic));
        return _foreign.Where(foreign => !lines.Contains(foreign.Line)).Select(foreign => $"{foreign.Add}: {foreign.Line}");
    }

    public async ValueTask DisposeAsync()
    {
        await Vpc.DisposeAsync();
        await Agent.DisposeAsync();
    }

    // A bridge is up as long as something is plugged into it.
    private static string WithoutCarrier(string line) => line.Replace(" flags [\"linkdown\"]", "", StringComparison.Ordinal);

    private void Put(string path, string text)
    {
        var full = Path.Combine(Agent.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private sealed record ForeignObject(string Add, string Remove, string? Nic, string Line);
}
