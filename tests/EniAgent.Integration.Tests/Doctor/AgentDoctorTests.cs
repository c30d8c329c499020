using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Doctor;

/// <summary>Each scenario breaks one thing about the agent's own processes and folders, or about what it leaves to others; doctor finds just that.</summary>
[Trait("Needs", "root")]
[Trait("Confined", "no")]
public sealed class AgentDoctorTests(ITestOutputHelper output)
{
    private const int Nobody = 65534, SIGSTOP = 19, SIGCONT = 18;

    private async Task<(World World, Eni Eni)> HealthyAsync(string configuration = "")
    {
        var world = await World.CreateAsync(output);
        world.Agent.Configure(configuration);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        return (world, eni);
    }

    [Fact]
    public async Task An_agent_that_was_killed_in_the_middle_of_changes()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await world.Vpc.AssignPrivateIpAddressesAsync(world.Guest.PrimaryEni, 1);

        // What the machine's contact rests on is noted before it is done; this one does not live to take the note away.
        await using (var killed = await GuestProcess.RunAsync(world.Guest, "strace",
        [
            "-f", "-qqq", "-o", "/dev/null", "-P", world.Agent.TransactionFile, "-e", "inject=unlink,unlinkat:signal=KILL",
            AgentBinary.Path, "sync", "--root", world.Agent.Root,
        ]))
        {
            Assert.True(killed.ExitCode != 0 && File.Exists(world.Agent.TransactionFile), killed.StandardError);
        }

        var found = await world.IsHealedOfAsync("interrupted", "transaction.json");

