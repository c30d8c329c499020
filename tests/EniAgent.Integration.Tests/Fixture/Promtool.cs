using System.Diagnostics;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>Prometheus' own tool (build/install.sh test), in docs/monitoring.</summary>
internal static class Promtool
{
    /// <summary>Runs it with a text as its input; it must find nothing wrong, not even of style.</summary>
    public static async Task AcceptsAsync(string input, params string[] arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = Path.Combine(AgentBinary.Repository, "docs/monitoring"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync();

        Assert.True(promtool.ExitCode == 0, $"promtool {string.Join(' ', arguments)}: {await output}{await error}\n{input}");
    }
}
