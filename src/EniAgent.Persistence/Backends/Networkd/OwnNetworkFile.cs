using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Networkd;

/// <summary>The .network file that the agent has, or would have, for one ENI, and the definition of somebody else's that it stands before.</summary>
internal sealed class OwnNetworkFile(BootEni eni, IFileTree files)
{
    private const string Copy = "# With all that is in ";
    private static readonly string[] Prefixes = ["60-", "00-"];

    private string Name => OwnFiles.NameFor(eni.Mac) + ".network";

    /// <summary>The comment that says which definition's text stands in a file of ours.</summary>
    public static string CopyOf(string definition) => Copy + definition;

    /// <summary>The files of ours for this ENI that are there.</summary>
    public IEnumerable<string> Existing() =>
        Prefixes.Select(prefix => $"{NetworkdRenderer.Folder}/{prefix}{Name}").Where(path => files.Read(path) is not FileContent.Missing);

    /// <summary>The file of somebody else's that defines the NIC, or that a file of ours has taken over from; null where there is none.</summary>
    public string? DefinitionOf(HostFacts host)
    {
        foreach (var path in Existing())
        {
            if (files.Read(path) is FileContent.Text { Value: var text }
                && text.Split('\n').FirstOrDefault(line => line.StartsWith(Copy, StringComparison.Ordinal)) is { } line)
            {
                return line[Copy.Length..];
            }
        }

        return host.Definitions.TryGetValue(eni.Interface, out var definition) && !IsOurs(definition) ? definition : null;
    }

    /// <summary>Where a file of ours comes before a definition: networkd goes by the names, whatever the folder. Null where none can.</summary>
    /// <param name="definition">The definition; null where there is none.</param>
    public string? Path(string? definition)
    {
        // One that is there stays where it is: the definition before which it came is not in use any more.
        if (definition is null && Existing().FirstOrDefault() is { } path)
        {
            return path;
        }

        var prefix = Prefixes.FirstOrDefault(prefix => definition is null || string.CompareOrdinal(prefix + Name, System.IO.Path.GetFileName(definition)) < 0);
        return prefix is null ? null : $"{NetworkdRenderer.Folder}/{prefix}{Name}";
    }

    private static bool IsOurs(string path) => Prefixes.Any(prefix => System.IO.Path.GetFileName(path).StartsWith(prefix + "eni-agent-", StringComparison.Ordinal));
}
