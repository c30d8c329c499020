using System.Text.RegularExpressions;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests;

/// <summary>What <c>status</c> shows to people: in their language, on their terminal, again and again.</summary>
[Trait("Needs", "root")]
public sealed partial class StatusTests(ITestOutputHelper output)
{
    private const int SIGINT = 2;

    [Fact]
    public async Task It_speaks_the_language_of_the_environment_and_programs_are_spoken_to_in_English()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        world.Agent.Environment["LC_ALL"] = "C";
        var english = (await world.Agent.SucceedAsync("status", "--json")).Output;

        world.Agent.Environment["LC_ALL"] = "zh_CN.UTF-8";
        var chinese = (await world.Agent.SucceedAsync("status")).Output;
        Assert.Contains("守护进程  未运行\n", chinese, StringComparison.Ordinal);
        Assert.Contains("上次同步  从未\n", chinese, StringComparison.Ordinal);
        Assert.Contains("用法：\n  eni-agent status [选项]\n", (await world.Agent.SucceedAsync("status", "--help")).Output, StringComparison.Ordinal);
        Assert.Equal(Requests().Replace(english, ""), Requests().Replace((await world.Agent.SucceedAsync("status", "--json")).Output, ""));

        world.Agent.Environment["LC_ALL"] = "zh_CN.GB18030";
        Assert.Contains("daemon       not running\n", (await world.Agent.SucceedAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_is_waited_for()
    {
        await using var world = await World.CreateAsync(output);
        world.Agent.Environment["LC_ALL"] = "C";
        await world.AttachAsync(world.B);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        Assert.DoesNotContain("waiting for", (await world.Agent.SucceedAsync("status")).Output, StringComparison.Ordinal);

        using (world.Vpc.Metadata.Faults.Add("**", Fault.Status(500)))
        {
            await daemon.UntilAsync(status => status.State == "degraded");
            Assert.Matches(
                @" waiting for an answer of the metadata service since [0-9: -]{19} \([0-9]+ s ago\), [0-9]+ attempts? ",
                Space().Replace((await world.Agent.SucceedAsync("status")).Output, " "));
        }

        await daemon.UntilAsync(status => status.State == "in-sync");
        Assert.DoesNotContain("waiting for", (await world.Agent.SucceedAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    // script(1) makes the terminal, and is none of the service's programs.
    [Trait("Confined", "no")]
    public async Task On_a_terminal_it_refreshes_in_place_until_Ctrl_C_and_leaves_the_terminal_as_it_was()
    {
        await using var world = await World.CreateAsync(output);
        world.Agent.Environment["LC_ALL"] = "C.UTF-8";
        await world.Agent.SyncAsync();
        var command = $"trap : INT; stty rows 12 cols 80; {AgentBinary.Path} status --watch 0.1 --root {world.Agent.Root}; echo exit $?; stty -a";
        await using var process = GuestProcess.Start(world.Guest, "script", ["-qec", command, "/dev/null"], world.Agent.Environment);

        await Eventually.TrueAsync(() => Task.FromResult(Frames(process) >= 3 && process.StandardOutput.Contains('✓')));
        var frame = process.StandardOutput.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\e[?7l\e[H")[2];
        Assert.Equal(11, frame.Split('\n').Length - 1);
        Assert.EndsWith("\e[J\e[?7h", frame, StringComparison.Ordinal);
        Assert.Matches(@"\([0-9]+ more lines: the terminal is too short\)", frame);

        process.Type("\x03");
        await process.WaitAsync(Eventually.Patience);

        Assert.Contains("exit 0", process.StandardOutput, StringComparison.Ordinal);
        Assert.Matches(@"[^-]echo\b", process.StandardOutput);
        Assert.Contains("\e[?1l\e>", process.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[?25l", process.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Elsewhere_it_prints_one_report_after_the_other_and_asks_metadata_no_more_often_than_the_daemon()
    {
        await using var world = await World.CreateAsync(output);
        world.Agent.Configure("", pollInterval: "1h");
        world.Agent.Environment["LC_ALL"] = "C";
        await using var process = world.Agent.Start("status", "--watch", "100ms");
        await Eventually.TrueAsync(() => Task.FromResult(Reports() >= 2));
        var requests = world.Vpc.Metadata.Requests.Count;
        var reports = Reports();

        await Eventually.TrueAsync(() => Task.FromResult(Reports() >= reports + 5));
        Assert.Equal(requests, world.Vpc.Metadata.Requests.Count);

        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        await Eventually.TrueAsync(() => Task.FromResult(process.StandardOutput.Contains("10.0.2.5/24", StringComparison.Ordinal)));

        process.Signal(SIGINT);
        await process.WaitAsync(Eventually.Patience);
        Assert.Equal((0, ""), (process.ExitCode, process.StandardError));
        Assert.DoesNotContain('\e', process.StandardOutput);

        int Reports() => process.StandardOutput.Split(", every 100ms until Ctrl-C\n\neni-agent ").Length - 1;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    // A service whose runtime folder leads nowhere is not started at all.
    [Trait("Confined", "no")]
    public async Task A_look_that_fails_is_shown_with_what_the_last_one_saw_and_is_over_with_the_next_one(bool isFirst)
    {
        await using var world = await World.CreateAsync(output);
        world.Agent.Environment["LC_ALL"] = "C";
        await world.AttachAsync(world.B);
        await world.Agent.SyncAsync();
        var folder = Path.GetDirectoryName(world.Agent.StatusFile)!;
        if (isFirst)
        {
            Break();
        }

        await using var process = world.Agent.Start("status", "--watch", "100ms");
        if (!isFirst)
        {
            await Eventually.TrueAsync(() => Task.FromResult(Last().Contains("in-sync", StringComparison.Ordinal)));
            Break();
        }

        await Eventually.TrueAsync(() => Task.FromResult(Last().Contains("state        degraded\n", StringComparison.Ordinal)), state: () => Task.FromResult(process.StandardOutput));
        Assert.Contains(folder, Last(), StringComparison.Ordinal);
        Assert.Equal(!isFirst, Last().Contains("10.0.2.5/24", StringComparison.Ordinal));

        File.Delete(folder);
        Directory.Move(folder + ".away", folder);
        await Eventually.TrueAsync(() => Task.FromResult(Last().Contains("state        in-sync\n", StringComparison.Ordinal)));
        Assert.Contains("10.0.2.5/24", Last(), StringComparison.Ordinal);
        Assert.DoesNotContain("error", Last(), StringComparison.Ordinal);

        process.Signal(SIGINT);
        await process.WaitAsync(Eventually.Patience);
        Assert.Equal((0, ""), (process.ExitCode, process.StandardError));

        // A link that leads to itself leads nowhere.
        void Break()
        {
            Directory.Move(folder, folder + ".away");
            Directory.CreateSymbolicLink(folder, folder);
        }

        // The last report that is complete: another one has begun after it.
        string Last() => process.StandardOutput.Split(", every 100ms until Ctrl-C\n") is [_, .., var last, _] ? last : "";
    }

    private static int Frames(GuestProcess process) => process.StandardOutput.Split("\e[?7l\e[H").Length - 1;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex("\"(metadataRequests|lastSync|lastChange)\": [^\n]*")]
    private static partial Regex Requests();
}
