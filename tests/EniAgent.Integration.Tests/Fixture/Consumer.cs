using System.Diagnostics;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>
/// The programs that read network files, from a Debian system of their own (build/consumers.sh): with the agent's work taken away again, the files alone must
/// bring everything up.
/// </summary>
internal static class Consumer
{
    private static readonly Lazy<string> Folder = new(MakeSystem);

    /// <summary>
    /// Copies the machine's files (everything below etc), releases, takes every address and route off every NIC, runs the script with the files in its place, and
    /// asks for every ping there is. Release must have given back what was there before.
    /// </summary>
    /// <param name="world">The world; its agent has converged.</param>
    /// <param name="script">The program and what makes it ready: a bash script that ends when the network is up.</param>
    /// <param name="system">The system; by default the Debian one.</param>
    public static async Task BringsEverythingUpAsync(World world, string script, string? system = null)
    {
        var copy = CopyFiles(world);
        await world.Agent.ReleaseAsync();
        foreach (var link in Enumerable.Range(0, world.Guest.Enis.Count))
        {
            await world.Guest.IpAsync($"address flush dev eth{link}");
            await world.Guest.IpAsync($"link set eth{link} down");
        }

        await RunAsync(world.Guest, copy, script, system);
        Directory.Delete(copy, recursive: true);
        await world.EverythingAnswersAsync();
    }

    /// <summary>A copy of what is below etc in the agent's root, in a folder of its own.</summary>
    public static string CopyFiles(World world)
    {
        var copy = Directory.CreateTempSubdirectory("eni-agent-files-").FullName;
        var etc = Path.Combine(world.Agent.Root, "etc");
        foreach (var file in Directory.EnumerateFiles(etc, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy, "etc", Path.GetRelativePath(etc, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return copy;
    }

    /// <summary>Runs a bash script in the system with the files laid over it, in the guest's network namespace; it must end with 0.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(Guest guest, string files, string script, string? system = null)
    {
        await using var process = Start(guest, files, script, system);
        var code = await process.WaitAsync(TimeSpan.FromSeconds(90));
        Assert.True(code == 0, $"exit {code}\n{process.StandardOutput}\n{process.StandardError}");
        return process.StandardOutput;
    }

    /// <summary>Starts a bash script as <see cref="RunAsync"/> does; what it starts ends with it.</summary>
    public static GuestProcess Start(Guest guest, string files, string script, string? system = null) =>
        GuestProcess.Start(guest, "bash", [Path.Combine(AppContext.BaseDirectory, "Fixture/consumer.sh"), system ?? Folder.Value, files, script]);

    private static string MakeSystem()
    {
        var script = Path.Combine(AgentBinary.Repository, "build/consumers.sh");
        using var process = Process.Start(new ProcessStartInfo(script) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script} ended with {process.ExitCode}");
    }
}
