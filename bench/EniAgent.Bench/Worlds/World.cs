using System.Globalization;
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
    public static async Task<World> CreateAsync(string agent, int enis = 8, int addresses = 30)
    {
        var vpc = await Vpc.CreateAsync();
        try
        {
            var guest = await vpc.CreateGuestAsync(await SubnetAsync(1), new GuestOptions { SecondaryAddresses = addresses - 1 });
            for (var i = 2; i <= enis; i++)
            {
                await vpc.AttachNewAsync(guest, await SubnetAsync(i), addresses - 1);
            }

            return new World(vpc, guest, agent);
        }
        catch
        {
            await vpc.DisposeAsync();
            throw;
        }

        // Large enough for 256 addresses and some more.
        Task<Subnet> SubnetAsync(int i) => vpc.CreateSubnetAsync(string.Create(CultureInfo.InvariantCulture, $"10.{i}.0.0/22"));
    }

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
}
