using System.Text.RegularExpressions;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Documents;

/// <summary>
/// What the documents have people type is typed, on the machine that the documents speak of: the vendor guide's two NICs, eth0 with 10.0.1.5 and eth1 with 10.0.2.5, and a
/// container bridge. Every command must end with 0, and print what the document shows.
/// </summary>
[Trait("Needs", "root")]
// The commands are those of an administrator's shell.
[Trait("Confined", "no")]
public sealed partial class DocumentedCommandTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>What a simulated machine cannot do, by how it begins, and the tests that do it where it can be done.</summary>
    private static readonly (string Start, string Test)[] Elsewhere =
    [
        ("systemctl ", "ServiceTests"),
        ("journalctl ", "BootTests"),
        ("apt install ", "PackageTests"),
        ("sudo apt install ", "PackageTests"),
        ("sudo dnf install ", "PackageTests"),
        ("sudo make demo", "DemoTests"),
        // It is what runs this.
        ("sudo make test", nameof(DocumentedCommandTests)),
        // For a machine with node_exporter.
        ("ln -s /run/eni-agent/metrics.prom ", "MetricsTests"),
        // Served by a daemon that is configured so.
        ("curl --unix-socket ", "MetricsTests"),
    ];

    /// <summary>What is done before, where a document speaks of another machine than one on which the agent has just converged.</summary>
    private static readonly Dictionary<string, Func<World, Task>> Before = new()
    {
        // As the vendor's later guide has it done by hand.
        ["docs/migration.md"] = world => world.Guest.IpAsync(
            "link set eth1 up", "addr add 10.0.2.5/24 dev eth1", "route add default via 10.0.2.1 dev eth1 table 20", "rule add from 10.0.2.5 table 20"),

        // A tunnel comes up after the agent, by the lines of the recipe.
        ["docs/recipes.md"] = async world =>
        {
            await world.Agent.SyncAsync();
            await world.Guest.IpAsync("link add wg0 type veth peer name far", "addr add 10.9.0.2/32 dev wg0", "link set wg0 up", "link set far up");
            await TypeAllAsync(world, "PostUp");
        },
    };

    private static readonly Dictionary<string, Func<World, Task>> After = new() { ["docs/recipes.md"] = world => TypeAllAsync(world, "PreDown") };

    private readonly string _programs = Directory.CreateTempSubdirectory("eni-agent-documents-").FullName;

    /// <summary>The documents with commands in them.</summary>
    public static TheoryData<string> Documents => [.. DocumentPage.All.Where(page => CommandsOf(page).Any()).Select(page => page.Path)];

    private static IEnumerable<string> CommandsOf(DocumentPage page) => page.Blocks.SelectMany(block => block.Commands).Concat(page.InTables);

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_command_ends_well_and_prints_what_is_shown(string document)
    {
        var page = DocumentPage.All.Single(page => page.Path == document);
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.B);
        await ContainerBridge.AddAsync(world.Guest);
        Directory.CreateDirectory(Path.Combine(world.Agent.Root, "run"));
        var program = Path.Combine(_programs, "eni-agent");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec {AgentBinary.Path} \"$@\" --root {world.Agent.Root}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await (Before.TryGetValue(document, out var before) ? before(world) : world.Agent.SyncAsync());

        foreach (var (commands, shown) in page.Blocks)
        {
            var printed = "";
            foreach (var command in commands.Where(command => !IsElsewhere(command)))
            {
                printed += await TypeAsync(world, command);
            }

            if (shown is not null)
            {
                Assert.Equal(Lines(shown), Lines(printed));
            }
        }

        // What was released above is needed again.
        await world.Agent.SyncAsync();
        foreach (var command in page.InTables.Where(command => !IsElsewhere(command)).Distinct())
        {
            await TypeAsync(world, command);
        }

        if (After.TryGetValue(document, out var after))
        {
            await after(world);
        }
    }

    [Fact]
    public void What_is_run_elsewhere_is_in_a_document_and_in_a_test()
    {
        var commands = DocumentPage.All.SelectMany(CommandsOf).ToList();
        var tests = Directory.EnumerateFiles(Path.Combine(AgentBinary.Repository, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();

        Assert.DoesNotContain(Elsewhere, row => !commands.Exists(command => command.StartsWith(row.Start, StringComparison.Ordinal)) || !tests.Contains(row.Test));
    }

    /// <summary>So that none is left out: a block with a command in it says that it is one.</summary>
    [Fact]
    public void A_block_that_does_not_say_what_it_is_has_no_command_in_it()
    {
        var programs = DocumentPage.All.SelectMany(CommandsOf).Select(FirstWord).ToHashSet();

        Assert.DoesNotContain(
            DocumentPage.All.SelectMany(page => page.Unmarked.SelectMany(block => block.Split('\n')).Select(line => (page.Path, line))),
            found => programs.Contains(FirstWord(found.line.TrimStart('$', ' '))));
    }

    public void Dispose() => Directory.Delete(_programs, recursive: true);

    private static bool IsElsewhere(string command) => Elsewhere.Any(row => command.StartsWith(row.Start, StringComparison.Ordinal));

    private static string FirstWord(string command) => command.Split(' ')[0];

    // Lines end as they may, and columns are apart.
    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => Blanks().Replace(line.TrimEnd(), " ")).Where(line => line.Length > 0);

    // The administrator's files are those below the machine's root.
    private async Task<string> TypeAsync(World world, string command)
    {
        var line = Folder().Replace(command, world.Agent.Root + "$0");
        await using var shell = await GuestProcess.RunAsync(world.Guest, "bash", ["-c", $"cd {AgentBinary.Repository} && PATH={_programs}:$PATH && {line}"]);
        Assert.True(shell.ExitCode == 0, $"{command}: exit code {shell.ExitCode}\n{shell.StandardOutput}{shell.StandardError}");
        return shell.StandardOutput;
    }

    // The lines that wg-quick would run.
    private static async Task TypeAllAsync(World world, string when)
    {
        foreach (Match line in Regex.Matches(DocumentPage.All.Single(page => page.Path == "docs/recipes.md").Text, $"^{when} = (.*)$", RegexOptions.Multiline))
        {
            await using var shell = await GuestProcess.RunAsync(world.Guest, "bash", ["-ec", line.Groups[1].Value.Replace("%i", "wg0", StringComparison.Ordinal)]);
            Assert.True(shell.ExitCode == 0, $"{line.Value}: exit code {shell.ExitCode}\n{shell.StandardOutput}{shell.StandardError}");
        }
    }

    [GeneratedRegex(@"(?<![\w./-])/(?:etc|run|var)(?=/)")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
