using System.Diagnostics;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator.Tests;

[Trait("Needs", "root")]
public sealed class CommandLineTests
{
    [Fact]
    public async Task Up_obeys_its_input_and_leaves_nothing()
    {
        var (code, output, id) = await RunAsync(["up", "--subnets", "2"], "attach 2 1\nping\nfault nonsense\nfault html\nfault clear\nnonsense\ndetach eth1\nshow\nquit\n");

        Assert.Equal(0, code);
        Assert.Contains("eth1 52:54:00:", output, StringComparison.Ordinal);
        Assert.Contains("  10.0.1.5  10.0.2.5  10.0.2.6\n  10.0.1.0/24       ✓         ✗         ✗\n", output, StringComparison.Ordinal);
        Assert.Contains("no fault 'nonsense'", output, StringComparison.Ordinal);
        Assert.Contains("unknown command 'nonsense'", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", output, StringComparison.Ordinal);
        AssertNothingLeft(id);
    }

    [Fact]
    public async Task The_demo_fails_and_leaves_nothing_when_the_agent_does_nothing()
    {
        var (code, output, id) = await RunAsync(["demo", "--agent", "/bin/true"]);

        Assert.Equal(1, code);
        Assert.Contains("something did not work", output, StringComparison.Ordinal);
        AssertNothingLeft(id);
    }

    [Fact]
    public async Task A_signal_ends_the_demo_and_leaves_nothing()
    {
        using var demo = Start(["demo", "--agent", "/bin/true"]);
        await demo.StandardOutput.ReadLineAsync();
        await demo.StandardOutput.ReadLineAsync();
        using var kill = Process.Start("kill", ["-TERM", $"{demo.Id}"]);
        var output = await demo.StandardOutput.ReadToEndAsync();
        await demo.WaitForExitAsync();

        Assert.Equal(130, demo.ExitCode);
        Assert.Contains("interrupted", output, StringComparison.Ordinal);
        AssertNothingLeft(demo.Id);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("up", "--nonsense", "1")]
    [InlineData("up", "--subnets")]
    [InlineData("up", "--subnets", "many")]
    [InlineData("up", "--metadata", "/nonexistent")]
    [InlineData("demo")]
    [InlineData("demo", "--agent", "/nonexistent")]
    public async Task Wrong_usage_is_named(params string[] arguments)
    {
        var (code, _, _) = await RunAsync(arguments);

        Assert.Equal(2, code);
    }

    private static async Task<(int Code, string Output, int Id)> RunAsync(string[] arguments, string input = "")
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error, process.Id);
    }

    private static Process Start(string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(Vpc).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static void AssertNothingLeft(int id) =>
        Assert.DoesNotContain(NetworkNamespace.Names(), n => n.StartsWith($"eni{id}x", StringComparison.Ordinal));
}
