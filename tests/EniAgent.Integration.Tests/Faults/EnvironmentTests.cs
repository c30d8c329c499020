using System.Diagnostics;
using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>A machine that does not let the agent do its work: it says what and where, and nothing is changed.</summary>
[Trait("Needs", "root")]
public sealed class EnvironmentTests(ConvergedGuest guest) : IClassFixture<ConvergedGuest>
{
    private const int Nobody = 65534;

    private string Configuration => Path.Combine(guest.World.Agent.Root, "etc/eni-agent/eni-agent.conf");

    [Theory]
    [InlineData("[Metadata]\nEndpoint=http://metadata.tencentyun.com", 4, "[Metadata] Endpoint: 'http://metadata.tencentyun.com' is a name")]
    [InlineData("[Metadata]\nEndpoint=https://169.254.0.23", 4, "[Metadata] Endpoint: 'https://169.254.0.23': the metadata service speaks plain HTTP")]
    [InlineData("[Network]\nRpFiler=loose", 4, "[Network] RpFiler: unknown key; did you mean RpFilter?")]
    [InlineData("[Netwrk]\nRpFilter=loose", 3, "[Netwrk]: unknown section; did you mean Network?")]
    [InlineData("[Metadata]\nTimeout=2 fortnights", 4, "[Metadata] Timeout: '2 fortnights' is not a time span")]
    [InlineData("StartTimeout=-1s", 3, "[Agent] StartTimeout: '-1s' is not between")]
    [InlineData("PollInterval=5s", 3, "[Agent] PollInterval: set twice")]
    public async Task An_error_in_the_configuration_is_named_with_file_line_and_key(string configuration, int line, string message)
    {
        guest.World.Agent.Configure(configuration);
        try
        {
            foreach (var command in (string[])["sync", "plan", "status", "release", "config", "daemon"])
            {
                var result = await guest.World.Agent.RunAsync(command);

                Assert.True(result.ExitCode == 2, $"{command}: {result}");
                Assert.StartsWith($"eni-agent: {Configuration}:{line}: {message}", result.Error, StringComparison.Ordinal);
                Assert.Empty(result.Output);
            }
        }
        finally
        {
            guest.World.Agent.Configure("");
        }
        await guest.NothingIsLostAsync();
    }

