using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests;

/// <summary>Killed at any moment and started again, it comes to the same end, touches nothing foreign, and forgets nothing of its own.</summary>
[Trait("Needs", "root")]
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Rounds = 15;
    private const int DaemonRounds = 4;
    private const int MostCalls = 80;
    private const int Seed = 20;

    [Theory]
    [InlineData("")]
    // The ledger is all that tells what is ours: no object carries a tag.
    [InlineData("RuleProtocol,AddressProtocol,AddressMetric")]
    public async Task Killed_at_random_moments_it_comes_to_the_same_end_and_leaves_nothing_behind(string without)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 9 });
        await world.AttachAsync(world.A, secondaryAddresses: 9);
        await world.AttachAsync(world.B, secondaryAddresses: 9);
        await ContainerBridge.AddAsync(world.Guest);
        using var hidden = await world.AssignVirtualAsync(world.Guest.Enis[2], "10.0.2.200");
        await world.Guest.IpAsync(
            "link set eth1 up", "link set eth2 up", "addr add 10.0.2.200/32 dev eth2", "rule add pref 31005 fwmark 7 lookup 100", "route add 192.168.7.0/24 via 10.0.1.1");
        world.Agent.DoWithout(without.Split(','));
        var before = await world.StateAsync();
        await world.Agent.SyncAsync();
        var after = await world.StateAsync();
        await world.EverythingAnswersAsync();
        await world.Agent.ReleaseAsync();
        Assert.Empty(await world.ChangesSinceAsync(before));

        var (sync, release) = (new Killer(world, "sync", Seed), new Killer(world, "release", Seed + 1));
        for (var round = 0; round < Rounds; round++)
        {
            await sync.KillAsync(before, after);
            await world.Agent.SyncAsync();
            AssertSame(after, await world.StateAsync(), $"after sync of round {round}");

            await release.KillAsync(after, before);
            await world.Agent.ReleaseAsync();
            AssertSame(before, await world.StateAsync(), $"after release of round {round}");
        }
        output.WriteLine($"of {Rounds} rounds, {sync.Halfway} syncs and {release.Halfway} releases were killed with something, but not everything, done");
    }

    [Fact]
    // strace starts the agent.
    [Trait("Confined", "no")]
    public async Task A_daemon_killed_at_work_comes_to_the_same_end_when_it_starts_again_and_leaves_nothing_behind()
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 9 });
        await world.AttachAsync(world.A, secondaryAddresses: 9);
        await world.AttachAsync(world.B, secondaryAddresses: 9);
        await ContainerBridge.AddAsync(world.Guest);
        await world.Guest.IpAsync(
            "link set eth1 up", "link set eth2 up", "addr add 192.0.2.1/32 dev eth2", "rule add pref 31005 fwmark 7 lookup 100", "route add 192.168.7.0/24 via 10.0.1.1");
        var before = await world.StateAsync();
        await world.Agent.SyncAsync();
        var after = await world.StateAsync();
        await world.Agent.ReleaseAsync();
        AssertSame(before, await world.StateAsync(), "after a release");

        // At random moments, and then before one call after the other until that was half-way, however crowded the machine is.
        var killer = new Killer(world, "daemon", Seed + 2);
        for (var round = 0; round < DaemonRounds; round++)
        {
            await killer.KillAsync(before, after);
            await RecoversAsync($"killed in round {round}");
        }
        var (call, halfway) = (0, 0);
        while (halfway == 0)
        {
            call++;
            Assert.True(call < MostCalls && await KilledAtAsync(world, "daemon", call), "never killed with something, but not everything, done");
            var state = await world.StateAsync();
            halfway += before.DifferencesTo(state).Count > 0 && after.DifferencesTo(state).Count > 0 ? 1 : 0;
            await RecoversAsync($"killed at call {call}");
        }
        output.WriteLine($"of {DaemonRounds} rounds, {killer.Halfway} daemons were killed with something, but not everything, done, and one at call {call}");

        async Task RecoversAsync(string when)
        {
            await using (var daemon = await world.Agent.StartDaemonInSyncAsync())
            {
                AssertSame(after, await world.StateAsync(), $"a daemon in sync again, {when}");
                await daemon.StopAsync();
            }
            await world.Agent.ReleaseAsync();
            AssertSame(before, await world.StateAsync(), $"released, {when}");
        }
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("release")]
    // strace starts the agent.
    [Trait("Confined", "no")]
    public async Task Killed_before_each_of_its_system_calls_that_change_anything_it_leaves_nothing_behind(string command)
    {
        await using var world = await World.CreateAsync(output, new() { SecondaryAddresses = 1 });
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Guest.IpAsync("link set eth1 up");
        var before = await world.StateAsync();
        await world.Agent.SyncAsync();
        var after = await world.StateAsync();
        await world.Agent.ReleaseAsync();

        // strace counts each thread's calls apart; the work is done on one thread, so each of its calls has its turn.
        var (kills, halfway) = (0, 0);
        for (var call = 1; ; call++)
        {
            if (command == "release")
            {
                await world.Agent.SyncAsync();
            }
            var killed = await KilledAtAsync(world, command, call);
            var state = await world.StateAsync();
            halfway += before.DifferencesTo(state).Count > 0 && after.DifferencesTo(state).Count > 0 ? 1 : 0;
            if (command == "sync" && call % 2 == 0)
            {
                // Every other time; else it is the release that finds what was left.
                await world.Agent.SyncAsync();
                AssertSame(after, await world.StateAsync(), $"after a sync that followed one killed at call {call}");
            }
            await world.Agent.ReleaseAsync();
            AssertSame(before, await world.StateAsync(), $"after a release that followed a {command} killed at call {call}");
            if (!killed)
            {
                break;
            }
            kills++;
        }
        output.WriteLine($"killed {kills} times, {halfway} times with something, but not everything, done");
        Assert.True(halfway > 1, $"killed {kills} times, but hardly ever at work");
    }

    [Fact]
    public async Task What_happened_while_the_daemon_was_dead_is_put_right_when_it_starts_again()
    {
        await using var world = await World.CreateAsync(output);
        var gone = await world.AttachAsync(world.B, secondaryAddresses: 1);
        var stays = await world.AttachAsync(world.A, secondaryAddresses: 2);
        await using (var killed = await world.Agent.StartDaemonInSyncAsync())
        {
            await killed.KillAsync();
        }

        await world.Vpc.DetachNetworkInterfaceAsync(gone);
        var released = stays.SecondaryAddresses[0];
        await world.Vpc.UnassignPrivateIpAddressesAsync(stays, released);
        await world.Vpc.AssignPrivateIpAddressesAsync(stays, 1);
        var fresh = await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        await Eventually.TrueAsync(async () => (await world.LinesAsync("", $"{released}")).Count == 0
            && (await world.LinesAsync("", $"{gone.PrimaryAddress}")).Count == 0 && await world.Agent.IsInSyncAsync(), state: async () => (await world.StateAsync()).ToString());
        Assert.NotNull(await Pinger.UntilAnswersAsync(world.A.Client, fresh.PrimaryAddress, Eventually.Patience));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Without_its_ledger_it_knows_its_rules_and_routes_by_their_tag_and_adopts_the_addresses()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        var before = await world.StateAsync();
        await world.Agent.SyncAsync();
        var after = await world.StateAsync();
        await File.WriteAllTextAsync(world.Agent.LedgerFile, "{\"version\":1,\"addr");

        var result = await world.Agent.SyncAsync();

        Assert.Contains("ledger.json", result.Error, StringComparison.Ordinal);
        AssertSame(after, await world.StateAsync(), "after a sync without a ledger");
        await world.Agent.ReleaseAsync();
        Assert.DoesNotContain(await world.ChangesSinceAsync(before),
            change => change.StartsWith("+ rule", StringComparison.Ordinal) || change.Contains("protocol 131", StringComparison.Ordinal));
    }

    // SIGKILL at the n-th call, on any thread, that sends or writes something; false if it came to its end before.
    private static async Task<bool> KilledAtAsync(World world, string command, int call)
    {
        // On one processor the pool has one thread: were metadata asked by another one that has more calls, none of the work's would have its turn.
        await using var process = await GuestProcess.RunAsync(world.Guest, "taskset",
        [
            "--cpu-list", "0", "strace", "-f", "-qqq", "-o", "/dev/null", "-e", $"inject=sendto,pwrite64,rename,renameat2,unlink:signal=KILL:when={call}",
            AgentBinary.Path, command, "--root", world.Agent.Root,
        ]);
        return process.ExitCode != 0;
    }

    private static void AssertSame(GuestState expected, GuestState actual, string when)
    {
        var differences = expected.DifferencesTo(actual);
        Assert.True(differences.Count == 0, $"{when}:\n{string.Join('\n', differences)}");
    }
}
