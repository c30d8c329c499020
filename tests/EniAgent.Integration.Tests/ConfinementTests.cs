using System.Net;
using System.Net.Sockets;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests;

/// <summary>That the other tests run the agent confined as its unit says, when they do (build/confined.sh).</summary>
[Trait("Needs", "confinement")]
public sealed class ConfinementTests
{
    // When and how the service starts, which the tests decide.
    private static readonly string[] LeftOut =
        ["Type", "NotifyAccess", "ExecStart", "ExecReload", "Restart", "RestartSec", "RestartPreventExitStatus", "StartLimitInterval", "TimeoutStartSec", "WatchdogSec"];

    [Fact]
    public async Task A_running_agent_has_one_capability_and_no_way_to_get_more()
    {
        await using var world = await World.CreateAsync(null);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        Assert.Equal(Confinement.Agent, new FileInfo($"/proc/{daemon.Id}/exe").LinkTarget);
        var status = Status(daemon.Id);
        const string NetAdmin = "0000000000001000";
        Assert.Equal((NetAdmin, NetAdmin, "0000000000000000"), (status["CapBnd"], status["CapPrm"], status["CapAmb"]));
        Assert.Equal(("1", "2"), (status["NoNewPrivs"], status["Seccomp"]));

        // The container filters calls as well: its own filters are not the agent's.
        Assert.True(int.Parse(status["Seccomp_filters"], null) > int.Parse(Status(1)["Seccomp_filters"], null));
    }

    [Fact]
    public async Task Every_directive_of_the_unit_is_in_force()
    {
        await using var world = await World.CreateAsync(null);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var unit = Path.GetFileName((await File.ReadAllLinesAsync($"/proc/{daemon.Id}/cgroup")).Single(line => line.StartsWith("0::", StringComparison.Ordinal)));
        var names = Confinement.Directives().Select(directive => directive.Name).Distinct().Except(LeftOut).ToArray();

        var (expected, actual) = (await ShowAsync(world, "eni-agent.service", names), await ShowAsync(world, unit, names));

        Assert.Equal(names.Order(), expected.Keys.Order());
        // The tests' root is a place of its own.
        actual["ReadWritePaths"] = string.Join(' ', actual["ReadWritePaths"].Split(' ').Where(path => !path.Contains(world.Agent.Root, StringComparison.Ordinal)));
        Assert.Equal(expected.OrderBy(property => property.Key), actual.OrderBy(property => property.Key));
    }

    [Theory]
    [InlineData("run/eni-agent", true)]
    [InlineData("var/lib/eni-agent", true)]
    [InlineData("etc/sysctl.d", true)]
    [InlineData("etc/eni-agent", false)]
    [InlineData("etc", false)]
    [InlineData("", false)]
    public async Task It_may_write_where_the_unit_says_and_nowhere_else(string folder, bool mayWrite)
    {
        await using var world = await World.CreateAsync(null);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var file = Path.Combine(world.Agent.Root, folder, "new");

        await using var touch = await GuestProcess.RunAsync(world.Guest, "nsenter", [$"--mount=/proc/{daemon.Id}/ns/mnt", "touch", file]);

        Assert.Equal(mayWrite ? "" : $"touch: cannot touch '{file}': Read-only file system\n", touch.StandardError);
        Assert.Equal(mayWrite, File.Exists(file));
    }

    [Fact]
    public async Task It_reaches_metadata_and_no_other_address()
    {
        await using var world = await World.CreateAsync(null);
        var address = world.Guest.PrimaryEni.PrimaryAddress;
        using var listener = world.Guest.Namespace.Run(() =>
        {
            var listener = new TcpListener(IPAddress.Any, 0);
            listener.Start();
            return listener;
        });
        var other = $"exec 3<>/dev/tcp/{address}/{((IPEndPoint)listener.LocalEndpoint).Port}";

        Assert.Equal(0, await ConfinedAsync(world, "exec 3<>/dev/tcp/169.254.0.23/80"));
        await using var unconfined = await GuestProcess.RunAsync(world.Guest, "bash", ["-c", other]);
        Assert.Equal(0, unconfined.ExitCode);
        Assert.NotEqual(0, await ConfinedAsync(world, other));
    }

    private static async Task<int> ConfinedAsync(World world, string script)
    {
        await using var process = Confinement.Start(world.Guest, world.Agent.Root, ["/usr/bin/timeout", "2", "bash", "-c", script]);
        return await process.WaitAsync(Eventually.Patience);
    }

    private static Dictionary<string, string> Status(int process) =>
        File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());

    private static async Task<Dictionary<string, string>> ShowAsync(World world, string unit, string[] names)
    {
        var shown = await Confinement.AskAsync(world.Guest, "systemctl", ["show", unit, .. names.Select(name => $"--property={name}")]);
        return shown.TrimEnd().Split('\n').Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
    }
}
