using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Backends.Ifcfg;
using EniAgent.Persistence.Files;

namespace EniAgent.Persistence.Detection;

/// <summary>The back end in use.</summary>
/// <param name="Renderer">It; null where no network files are written.</param>
/// <param name="Name">Its name as in [Persistence] Backend.</param>
/// <param name="Reason">Why this one, in one line.</param>
/// <param name="Host">What it must know of the machine.</param>
public sealed record BackendChoice(IFileRenderer? Renderer, string Name, string Reason, HostFacts Host)
{
    /// <summary>It, and what every back end has beside it.</summary>
    public IReadOnlyList<IFileRenderer> Renderers => Renderer is null ? [new CommonFiles()] : [Renderer, new CommonFiles()];
}

/// <summary>Finds out which network manager brings the primary NIC up, from the files that it keeps while it runs: no program is started.</summary>
public static class BackendDetector
{
    private const string Scripts = "/etc/sysconfig/network-scripts";

    // What the classic service's script leaves while it is started.
    private static readonly string[] ServiceLocks = ["/run/lock/subsys/network", "/var/lock/subsys/network"];

    private static readonly string[] LibraryFolders = ["/usr/lib64/NetworkManager", "/usr/lib/x86_64-linux-gnu/NetworkManager", "/usr/lib/aarch64-linux-gnu/NetworkManager", "/usr/lib/NetworkManager"];

    private const string SystemdLibrary = "libsystemd-shared-";

    private static readonly string[] SystemdFolders = ["/usr/lib/x86_64-linux-gnu/systemd", "/usr/lib/aarch64-linux-gnu/systemd", "/usr/lib/systemd", "/lib/systemd"];

    /// <summary>Every back end there is, and what all of them have beside them.</summary>
    public static IReadOnlyList<IFileRenderer> All { get; } = [new IfcfgRenderer(), new CommonFiles()];

    /// <summary>Chooses.</summary>
    /// <param name="wanted">What the configuration says.</param>
    /// <param name="files">The machine's files.</param>
    /// <param name="links">The NICs.</param>
    /// <param name="primaryIndex">The interface index of the primary ENI's NIC; 0 where it is not there.</param>
    public static BackendChoice Choose(PersistenceBackend wanted, IFileTree files, IReadOnlyCollection<Link> links, int primaryIndex)
    {
        var (version, hasPlugin) = NetworkManager(files);
        var isManaging = primaryIndex > 0 && files.Read($"/run/NetworkManager/devices/{primaryIndex}") is FileContent.Text { Value: var device }
            && !device.Contains("managed=false", StringComparison.Ordinal);
        var host = new HostFacts
        {
            SystemdVersion = SystemdVersion(files),
            NetworkManagerVersion = version,
            NetworkManagerManages = isManaging,
            Definitions = Definitions(files, links),
        };
        var hasService = ServiceLocks.Any(path => files.Read(path) is FileContent.Text);
        switch (wanted)
        {
            case PersistenceBackend.Auto when files.HasFolder(Scripts) && hasService:
                return Of(PersistenceBackend.Ifcfg, "network.service is in use", host with { NetworkManagerManages = false });
            case PersistenceBackend.Auto when files.HasFolder(Scripts) && isManaging && hasPlugin:
                return Of(PersistenceBackend.Ifcfg, "NetworkManager is in use, with its plugin for ifcfg files", host);
            case PersistenceBackend.Auto:
                return new(null, "none", "no network manager was found that manages the primary NIC", host);
            case PersistenceBackend.None:
                return new(null, "none", "the configuration says so", host);
            default:
                return Of(wanted, "the configuration says so", host);
        }
    }

    private static BackendChoice Of(PersistenceBackend backend, string reason, HostFacts host)
    {
        var name = backend.ToString().ToLowerInvariant();
        return All.FirstOrDefault(renderer => renderer.Backend == backend) is { } renderer
            ? new(renderer, name, reason, host)
            : new(null, "none", $"this version writes no files for {name}", host);
    }

    // What networkd says of each link: /run/systemd/netif/links/INDEX has NETWORK_FILE=PATH, and the names are the links' own.
    private static Dictionary<string, string> Definitions(IFileTree files, IEnumerable<Link> links)
    {
        const string Key = "NETWORK_FILE=";
        var definitions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var link in links)
        {
            if (files.Read($"/run/systemd/netif/links/{link.Index}") is FileContent.Text { Value: var text }
                && text.Split('\n').FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line)
            {
                definitions[link.Name] = line[Key.Length..];
            }
        }

        return definitions;
    }

    // Its private library is named after its version, e.g. libsystemd-shared-252.so or libsystemd-shared-255.4-1.so.
    private static int SystemdVersion(IFileTree files) =>
        SystemdFolders.SelectMany(files.List).Where(name => name.StartsWith(SystemdLibrary, StringComparison.Ordinal))
            .Select(name => new string([.. name[SystemdLibrary.Length..].TakeWhile(char.IsAsciiDigit)]))
            .Select(digits => int.TryParse(digits, out var version) ? version : 0).FirstOrDefault(version => version > 0);

    // Its plugins lie in a folder that is named after its version.
    private static (Version? Version, bool HasIfcfg) NetworkManager(IFileTree files)
    {
        foreach (var folder in LibraryFolders)
        {
            foreach (var name in files.List(folder))
            {
                if (Version.TryParse(name.Split('-')[0], out var version))
                {
                    return (version, files.List($"{folder}/{name}").Contains("libnm-settings-plugin-ifcfg-rh.so"));
                }
            }
        }

        return (null, false);
    }
}
