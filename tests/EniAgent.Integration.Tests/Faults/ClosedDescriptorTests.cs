using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>Started without standard input, output or error, it does its work all the same: what is meant for people gets into no file that it opens.</summary>
[Trait("Needs", "root")]
// A service always has them.
[Trait("Confined", "no")]
public sealed class ClosedDescriptorTests(ConvergedGuest guest) : IClassFixture<ConvergedGuest>
{
    private const string All = "<&- >&- 2>&-";

    [Theory]
    [InlineData("status")]
    [InlineData("status --json")]
    [InlineData("doctor")]
    [InlineData("sync")]
    [InlineData("config")]
    [InlineData("--help")]
    public async Task It_ends_as_it_does_with_them(string command)
    {
        foreach (var closed in (string[])["<&-", ">&-", "<&- >&-", All])
        {
            var result = await RunAsync(command, closed);

            Assert.True((result.ExitCode, result.Error) == (0, ""), $"{closed}: {result}");
            Assert.Equal(closed.Contains(">&-", StringComparison.Ordinal), result.Output.Length == 0);
        }
    }

    [Theory]
    [InlineData("sync", 3)]
    [InlineData("sync --config /missing", 2)]
    [InlineData("sync --frobnicate", 2)]
    public async Task A_complaint_that_nobody_can_read_gets_into_no_file(string command, int exitCode)
    {
        using (guest.Metadata.Faults.Add("**", Fault.Status(404)))
        {
            Assert.Equal(exitCode, (await RunAsync(command, All)).ExitCode);
        }

        Assert.Matches("^[0-9]+\n?$", await File.ReadAllTextAsync(guest.World.Agent.LockFile));
        await guest.NothingIsLostAsync();
    }

    private async Task<CommandResult> RunAsync(string command, string closed)
    {
        guest.World.Agent.Launcher = ["sh", "-c", $"exec \"$@\" {closed}", "sh"];
        try
        {
            return await guest.World.Agent.RunAsync(command.Split(' '));
        }
        finally
        {
            guest.World.Agent.Launcher = [];
        }
    }
}
