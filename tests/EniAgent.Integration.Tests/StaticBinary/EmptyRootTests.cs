using System.Diagnostics;
using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests.StaticBinary;

/// <summary>
/// A root that holds nothing but the file: no libraries, no /proc, /sys, /dev, /etc, in a network namespace without a NIC. Every command comes to a proper end and says
/// what is missing in words.
/// </summary>
[Trait("Needs", "root")]
// The agent is alone in its root, without the folders that confinement is about.
[Trait("Confined", "no")]
public sealed class EmptyRootTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("eni-agent-test-").FullName;

    // By a program of its own: a descriptor of ours that is open for writing would be inherited by whatever another test starts meanwhile, and a file that
    // somebody may write to cannot be run.
    public EmptyRootTests()
    {
        using var copy = Process.Start("cp", [AgentBinary.Path, Path.Combine(_root, "eni-agent")]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }

    [Theory]
    [InlineData(0, "sync", "--help")]
    [InlineData(0, "", "--help")]
    [InlineData(0, "1.", "--version")]
    [InlineData(0, "RpFilter", "config")]
    [InlineData(0, "", "config", "--check")]
    [InlineData(0, "waiting-for-metadata", "status")]
    [InlineData(0, "\"state\": \"waiting-for-metadata\"", "status", "--json")]
    [InlineData(3, "metadata: network/interfaces/macs/: no connection (NetworkUnreachable)", "plan")]
    [InlineData(3, "metadata: network/interfaces/macs/: no connection (NetworkUnreachable)", "sync")]
    [InlineData(0, "released: 0 steps", "release")]
    [InlineData(2, "does not exist", "sync", "--config", "/missing.conf")]
    [InlineData(2, "--help", "frobnicate")]
    public async Task A_command_ends_properly(int exitCode, string text, params string[] arguments)
    {
        using var process = Start(arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        var said = await output + await error;

        Assert.True(process.ExitCode == exitCode, $"exit code {process.ExitCode}\n{said}");
        Assert.Contains(text, said, StringComparison.Ordinal);
        NoCrash(said);
    }

    [Fact]
    public async Task The_daemon_waits_for_metadata_and_ends_when_told_to()
    {
        using var process = Start("daemon");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var status = Path.Combine(_root, "run/eni-agent/status.json");
        await Eventually.TrueAsync(() => Task.FromResult(
            process.HasExited || (File.Exists(status) && File.ReadAllText(status).Contains("NetworkUnreachable", StringComparison.Ordinal))));
        Assert.False(process.HasExited, process.HasExited ? await output + await error : "");

        using var kill = Process.Start("kill", [process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(Eventually.Patience);

        Assert.Equal(0, process.ExitCode);
        NoCrash(await output + await error);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // unshare(1) and chroot(1) become the program: its process id is the one we know.
    private Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("unshare", ["--net", "chroot", _root, "/eni-agent", .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static void NoCrash(string said)
    {
        Assert.DoesNotContain("Unhandled", said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }
}
