using System.Text.RegularExpressions;

namespace EniAgent.Bench.Worlds;

/// <summary>Counts by strace what a program writes to the kernel's network configuration.</summary>
internal static partial class KernelWrites
{
    // A rule that nobody has is asked to be removed, so that the kernel's refusal shows what it understands.
    private const string Probe = "255.255.255.255";

    /// <summary>Runs <c>sync</c> and counts its system calls that ask for an object to be made, changed or removed, and the settings that it opens to write.</summary>
    public static int OfSync(World world)
    {
        var file = Path.Combine(world.Folder, "writes");
        world.Stage.Run("strace", "-f", "-e", "trace=sendto,sendmsg,sendmmsg,openat", "-o", file, world.Agent, "sync", "--root", world.Root);
        return File.ReadLines(file).Count(line => Write().IsMatch(line) && !line.Contains(Probe, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"RTM_(NEW|DEL|SET)|/proc/sys/.*O_(WRONLY|RDWR)")]
    private static partial Regex Write();
}
