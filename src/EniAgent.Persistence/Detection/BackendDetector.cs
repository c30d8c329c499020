using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Backends.Ifcfg;
using EniAgent.Persistence.Backends.Ifupdown;
using EniAgent.Persistence.Backends.Networkd;
using EniAgent.Persistence.Backends.NetworkManager;
using EniAgent.Persistence.Backends.Netplan;
using EniAgent.Persistence.Files;

namespace EniAgent.Persistence.Detection;

/// <summary>The back end in use.</summary>
/// <param name="Renderer">It; null where no network files are written.</param>
/// <param name="Name">Its name as in [Persistence] Backend.</param>
/// <param name="Why">Why this one.</param>
/// <param name="Host">What it must know of the machine.</param>
public sealed record BackendChoice(IFileRenderer? Renderer, string Name, BackendReason Why, HostFacts Host)
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

    private const string NetworkdLinks = "/run/systemd/netif/links";

    private const string ManagedDevices = "/run/NetworkManager/devices";

    private const string SystemdLibrary = "libsystemd-shared-";

    private static readonly string[] SystemdFolders = ["/usr/lib/x86_64-linux-gnu/systemd", "/usr/lib/aarch64-linux-gnu/systemd", "/usr/lib/systemd", "/lib/systemd"];

    /// <summary>Every back end there is, and what all of them have beside them.</summary>
    public static IReadOnlyList<IFileRenderer> All { get; } = [new IfcfgRenderer(), new NetworkManagerRenderer(), new NetplanRenderer(), new NetworkdRenderer(), new IfupdownRenderer(), new CommonFiles()];

    /// <summary>Chooses.</summary>
    /// <param name="wanted">What the configuration says.</param>
    /// <param name="files">The machine's files.</param>
    /// <param name="links">The NICs.</param>
    /// <param name="primary">The primary ENI's NIC; null where it is not there.</param>
    public static BackendChoice Choose(PersistenceBackend wanted, IFileTree files, IReadOnlyCollection<Link> links, Link? primary)
    {
        var (version, hasPlugin) = NetworkManager(files);
        var isManaging = primary is not null && files.Read($"{ManagedDevices}/{primary.Index}") is FileContent.Text { Value: var device }
            && !device.Contains("managed=false", StringComparison.Ordinal);
        var host = new HostFacts
        {
            SystemdVersion = SystemdVersion(files),
            NetworkManagerVersion = version,
            NetworkManagerManages = isManaging,
            IprouteReadsFolders = IprouteReadsFolders(files),
            Definitions = OfLinks(files, links, NetworkdLinks, "NETWORK_FILE="),
            Profiles = OfLinks(files, links, ManagedDevices, "connection-uuid="),
        };
        return wanted switch
        {
            PersistenceBackend.Auto => Detect(files, primary, host, hasPlugin),
            PersistenceBackend.None => new(null, "none", new(BackendCause.Configured), host),
            _ => Of(wanted, new(BackendCause.Configured), host),
        };
    }

    // The first that manages the primary NIC now.
    private static BackendChoice Detect(IFileTree files, Link? primary, HostFacts host, bool hasPlugin)
    {
        var hasScripts = files.HasFolder(Scripts);
        if (hasScripts && ServiceLocks.Any(path => files.Read(path) is FileContent.Text))
        {
            return Of(PersistenceBackend.Ifcfg, new(BackendCause.NetworkService), host with { NetworkManagerManages = false });
        }

        if (host.NetworkManagerManages)
        {
            return primary is not null && new Profiles(files).NetplanIdOf(primary.Name, primary.Mac, host) is { } id
                    ? Of(PersistenceBackend.Netplan, new(BackendCause.NetworkManagerNetplan, id), host)
                : hasScripts && hasPlugin && !HasKeyfile(files, primary, host) ? Of(PersistenceBackend.Ifcfg, new(BackendCause.NetworkManagerIfcfg), host)
                : Of(PersistenceBackend.NetworkManager, new(BackendCause.NetworkManager), host);
        }

        if (primary is not null && files.Read($"{NetworkdLinks}/{primary.Index}") is FileContent.Text { Value: var link } && ValueIn(link, "NETWORK_FILE=") is { } definition
            && !link.Contains("ADMIN_STATE=unmanaged", StringComparison.Ordinal))
        {
            var isNetplans = definition.StartsWith("/run/systemd/network/10-netplan-", StringComparison.Ordinal);
            return Of(isNetplans ? PersistenceBackend.Netplan : PersistenceBackend.Networkd, new(BackendCause.Networkd, definition), host);
        }

        return files.List("/run/network").Any(name => name.StartsWith("ifstate", StringComparison.Ordinal)) && files.Read("/etc/network/interfaces") is FileContent.Text
            ? Of(PersistenceBackend.Ifupdown, new(BackendCause.Ifupdown), host)
            : new(null, "none", new(BackendCause.NoneFound), host);
    }

    // The plugin reads ifcfg files beside keyfiles, and the NIC may have one of these.
    private static bool HasKeyfile(IFileTree files, Link? primary, HostFacts host)
    {
        var keyfiles = primary is null ? [] : new Profiles(files).Of(primary.Name, primary.Mac, host).Where(Profiles.IsKept).ToList();
        return keyfiles.Any(profile => host.Profiles.TryGetValue(primary!.Name, out var uuid) && string.Equals(profile.Uuid, uuid, StringComparison.OrdinalIgnoreCase))
            || (keyfiles.Count > 0 && files.Read($"{Scripts}/ifcfg-{primary!.Name}") is FileContent.Missing);
    }

    private static BackendChoice Of(PersistenceBackend backend, BackendReason reason, HostFacts host)
    {
        var name = backend.ToString().ToLowerInvariant();
        return All.FirstOrDefault(renderer => renderer.Backend == backend) is { } renderer
            ? new(renderer, name, reason, host)
            : new(null, "none", new(BackendCause.Unsupported, name), host);
    }

    // What a network manager says of each link, by the links' own names.
    private static Dictionary<string, string> OfLinks(IFileTree files, IEnumerable<Link> links, string folder, string key)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var link in links)
        {
            if (files.Read($"{folder}/{link.Index}") is FileContent.Text { Value: var text } && ValueIn(text, key) is { } value)
            {
                values[link.Name] = value;
            }
        }

        return values;
    }

    private static string? ValueIn(string text, string key) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) is { } line ? line[key.Length..] : null;

    // An iproute2 that reads the folders brings them, or keeps its own names below /usr.
    private static bool IprouteReadsFolders(IFileTree files) =>
        files.HasFolder("/etc/iproute2/rt_tables.d") || files.HasFolder("/usr/share/iproute2") || files.Read("/etc/iproute2/rt_tables") is FileContent.Missing;

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
