using System.Diagnostics;
using System.Text.RegularExpressions;
using EniAgent.Configuration;

namespace EniAgent.Tests.Packaging;

/// <summary>The manual pages and the shells' completions know every command, option and key that there is.</summary>
public partial class ManualTests
{
    /// <summary>The commands with their own options, from the help texts.</summary>
    public static TheoryData<string, string> Options
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var help in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Commands/Help"), "*.txt").Where(file => !file.EndsWith(".zh.txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                foreach (Match option in Option().Matches(File.ReadAllText(help)))
                {
                    data.Add(Path.GetFileNameWithoutExtension(help), option.Value);
                }
            }

            return data;
        }
    }

    [Fact]
    public void Every_section_and_key_stands_in_its_page_with_its_default()
    {
        var page = RepositoryFolder.Read("packaging/man/eni-agent.conf.5.scd");
        foreach (var section in ConfigurationSchema.Sections)
        {
            Assert.Contains($"# [{section.Kind.ToUpperInvariant()}", page, StringComparison.Ordinal);
            foreach (var key in section.Keys)
            {
                var text = Regex.Match(page, $@"\*{key.Name}=\*\n((?:\t.*\n?)+)").Groups[1].Value;
                Assert.NotEqual("", text);
                Assert.True(key.Default.Length == 0 || text.Contains($"Default {key.Default}", StringComparison.Ordinal), $"{key.Name}: {text}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_command_and_option_is_in_the_page_and_completed(string command, string option)
    {
        var page = RepositoryFolder.Read("packaging/man/eni-agent.8.scd");
        Assert.Contains($"*{option}*", page, StringComparison.Ordinal);
        Assert.Contains(option, RepositoryFolder.Read("packaging/completions/_eni-agent"), StringComparison.Ordinal);
        Assert.Contains(option, Complete(command == "eni-agent" ? ["eni-agent", "--"] : ["eni-agent", command, "--"]));
        if (command != "eni-agent")
        {
            Assert.Contains($"*{command}*", page, StringComparison.Ordinal);
            Assert.Contains($"'{command}:", RepositoryFolder.Read("packaging/completions/_eni-agent"), StringComparison.Ordinal);
            Assert.Contains(command, Complete(["eni-agent", command[..2]]));
        }
    }

    // What bash offers for the last word.
    private static string[] Complete(string[] words)
    {
        var script = $"source {RepositoryFolder.PathOf("packaging/completions/eni-agent.bash")}; COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)); _eni_agent; printf '%s\\n' \"${{COMPREPLY[@]}}\"";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script, "bash", .. words]) { RedirectStandardOutput = true })!;
        var output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        Assert.Equal(0, bash.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Option();
}
