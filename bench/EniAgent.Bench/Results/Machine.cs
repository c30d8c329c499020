using System.Runtime.InteropServices;

namespace EniAgent.Bench.Results;

/// <summary>The machine that figures were taken on.</summary>
/// <param name="Cores">Processors that were usable.</param>
/// <param name="Processor">The processor's model.</param>
/// <param name="Memory">Memory in GB.</param>
/// <param name="Kernel">The kernel's version.</param>
internal sealed record Machine(int Cores, string Processor, double Memory, string Kernel)
{
    /// <summary>This one.</summary>
    public static Machine This { get; } = new(
        Environment.ProcessorCount,
        Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9, 1),
        Environment.OSVersion.Version.ToString(3));

    /// <summary>The machine in a few words.</summary>
    public override string ToString() => FormattableString.Invariant($"{Cores} cores of {Processor}, {Memory:0.#} GB, Linux {Kernel}");

    private static string? Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
