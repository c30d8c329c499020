using System.Diagnostics;
using System.Globalization;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>
/// The agent as a service: started by the systemd of the container that build/confined.sh runs the tests beside, under what systemd/eni-agent.service says of its
/// confinement. That systemd is process 1 of the tests, too.
/// </summary>
internal static class Confinement
{
    /// <summary>The environment variable that says so.</summary>
    public const string Variable = "ENI_AGENT_CONFINED";

    /// <summary>The agent, in the container.</summary>
    public const string Agent = "/usr/sbin/eni-agent";

    // Units of the container whose name begins so have the directives of the agent's.
    private const string Prefix = "eni-agent-test-";

    private const string Mounts = "--mount=/proc/1/ns/mnt";

    private static readonly Lazy<string> Slice = new(() =>
    {
        var line = File.ReadLines("/proc/1/cgroup").Single(line => line.StartsWith("0::", StringComparison.Ordinal));
        return $"/sys/fs/cgroup{Path.GetDirectoryName(line[3..])}/system.slice";
    });

    private static int _last;

    /// <summary>Whether the agents of all tests run so.</summary>
    public static bool IsInForce { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>The directives of the unit's section [Service].</summary>
    public static IReadOnlyList<(string Name, string Value)> Directives() =>
    [
        .. File.ReadLines(Path.Combine(AgentBinary.Repository, "systemd/eni-agent.service"))
            .SkipWhile(line => line != "[Service]").Skip(1).TakeWhile(line => !line.StartsWith('['))
            .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#')).Select(line => line.Split('=', 2)).Select(parts => (parts[0], parts[1])),
    ];

    /// <summary>Makes the folders that the service may write in below the agent's <c>--root</c>, as its package does.</summary>
    public static void MakeFolders(string root)
    {
        using var process = Process.Start("nsenter", [Mounts, "systemd-tmpfiles", "--create", $"--root={root}", "/usr/lib/tmpfiles.d/eni-agent.conf"]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Runs a program of the container as itself, unconfined, to its end; returns what it wrote.</summary>
    public static async Task<string> AskAsync(Guest guest, string program, params string[] arguments)
    {
        await using var process = await GuestProcess.RunAsync(guest, "nsenter", [Mounts, program, .. arguments]);
        return process.StandardOutput;
    }

    /// <summary>Starts a program of the container in a guest's network namespace.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="root">The agent's <c>--root</c>: what the unit lets it write is below that.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables of its environment.</param>
    public static GuestProcess Start(Guest guest, string root, IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var unit = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _last)}.service");
        string[] line =
        [
            Mounts, "systemd-run", "--pipe", "--wait", "--collect", "--quiet", "--service-type=exec", $"--unit={unit}",
            $"--property=NetworkNamespacePath=/run/netns/{guest.Namespace.Name}", $"--property=ReadWritePaths={WritablePaths(root)}",
            .. (environment ?? new Dictionary<string, string>()).Select(variable => $"--setenv={variable.Key}={variable.Value}"),
            .. command,
        ];
        return GuestProcess.Start(guest, "nsenter", line, id: () => FirstProcess(unit));
    }

    // Those of the unit, below the root; what is not there stays unwritable.
    private static string WritablePaths(string root) => string.Join(' ', Directives()
        .Where(directive => directive.Name == "ReadWritePaths").SelectMany(directive => directive.Value.Split(' '))
        .Select(path => path.TrimStart('-')).Where(path => !path.StartsWith("/proc/", StringComparison.Ordinal)).Select(path => $"-{root}{path}"));

    // Null before the unit has started and after it has ended.
    private static int? FirstProcess(string unit)
    {
        try
        {
            return File.ReadLines($"{Slice.Value}/{unit}/cgroup.procs").Select(line => (int?)int.Parse(line, CultureInfo.InvariantCulture)).FirstOrDefault();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
