using System.Diagnostics;
using System.Xml.Linq;

namespace EniAgent.Tests.Commands;

/// <summary>The program as it is run, in a process of its own.</summary>
public class CommandLineTests
{
    [Theory]
    [InlineData("eni-agent: unknown command, option or argument 'nonsense'", "nonsense")]
    [InlineData("eni-agent: unknown command, option or argument '--nonsense'", "plan", "--nonsense")]
    [InlineData("eni-agent: unknown command, option or argument 'extra'", "sync", "extra")]
    [InlineData("eni-agent: unknown command, option or argument '--exit-code'", "sync", "--exit-code")]
    [InlineData("eni-agent: Required command was not provided.")]
    [InlineData("eni-agent: Required argument missing for option: '--config'.", "plan", "--config")]
    [InlineData("eni-agent: --root must name something", "config", "--root", "")]
    [InlineData("eni-agent: --config must name something", "config", "--config", "")]
    public async Task Wrong_usage_ends_with_2_and_says_what_is_wrong(string message, params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Equal($"{message}\nTry 'eni-agent --help'.\n", result.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("daemon")]
    [InlineData("sync")]
    [InlineData("plan")]
    [InlineData("status")]
    [InlineData("snapshot")]
    [InlineData("release")]
    [InlineData("config")]
    public async Task Help_is_there_for_the_program_and_each_command(string command)
    {
        var result = await RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(Golden($"{(command.Length == 0 ? "eni-agent" : command)}.txt"), result.Output);
    }

    [Fact]
    public async Task The_version_is_that_of_the_one_place_that_states_it()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EniAgent.sln")))
        {
            folder = folder.Parent!;
        }

        var stated = XDocument.Load(Path.Combine(folder.FullName, "Directory.Build.props")).Descendants("Version").Single().Value;

        Assert.Equal(new Captured(0, stated + "\n", ""), await RunAsync("--version"));
    }

    [Fact]
    public async Task A_configuration_file_that_was_named_must_be_there()
    {
        var result = await RunAsync("config", "--config", "/no/such/file.conf");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("/no/such/file.conf", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_of_the_configuration_name_file_and_line_and_change_nothing()
    {
        var root = Directory.CreateTempSubdirectory("eni-agent-test-");
        try
        {
            Directory.CreateDirectory(Path.Combine(root.FullName, "etc/eni-agent"));
            await File.WriteAllTextAsync(Path.Combine(root.FullName, "etc/eni-agent/eni-agent.conf"), "[Agent]\nPollIntervall=1s\n");

            foreach (var command in new[] { "daemon", "sync", "plan", "status", "snapshot", "release", "config" })
            {
                var result = await RunAsync(command, "--root", root.FullName);

                Assert.Equal(2, result.ExitCode);
                Assert.Contains("eni-agent.conf:2", result.Error, StringComparison.Ordinal);
                Assert.Equal("", result.Output);
            }

            Assert.Equal(["etc"], root.EnumerateFileSystemInfos().Select(entry => entry.Name));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static string Golden(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Commands", "Help", name));

    private static async Task<Captured> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "eni-agent.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Captured(process.ExitCode, output, await error);
    }
}
