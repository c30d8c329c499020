using System.Diagnostics;
using System.Xml.Linq;
using EniAgent.Tests.Reporting;

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
    [InlineData("eni-agent: --root must name something", "--root", "", "status")]
    [InlineData("eni-agent: FILE must name something", "snapshot", "")]
    [InlineData("eni-agent: --watch: 'often' is not a time span, such as 500ms, 10s, 2min or 1h 30min", "status", "--watch", "often")]
    [InlineData("eni-agent: --watch: '0' is not between 100ms and 1h", "status", "--watch", "0")]
    [InlineData("eni-agent: --watch: '-2' is not between 100ms and 1h", "status", "--watch=-2")]
    [InlineData("eni-agent: --watch is for people: it does not go with --json", "status", "--watch", "--json")]
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
    [InlineData("doctor")]
    [InlineData("release")]
    [InlineData("config")]
    public async Task Help_is_there_for_the_program_and_each_command(string command)
    {
        foreach (var (locale, suffix) in ((string, string)[])[("C", ""), ("zh_CN.UTF-8", ".zh")])
        {
            var result = await RunInAsync(locale, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Golden.Matches("Commands/Help", $"{(command.Length == 0 ? "eni-agent" : command)}{suffix}.txt", result.Output);
            Assert.Empty(Golden.TooLong(result.Output));
        }
    }

    [Fact]
    public async Task Help_in_Chinese_leaves_no_English_heading()
    {
        var result = await RunInAsync("zh_CN.UTF-8", "--help");

        Assert.All(result.Output.Split('\n').Where(line => line.Length > 0 && line[0] != ' '), heading => Assert.DoesNotContain(heading, char.IsAsciiLetter));
    }

    [Fact]
    public async Task Where_UTF8_is_not_spoken_help_is_English() =>
        Assert.Equal(await RunInAsync("C", "--help"), await RunInAsync("zh_CN.GB18030", "--help"));

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

            foreach (var command in new[] { "daemon", "sync", "plan", "status", "snapshot", "doctor", "release", "config" })
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

    private static Task<Captured> RunAsync(params string[] arguments) => RunInAsync("C", arguments);

    private static async Task<Captured> RunInAsync(string locale, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "eni-agent.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = locale },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Captured(process.ExitCode, output, await error);
    }
}