        Assert.Equal(["eni-agent sync"], found.Remedy);
        Assert.False(File.Exists(world.Agent.TransactionFile));
        await world.EverythingAnswersAsync();
    }

    [Theory]
    [InlineData("run/eni-agent")]
    [InlineData("var/lib/eni-agent")]
    public async Task A_folder_on_a_disk_that_has_become_read_only(string name)
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        var folder = Path.Combine(world.Agent.Root, name);
        await world.TypeAsync($"cp -a {folder} {folder}.kept");
        await RunAsync("mount", "-t", "tmpfs", "-o", "mode=0755", "none", folder);
        try
        {
            await world.TypeAsync($"cp -a {folder}.kept/. {folder}");
            await world.IsWellAsync();
            await world.TypeAsync($"mount -o remount,ro {folder}");

            await world.IsHealedOfAsync("permissions", folder);
        }
        finally
        {
            await RunAsync("umount", folder);
        }
    }

    [Theory]
    [InlineData("run/eni-agent", "chmod o+w", "may be written by others than its owner")]
    [InlineData("var/lib/eni-agent", "chmod g+w", "may be written by others than its owner")]
    [InlineData("run/eni-agent", "chown 65534", "belongs to user 65534")]
    public async Task A_folder_that_is_not_the_agents_alone(string name, string command, string why)
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        var folder = Path.Combine(world.Agent.Root, name);
        await world.TypeAsync($"{command} {folder}");

        // Nothing in it is believed, so that more may be to do than there is.
        var found = (await world.TroublesAsync()).Single(found => found.Check == "permissions");
        Assert.Equal((folder, "error"), (found.Subject, found.Level));
        Assert.Equal([$"{folder} {why}"], found.Evidence);
        await world.IsSaidInChineseAsync();

        await world.TypeAsync(found);
        await world.IsWellAsync();
    }

    [Fact]
    public async Task Without_root_it_is_a_note_what_could_not_be_seen()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        File.SetUnixFileMode(world.Agent.Root, File.GetUnixFileMode(world.Agent.Root) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var copy = Path.Combine(world.Agent.Root, "eni-agent");
        await world.TypeAsync($"cp {AgentBinary.Path} {copy}");
        world.Agent.Launcher = ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "sh", "-c", $"shift; exec {copy} \"$@\"", "sh"];

        var found = (await world.ExamineAsync()).Single(found => found.Check == "permissions");

        Assert.Equal(("note", "root"), (found.Level, found.Subject));
        Assert.Contains($"{world.Agent.LedgerFile} cannot be read", found.Evidence);
        Assert.Equal(["sudo eni-agent doctor"], found.Remedy);
        await world.IsWellAsync();

        world.Agent.Launcher = [];
        Assert.DoesNotContain(await world.ExamineAsync(), found => found.Check == "permissions");
    }

    [Fact]
    public async Task Another_command_that_is_at_work_is_a_note_for_as_long_as_it_is()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await using var sync = await HeldUpAsync();

        var found = (await world.ExamineAsync()).Single(found => found.Check == "lock");

        Assert.Equal(("note", "lock"), (found.Level, found.Subject));
        Assert.EndsWith($"process {sync.Id}", found.Summary, StringComparison.Ordinal);
        await world.IsWellAsync();
        sync.Signal(SIGCONT);
        Assert.Equal(0, await sync.WaitAsync(Eventually.Patience));
        Assert.DoesNotContain(await world.ExamineAsync(), found => found.Check == "lock");

        // Stopped while it waits for an answer.
        async Task<GuestProcess> HeldUpAsync()
        {
            using var silent = world.Vpc.Metadata.Faults.Add("**", Fault.Hang);
            var asked = world.Vpc.Metadata.RequestCount;
            var process = world.Agent.Start("sync");
            await Eventually.TrueAsync(() => Task.FromResult(world.Vpc.Metadata.RequestCount > asked));
            process.Signal(SIGSTOP);
            return process;
        }
    }

    [Fact]
    public async Task A_service_that_does_not_run_is_a_note_until_it_does()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;

        var found = (await world.ExamineAsync()).Single(found => found.Check == "daemon");
        Assert.Equal("note", found.Level);
        Assert.Equal(["systemctl enable --now eni-agent"], found.Remedy);

        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        Assert.DoesNotContain(await world.ExamineAsync(), found => found.Check == "daemon");
    }

    [Fact]
    public async Task A_service_that_had_to_take_changes_back_says_when_it_tries_again()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var mac = world.Guest.PrimaryEni.Mac;

        // Metadata would be looked for where there is nobody.
        world.Agent.Configure($"[Route nowhere]\nDestination=169.254.0.0/24\nEni={mac}\nGateway=10.0.1.77\n");
        daemon.Reload();
        await daemon.UntilAsync(status => status.LastError?.Contains("taken back", StringComparison.Ordinal) == true);

        var found = (await world.TroublesAsync()).Single(found => found.Check == "daemon");
        Assert.Equal("warning", found.Level);
        Assert.Equal("contact was lost by the changes, and they were taken back", found.Evidence[0]);
        Assert.Matches(@"^[0-9: -]{19}: then changes are tried again", found.Evidence[1]);
        await world.IsSaidInChineseAsync();

        world.Agent.Configure("");
        daemon.Reload();
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null });
        await world.IsWellAsync();
    }

    [Fact]
    public async Task A_machine_without_a_network_manager_is_a_note_until_one_is_named()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;

        var found = (await world.ExamineAsync()).Single(found => found.Check == "backend");
        Assert.Equal(("note", "none"), (found.Level, found.Subject));
        Assert.Equal(["no network manager was found that manages the primary NIC"], found.Evidence);
        await world.IsSaidInChineseAsync();

        world.Agent.Configure("[Persistence]\nBackend=networkd\n");
        await world.Agent.SyncAsync();
        Assert.DoesNotContain(await world.ExamineAsync(), found => found.Check == "backend");
        await world.IsWellAsync();
    }

    [Fact]
    public async Task The_tables_of_a_firewall_that_are_in_use_are_named_among_what_is_well()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        Assert.DoesNotContain("\"firewall\"", await AllAsync(), StringComparison.Ordinal);

        // As iptables does before anything else: whoever asks for a table has it made.
        world.Guest.Namespace.Run(() =>
        {
            const int SolIp = 0, IptSoGetInfo = 64, InfoLength = 84;
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
            var info = new byte[InfoLength];
            "mangle"u8.CopyTo(info);
            return socket.GetRawSocketOption(SolIp, IptSoGetInfo, info);
        });

        using var json = JsonDocument.Parse(await AllAsync());
        var found = json.RootElement.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("check").GetString() == "firewall");
        Assert.Equal(("ok", "mangle"), (found.GetProperty("level").GetString(), found.GetProperty("summary").GetString()));

        async Task<string> AllAsync() => (await world.Agent.SucceedAsync("doctor", "--json", "--verbose")).Output;
    }

    [Fact]
    public async Task A_chain_that_drops_what_nobody_accepts_is_named_with_how_to_look_at_it_until_it_is_gone()
    {
        var (world, _) = await HealthyAsync();
        await using var _1 = world;
        Assert.DoesNotContain(await world.ExamineAsync(), found => found.Check == "firewall");

        await world.Guest.Namespace.NftAsync("""
            table inet filter {
                chain input {
                    type filter hook input priority 0; policy drop;
                    ip protocol { icmp, tcp, udp } accept
                }
                chain output { type filter hook output priority 0; }
            }
            table ip6 filter {
                chain input { type filter hook input priority 0; policy drop; }
            }
            """);
        var found = Assert.Single(await world.ExamineAsync(), found => found.Check == "firewall");
        Assert.Equal(("note", "inet filter input", "nft list chain inet filter input"), (found.Level, found.Subject, Assert.Single(found.Remedy)));
        Assert.Contains("at input", found.Summary, StringComparison.Ordinal);
        Assert.Contains("policy drop", await world.Guest.Namespace.NftOutputAsync(found.Remedy[0]["nft ".Length..]), StringComparison.Ordinal);
        await world.IsSaidInChineseAsync();

        await world.Guest.Namespace.NftAsync("delete table inet filter");
        Assert.DoesNotContain(await world.ExamineAsync(), found => found.Check == "firewall");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
