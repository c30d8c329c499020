using System.Globalization;
using System.Text;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Linux.Files;
using EniAgent.Linux.Host;
using EniAgent.Linux.Kernel;
using EniAgent.Linux.State;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Detection;
using EniAgent.Persistence.Files;
using EniAgent.Reporting;

namespace EniAgent.Doctor;

/// <summary>One text with everything that a support case needs and no secrets: no program is started for it, and it is in English.</summary>
internal static class SupportReport
{
    // Others may have thousands of routes.
    private const int MostLines = 500;

    private static readonly string[] AlsoFolders = ["/etc/NetworkManager/conf.d", "/etc/systemd/networkd.conf.d", "/run/NetworkManager/devices", "/run/NetworkManager/system-connections", "/run/systemd/netif/links", "/run/systemd/network", "/etc/netplan"];

    private static readonly string[] AlsoFiles = ["/etc/network/interfaces", "/etc/iproute2/rt_tables", "/etc/NetworkManager/NetworkManager.conf", "/etc/sysctl.conf"];

    /// <summary>The name where none is given: of the time, in the current folder.</summary>
    public static string DefaultName(DateTimeOffset now) => $"eni-agent-report-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.txt";

    /// <summary>Writes it to a file that only its owner may read.</summary>
    /// <exception cref="IOException">There is such a file already, or it cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Write(string path, Examination facts, IReadOnlyList<Finding> findings, AgentPaths paths, IReadOnlyList<string> configuration) =>
        Disk.Instance.Create(path, Encoding.UTF8.GetBytes(TextOf(facts, findings, paths, configuration)), AtomicFile.Private, owner: null, durable: false);

    /// <summary>The text.</summary>
    public static string TextOf(Examination facts, IReadOnlyList<Finding> findings, AgentPaths paths, IReadOnlyList<string> configuration)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Head(output, "eni-agent");
        output.WriteLine("version " + StatusBuilder.Version);
        output.WriteLine("time " + facts.Machine.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        output.WriteLine("kernel " + facts.Machine.Release);
        output.WriteLine("the journal is not in here: journalctl -u eni-agent");
        WriteFile(output, facts.Files, "/etc/os-release");

        Head(output, "doctor");
        DoctorText.Write(output, new Terminal(false), Language.English, AllChecks.That(facts.Result is not null), findings, showAll: true);
        WriteKernel(output, facts);
        Head(output, "settings");
        foreach (var (key, value) in facts.Result?.Observed.Sysctls ?? new Dictionary<SysctlKey, int>())
        {
            output.WriteLine($"{key} = {value.ToString(CultureInfo.InvariantCulture)}");
        }

        // Not below the root: it may be anywhere.
        foreach (var path in configuration)
        {
            Head(output, path);
            output.WriteLine(Redaction.Of(ContentOf(path)));
        }

        string[] own = [paths.Status, paths.Ledger, paths.Snapshot, paths.Transaction, paths.State];
        foreach (var path in own)
        {
            if (File.Exists(path) && OwnFolder.ProblemOf(Path.GetDirectoryName(path)!) is null)
            {
                Head(output, path);
                output.WriteLine(ContentOf(path));
            }
        }

        WriteNetworkFiles(output, facts.Files);
        return output.ToString();
    }

    // Who is not root may not read everything, and what was there a moment ago may be gone.
    private static string ContentOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "cannot be read: " + e.Message;
        }
    }

    private static void WriteKernel(StringWriter output, Examination facts)
    {
        if (facts.Result is { } result)
        {
            Head(output, "plan");
            Lines(output, result.Planning.Plan.Steps.Select(step => $"{step.Sign} {StepText.Of(step, facts.LinkName)}"));
            Lines(output, (result.Files?.Plan ?? FilePlan.Empty).Changes.Select(change => $"{change.Sign} {change.Path}"));
            Head(output, "rules");
            Lines(output, result.Observed.Rules.Select(rule => $"{rule.Priority}: {RuleText.Of(rule)} proto {rule.Protocol}"));
            Head(output, "addresses");
            Lines(output, result.Observed.Addresses.Select(address => StepText.Of(address, facts.LinkName)));
        }

        Head(output, "links");
        Lines(output, facts.Links.Select(link => $"{link.Index}: {link.Name} {link.Mac} {(link.IsUp ? "up" : "down")} group {link.Group} {link.Kind}"));
        WriteRoutes(output, facts, Route.MainTable);
        foreach (var eni in facts.Managed)
        {
            WriteRoutes(output, facts, eni.Table);
        }
    }

    private static void WriteRoutes(StringWriter output, Examination facts, uint table)
    {
        Head(output, $"routes of table {table}");
        Lines(output, facts.Kernel.Routes(table).Select(route => $"{StepText.Of(route, facts.LinkName)} proto {route.Protocol}"));
    }

    private static void WriteNetworkFiles(StringWriter output, IFileTree files)
    {
        foreach (var folder in BackendDetector.All.SelectMany(renderer => renderer.Folders).Concat(AlsoFolders).Distinct())
        {
            foreach (var path in OwnFiles.In(files, folder))
            {
                WriteFile(output, files, path);
            }
        }

        foreach (var path in AlsoFiles)
        {
            WriteFile(output, files, path);
        }
    }

    private static void WriteFile(StringWriter output, IFileTree files, string path)
    {
        switch (files.Read(path))
        {
            case FileContent.Text { Value: var text }:
                Head(output, path);
                output.WriteLine(Redaction.Of(text));
                break;
            case FileContent.Unusable { Problem: var problem }:
                Head(output, path);
                output.WriteLine(problem);
                break;
        }
    }

    private static void Head(StringWriter output, string title)
    {
        output.WriteLine();
        output.WriteLine($"===== {title}");
    }

    private static void Lines(StringWriter output, IEnumerable<string> lines)
    {
        var count = 0;
        foreach (var line in lines)
        {
            if (++count > MostLines)
            {
                output.WriteLine("and more");
                return;
            }

            output.WriteLine(line);
        }
    }
}