    [Fact]
    public async Task A_named_file_that_is_missing_or_no_file_is_named()
    {
        var root = guest.World.Agent.Root;
        var missing = await guest.World.Agent.RunAsync("sync", "--config", $"{root}/missing.conf");
        var folder = await guest.World.Agent.RunAsync("sync", "--config", $"{root}/etc");

        Assert.Equal((2, $"eni-agent: {root}/missing.conf: does not exist\n"), (missing.ExitCode, missing.Error));
        Assert.Equal((2, $"eni-agent: {root}/etc: is a directory, not a file\n"), (folder.ExitCode, folder.Error));
        await guest.NothingIsLostAsync();
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("sync", "--frobnicate")]
    [InlineData("sync", "now")]
    [InlineData("plan", "--config")]
    [InlineData("status", "--exit-code")]
    public async Task Wrong_usage_ends_with_2_and_shows_the_way_to_the_help(params string[] arguments)
    {
        // What follows the arguments is --root, which --config without a file would swallow: that is wrong usage too.
        var result = await guest.World.Agent.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("eni-agent: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        await guest.NothingIsLostAsync();
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("daemon")]
    [InlineData("release")]
    // As a service it has the capability.
    [Trait("Confined", "no")]
    public async Task Without_the_capability_to_configure_networks_it_fails_in_words_and_changes_nothing(string command)
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        await ConfigureForAsync(command, world);
        var before = await world.StateAsync();
        world.Agent.Launcher = ["setpriv", "--bounding-set=-net_admin"];

        var result = await world.Agent.RunAsync(command);

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Equal("eni-agent: changing the network needs CAP_NET_ADMIN: run it as root\n", result.Error);
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("daemon")]
    [InlineData("release")]
    // As a service it is never another user's.
    [Trait("Confined", "no")]
    public async Task A_user_without_rights_is_told_what_may_not_be_written(string command)
    {
        await AsNobodyAsync(async agent =>
        {
            var result = await agent.RunAsync(command);

            Assert.True(result.ExitCode == 1, result.ToString());
            Assert.Contains("/run/eni-agent/lock", result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        });
        await guest.NothingIsLostAsync();
    }

    [Fact]
    // As a service it is never another user's.
    [Trait("Confined", "no")]
    public async Task A_configuration_that_the_user_may_not_read_is_named()
    {
        var mode = File.GetUnixFileMode(Configuration);
        File.SetUnixFileMode(Configuration, UnixFileMode.None);
        try
        {
            await AsNobodyAsync(async agent =>
            {
                foreach (var command in (string[])["sync", "plan", "status", "release", "config", "daemon"])
                {
                    var result = await agent.RunAsync(command);

                    Assert.True(result.ExitCode == 2, $"{command}: {result}");
                    Assert.Equal($"eni-agent: {Configuration}: cannot be read: permission denied\n", result.Error);
                    Assert.Empty(result.Output);
                }
            });
        }
        finally
        {
            File.SetUnixFileMode(Configuration, mode);
        }
        await guest.NothingIsLostAsync();
    }

    [Fact]
    // As a service it is never another user's.
    [Trait("Confined", "no")]
    public async Task A_user_without_rights_may_read_the_plan_and_the_status()
    {
        await AsNobodyAsync(async agent =>
        {
            Assert.Contains("in sync, nothing to do", (await agent.SucceedAsync("plan", "--exit-code")).Output, StringComparison.Ordinal);
            Assert.Equal("in-sync", (await agent.StatusAsync()).State);
            var status = await agent.SucceedAsync("status");
            Assert.Equal("", status.Error);
            Assert.All([agent.LedgerFile, agent.LockFile], file => Assert.Contains(file, status.Output, StringComparison.Ordinal));
            Assert.DoesNotContain("adopted", status.Output, StringComparison.Ordinal);
            Assert.Contains("RpFilter", (await agent.SucceedAsync("config")).Output, StringComparison.Ordinal);
        });
        await guest.NothingIsLostAsync();
    }

    [Fact]
    // As a service it is never another user's.
    [Trait("Confined", "no")]
    public async Task A_user_who_may_not_look_at_NetworkManagers_profiles_is_told_what_is_known()
    {
        var root = guest.World.Agent.Root;
        var index = (await guest.World.Guest.IpOutputAsync("-o link show eth0")).Split(':')[0];
        var (devices, profiles) = (Path.Combine(root, "run/NetworkManager/devices"), Path.Combine(root, "run/NetworkManager/system-connections"));
        Directory.CreateDirectory(devices);
        await File.WriteAllTextAsync(Path.Combine(devices, index), "[device]\nmanaged=true\n");
        Directory.CreateDirectory(profiles, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            await AsNobodyAsync(async agent =>
            {
                Assert.Contains("/run/NetworkManager/system-connections", (await agent.SucceedAsync("status")).Output, StringComparison.Ordinal);
                Assert.Contains("/run/NetworkManager/system-connections", (await agent.RunAsync("plan")).ToString(), StringComparison.Ordinal);
            });
        }
        finally
        {
            Directory.Delete(Path.Combine(root, "run/NetworkManager"), recursive: true);
        }
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("daemon")]
    [InlineData("release")]
    // systemd does not start a service whose folder is below a file.
    [Trait("Confined", "no")]
    public Task A_file_in_the_place_of_run_is_named(string command) => A_file_or_folder_in_the_way_of_the_lock_is_named("run", command);

    [Theory]
    [InlineData("run/eni-agent", "sync")]
    [InlineData("run/eni-agent/lock", "sync")]
    [InlineData("run/eni-agent", "daemon")]
    [InlineData("run/eni-agent/lock", "daemon")]
    [InlineData("run/eni-agent", "release")]
    [InlineData("run/eni-agent/lock", "release")]
    public async Task A_file_or_folder_in_the_way_of_the_lock_is_named(string path, string command)
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        await ConfigureForAsync(command, world);
        var before = await world.StateAsync();
        var inTheWay = Path.Combine(world.Agent.Root, path);
        if (Directory.Exists(inTheWay))
        {
            Directory.Delete(inTheWay, recursive: true);
        }
        else if (File.Exists(inTheWay))
        {
            File.Delete(inTheWay);
        }
        Directory.CreateDirectory(path.EndsWith("lock", StringComparison.Ordinal) ? inTheWay : Path.GetDirectoryName(inTheWay)!);
        if (!Directory.Exists(inTheWay))
        {
            await File.WriteAllTextAsync(inTheWay, "");
        }

        var result = await world.Agent.RunAsync(command);

        Assert.True(result.ExitCode is 1 or 2, result.ToString());
        Assert.Contains(inTheWay, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("daemon")]
    [InlineData("release")]
    // What makes the root unwritable needs the right to mount, and starts the agent.
    [Trait("Confined", "no")]
    public async Task A_read_only_root_is_named_and_nothing_is_changed(string command)
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        await ConfigureForAsync(command, world);
        var before = await world.StateAsync();
        var root = world.Agent.Root;
        world.Agent.Launcher = ["unshare", "--mount", "sh", "-c", $"mount --bind {root} {root} && mount -o remount,bind,ro {root} && exec \"$@\"", "sh"];

        var result = await world.Agent.RunAsync(command);

        Assert.True(result.ExitCode is 1 or 2, result.ToString());
        Assert.Contains($"{root}/run", result.Error, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    [Fact]
    public async Task Memory_that_cannot_be_written_is_reported_and_the_network_converges_all_the_same()
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        var inTheWay = Path.Combine(world.Agent.Root, "var/lib/eni-agent");
        if (Directory.Exists(inTheWay))
        {
            Directory.Delete(inTheWay);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(inTheWay)!);
        await File.WriteAllTextAsync(inTheWay, "");

        var result = await world.Agent.RunAsync("sync");

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains(inTheWay, result.Error, StringComparison.Ordinal);
        await world.EverythingAnswersAsync();
    }

    // Release has something to do only after a sync.
    private static Task ConfigureForAsync(string command, World world) => command == "release" ? world.Agent.SyncAsync() : Task.CompletedTask;

    // The file itself may lie where nobody else may look.
    private async Task AsNobodyAsync(Func<AgentHost, Task> act)
    {
        var (agent, copy) = (guest.World.Agent, Path.Combine(guest.World.Agent.Root, "eni-agent"));

        // By a process of its own: what this one writes may be inherited, still open, by a program that another test starts, and then nobody can execute it.
        using (var cp = Process.Start("cp", [AgentBinary.Path, copy]))
        {
            await cp.WaitForExitAsync();
            Assert.Equal(0, cp.ExitCode);
        }
        File.SetUnixFileMode(agent.Root, File.GetUnixFileMode(agent.Root) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        agent.Launcher = ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "sh", "-c", $"shift; exec {copy} \"$@\"", "sh"];
        try
        {
            await act(agent);
        }
        finally
        {
            agent.Launcher = [];
            File.Delete(copy);
        }
    }
}
