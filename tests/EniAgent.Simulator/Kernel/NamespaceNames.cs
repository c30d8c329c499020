using System.Globalization;
using System.Text.RegularExpressions;

namespace EniAgent.Simulator.Kernel;

/// <summary>
/// Names of the simulator's namespaces: <c>eni&lt;pid&gt;x&lt;n&gt;-&lt;role&gt;</c>. The owner's process id makes leftovers of
/// a process that died recognisable.
/// </summary>
internal static partial class NamespaceNames
{
    private static int _last;

    /// <summary>The common beginning of the names of a new VPC of this process, as <c>eni4711x3</c>.</summary>
    internal static string NextPrefix() =>
        string.Create(CultureInfo.InvariantCulture, $"eni{Environment.ProcessId}x{Interlocked.Increment(ref _last)}");

    /// <summary>The names of namespaces whose owner does not run any more.</summary>
    internal static IEnumerable<string> Orphans() => NetworkNamespace.Names()
        .Where(n => Pattern().Match(n) is { Success: true } m && !System.IO.Directory.Exists($"/proc/{m.Groups[1].Value}"));

    [GeneratedRegex(@"^eni(\d+)x\d+-")]
    private static partial Regex Pattern();
}
