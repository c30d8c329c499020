using System.Diagnostics;
using System.Text.RegularExpressions;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Integration.Tests;

/// <summary>The demo with the program that is shipped: what it shows, and that nothing is left of it however it ends.</summary>
[Trait("Needs", "root")]
// The demo starts the agent itself.
[Trait("Confined", "no")]
public sealed partial class DemoTests : IDisposable
{
    private const int Interrupted = 130;

    // Every program that the demo starts inherits it.
    private const string Variable = "TMPDIR";

    private readonly string _temporary = Directory.CreateTempSubdirectory("eni-demo-test-").FullName;

    [Fact]
    public async Task It_shows_plan_sync_status_and_pings_attaches_in_milliseconds_and_ends_well()
    {
        using var demo = Start();
        var error = demo.StandardError.ReadToEndAsync();

        var output = await demo.StandardOutput.ReadToEndAsync().WaitAsync(Eventually.Patience);
        await demo.WaitForExitAsync();

        Assert.True(demo.ExitCode == 0, output + await error);
        var titles = Title().Matches(output).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(["eni-agent plan", "eni-agent sync", "eni-agent status", "Pings after"], titles.Skip(2).Take(4));
        Assert.Equal("Done", titles[^1]);
        Assert.Matches(@"✓ \d+ ms from eth2 appearing until 10\.0\.3\.5 and 10\.0\.3\.6 answer\n", output);
        Assert.Matches(@"✓ \d+ ms until it is back\n", output);
        Assert.Matches(@"everything answered; all namespaces removed; \d+\.\d s\n", output);
        // Only before the agent came was anything lost.
        Assert.DoesNotContain("✗", output[output.IndexOf("eni-agent plan", StringComparison.Ordinal)..], StringComparison.Ordinal);
        AssertNothingLeft(demo.Id);
    }

    [Theory]
    [InlineData("A VPC in network namespaces")]
    [InlineData("eni-agent sync")]
    [InlineData("running, process")]
    [InlineData("Somebody deletes one of the agent's rules")]
    public async Task Ctrl_C_ends_it_and_leaves_no_namespace_no_process_and_no_file(string at)
    {
        using var demo = Start();
        var error = demo.StandardError.ReadToEndAsync();
        while (await demo.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience) is { } line && !line.Contains(at, StringComparison.Ordinal))
        {
        }

        Assert.NotEmpty(Processes());

        // As a terminal does: to the demo and to all that it has started.
        using var kill = Process.Start("kill", ["-INT", "--", $"-{demo.Id}"]);
        var output = await demo.StandardOutput.ReadToEndAsync().WaitAsync(Eventually.Patience);
        await demo.WaitForExitAsync();

        Assert.True(demo.ExitCode == Interrupted, $"exit code {demo.ExitCode}\n{output}{await error}");
        Assert.EndsWith("interrupted; everything is removed\n", output, StringComparison.Ordinal);
        Assert.Empty(await error);
        AssertNothingLeft(demo.Id);
    }

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    // In a process group of its own, as a shell does.
    private Process Start() => Process.Start(
        new ProcessStartInfo("setsid", ["dotnet", typeof(Vpc).Assembly.Location, "demo", "--agent", AgentBinary.Path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Variable] = _temporary },
        })!;

    private void AssertNothingLeft(int id)
    {
        Assert.DoesNotContain(NetworkNamespace.Names(), name => name.StartsWith($"eni{id}x", StringComparison.Ordinal));
        Assert.Empty(Processes());
        Assert.Empty(Directory.GetFileSystemEntries(_temporary));
    }

    // The command lines of the demo and of all that it has started.
    private List<string> Processes()
    {
        var found = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc"))
        {
            try
            {
                if (File.ReadAllText($"{process}/environ").Split('\0').Contains($"{Variable}={_temporary}"))
                {
                    found.Add(File.ReadAllText($"{process}/cmdline").Replace('\0', ' '));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // No process, or one that ends at this moment.
            }
        }
        return found;
    }

    [GeneratedRegex(@"^── (.*?) ─+$", RegexOptions.Multiline)]
    private static partial Regex Title();
}
