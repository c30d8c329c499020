using System.Globalization;
using System.Net;
using EniAgent.Bench.Running;
using EniAgent.Simulator;

namespace EniAgent.Bench.Worlds;

/// <summary>A simulated machine with some ENIs, and a folder that the agent takes for the root of its file system.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eni-bench-").FullName;
    private readonly string _agent;

    private World(Vpc vpc, Guest guest, string agent)
    {
        (Vpc, Guest, _agent) = (vpc, guest, agent);
        Stage = new Stage(guest.Namespace, Path.Combine(_folder, "errors"));
        ClearRoot();
    }

    /// <summary>The cloud.</summary>
    public Vpc Vpc { get; }

    /// <summary>The machine.</summary>
    public Guest Guest { get; }

    /// <summary>Where programs run on it.</summary>
    public Stage Stage { get; }

    /// <summary>What <c>--root</c> says.</summary>
    public string Root => Path.Combine(_folder, "root");

    /// <summary>The program that is measured.</summary>
    public string Agent => _agent;

    /// <summary>Makes a machine with ENIs in a subnet each.</summary>
    public static async Task<World> CreateAsync(string agent, int enis = 8, int addresses = 30, bool scattered = false)
    {
        var vpc = await Vpc.CreateAsync();
        try
        {
            var secondary = scattered ? 0 : addresses - 1;
            var guest = await vpc.CreateGuestAsync(await AddSubnetAsync(vpc), new GuestOptions { SecondaryAddresses = secondary });
            for (var i = 1; i < enis; i++)
            {
                await vpc.AttachNewAsync(guest, await AddSubnetAsync(vpc), secondary);
            }

            foreach (var eni in scattered ? guest.Enis : [])
            {
                await vpc.AssignPrivateIpAddressesAsync(eni, Scattered(eni.Subnet, addresses - 1));
            }

            return new World(vpc, guest, agent);
        }
        catch
        {
            await vpc.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more subnet.</summary>
    public Task<Subnet> AddSubnetAsync() => AddSubnetAsync(Vpc);

    /// <summary>Tells the neighbour in an ENI's subnet where addresses are, so that an answer has to wait for nobody's ARP.</summary>
    public static Task IntroduceAsync(Eni eni, IEnumerable<IPAddress> addresses) =>
        eni.Subnet.Client.IpAsync(addresses.Select(address => $"neigh replace {address} lladdr {eni.Mac} dev eth0 nud permanent"));

    /// <summary>The table of an ENI that the agent has configured.</summary>
    public async Task<string> TableAsync(Eni eni) =>
        (await Guest.IpOutputAsync("rule")).Split('\n').First(line => line.Contains($" oif {eni.NicName} ", StringComparison.Ordinal)).Split("lookup ")[1].Split(' ')[0];

    /// <summary>Runs the agent to its end, and measures it.</summary>
    public Use Run(params IEnumerable<string> arguments) => Stage.Run(_agent, [.. arguments, "--root", Root]);

    /// <summary>Runs the agent to its end, and returns what it wrote.</summary>
    public async Task<string> OutputAsync(params IEnumerable<string> arguments)
    {
        await using var process = await GuestProcess.RunAsync(Guest, _agent, [.. arguments, "--root", Root]);
        return process.ExitCode == 0 ? process.StandardOutput : throw new InvalidOperationException(process.StandardError);
    }

    /// <summary>Writes the agent's configuration.</summary>
    public void Configure(string text)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, "etc/eni-agent")).FullName;
        File.WriteAllText(Path.Combine(folder, "eni-agent.conf"), text);
    }

    /// <summary>Puts lines into a file of their own, and returns its path.</summary>
    public string Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    /// <summary>A folder for what is in nobody's way.</summary>
    public string Folder => _folder;

    /// <summary>Makes the machine one that the agent has never run on, as far as files tell.</summary>
    public void ClearRoot()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }

        Directory.CreateDirectory(Root);
    }

    public async ValueTask DisposeAsync()
    {
        await Vpc.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // Anywhere in the subnet, as clouds give them out; the same with every run.
    private static IPAddress[] Scattered(Subnet subnet, int count)
    {
        var random = new Random(subnet.Number);
        var bytes = subnet.Network.BaseAddress.GetAddressBytes();
        return [.. Enumerable.Range(16, 1000).OrderBy(_ => random.Next()).Take(count).Select(i => new IPAddress([bytes[0], bytes[1], (byte)(bytes[2] + (i >> 8)), (byte)i]))];
    }

    // Large enough for 256 addresses and some more.
    private static Task<Subnet> AddSubnetAsync(Vpc vpc) =>
        vpc.CreateSubnetAsync(string.Create(CultureInfo.InvariantCulture, $"10.{vpc.Subnets.Count + 1}.0.0/22"));
}
