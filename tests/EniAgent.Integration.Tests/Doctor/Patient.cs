using System.Text.Json;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;
using EniAgent.Simulator.Probes;
using EniAgent.Tests.Reporting;

namespace EniAgent.Integration.Tests.Doctor;

/// <summary>A machine that is looked at by <c>eni-agent doctor</c>, and on which is typed what it says.</summary>
internal static class Patient
{
    // How doctor begins a line that is to be typed.
    private const string Command = "        ";

    /// <summary>What doctor finds, notes left out; its exit code must fit.</summary>
    public static async Task<IReadOnlyList<Found>> TroublesAsync(this World world) => [.. (await world.ExamineAsync()).Where(found => found.Level is "warning" or "error")];

    /// <summary>Everything that doctor finds.</summary>
    public static async Task<IReadOnlyList<Found>> ExamineAsync(this World world)
    {
        var result = await world.Agent.RunAsync("doctor", "--json");
        using var json = JsonDocument.Parse(result.Output.Length > 0 ? result.Output : throw new InvalidOperationException(result.ToString()));
        List<Found> findings = [.. json.RootElement.GetProperty("findings").EnumerateArray().Select(finding => new Found(
            finding.GetProperty("check").GetString()!,
            finding.GetProperty("level").GetString()!,
            finding.GetProperty("subject").GetString()!,
            finding.GetProperty("summary").GetString()!,
            Strings(finding, "evidence"),
            Strings(finding, "remedy")))];
        Assert.Equal(findings.Exists(found => found.Level is "warning" or "error") ? 4 : 0, result.ExitCode);
        return findings;
    }

    /// <summary>Doctor finds nothing but notes.</summary>
    public static async Task IsWellAsync(this World world)
    {
        var troubles = await world.TroublesAsync();
        Assert.True(troubles.Count == 0, string.Join('\n', troubles));
    }

    /// <summary>Doctor finds this one thing and no other, and says it in Chinese as well; returns it.</summary>
    public static async Task<Found> HasJustAsync(this World world, string check, string subject)
    {
        var troubles = await world.TroublesAsync();
        Assert.True(troubles is [{ } only] && only.Check == check && only.Subject == subject, $"{check} {subject} expected\n{string.Join('\n', troubles)}\n{await world.StateAsync()}");
        await world.IsSaidInChineseAsync();
        return troubles[0];
    }

    /// <summary>What doctor and status say to those who read Chinese is Chinese, but for what is to be typed.</summary>
    public static async Task IsSaidInChineseAsync(this World world)
    {
        world.Agent.Environment["LC_ALL"] = "zh_CN.UTF-8";
        foreach (var command in (string[])["doctor", "status"])
        {
            var text = (await world.Agent.RunAsync(command)).Output;
            Assert.NotEmpty(text);
            Assert.All(text.Split('\n').Where(line => !line.StartsWith(Command, StringComparison.Ordinal)), line => Assert.Empty(ChineseText.EnglishIn(line)));
        }

        world.Agent.Environment.Remove("LC_ALL");
    }

    /// <summary>Doctor finds this one thing and no other, and after what it says was typed nothing.</summary>
    public static async Task<Found> IsHealedOfAsync(this World world, string check, string subject)
    {
        var found = await world.HasJustAsync(check, subject);
        await world.TypeAsync(found);
        await world.IsWellAsync();
        return found;
    }

    /// <summary>Types what a finding says, literally: the agent's commands below its root, files as well.</summary>
    public static async Task TypeAsync(this World world, Found found)
    {
        Assert.NotEmpty(found.Remedy);
        foreach (var line in found.Remedy)
        {
            await world.TypeAsync(line);
        }
    }

    /// <summary>Types one line.</summary>
    public static async Task TypeAsync(this World world, string line)
    {
        if (line.StartsWith("eni-agent ", StringComparison.Ordinal))
        {
            await world.Agent.SucceedAsync(line.Split(' ')[1..]);
            return;
        }

        // A file is below the agent's root; what the kernel has under /sys is its own.
        var typed = new[] { "/etc/", "/run/", "/var/" }.Aggregate(line, (text, folder) => text.Replace($" {folder}", $" {world.Agent.Root}{folder}", StringComparison.Ordinal));
        await using var shell = await GuestProcess.RunAsync(world.Guest, "sh", ["-c", typed]);
        Assert.True(shell.ExitCode == 0, $"{typed}\n{shell.StandardOutput}{shell.StandardError}");
    }

    private static List<string> Strings(JsonElement finding, string name) => [.. finding.GetProperty(name).EnumerateArray().Select(line => line.GetString()!)];
}

/// <summary>A finding of <c>doctor --json</c>.</summary>
internal sealed record Found(string Check, string Level, string Subject, string Summary, IReadOnlyList<string> Evidence, IReadOnlyList<string> Remedy)
{
    public override string ToString() => $"{Level} {Check} {Subject}: {Summary}\n  {string.Join("\n  ", Evidence)}\n  type: {string.Join("\n  type: ", Remedy)}";
}
