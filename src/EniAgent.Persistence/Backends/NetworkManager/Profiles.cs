using EniAgent.Core.Addressing;
using EniAgent.Persistence.Files;

namespace EniAgent.Persistence.Backends.NetworkManager;

/// <summary>The profiles that NetworkManager reads at its start, those of ours left out.</summary>
internal sealed class Profiles
{
    public const string Folder = "/etc/NetworkManager/system-connections";

    // Made anew at every boot: by netplan, by the initial RAM disk, or by NetworkManager itself for a NIC that has none.
    private const string RunFolder = "/run/NetworkManager/system-connections";

    private const string Extension = ".nmconnection";

    // Behind the last dot of what is being written, e.g. "eth0.nmconnection.K3XQ81".
    private const int TemporaryLength = 6;

    private static readonly string[] Folders = [Folder, RunFolder, "/usr/lib/NetworkManager/system-connections"];

    private readonly List<Profile> _profiles = [];
    private readonly Dictionary<string, FileContent.Unusable> _unusable = new(StringComparer.Ordinal);

    public Profiles(IFileTree files)
    {
        foreach (var path in Folders.SelectMany(folder => files.List(folder).Where(name => IsRead(folder, name)).Select(name => $"{folder}/{name}")))
        {
            switch (files.Read(path))
            {
                case FileContent.Text { Value: var text } when !Marker.Is(text):
                    _profiles.Add(new Profile(path, text));
                    break;
                case FileContent.Unusable unusable:
                    _unusable[path] = unusable;
                    break;
            }
        }
    }

    /// <summary>The files in the folder that an administrator writes to that cannot be read.</summary>
    public IEnumerable<KeyValuePair<string, FileContent.Unusable>> Unusable => _unusable.Where(file => file.Key.StartsWith(Folder, StringComparison.Ordinal));

    /// <summary>Whether a profile is an administrator's to keep, and so ours to edit.</summary>
    public static bool IsKept(Profile profile) => profile.Path.StartsWith(Folder, StringComparison.Ordinal);

    /// <summary>Whether NetworkManager has made it itself for want of another: it makes none where there is one.</summary>
    public static bool IsStopgap(Profile profile) => profile.Path.StartsWith(RunFolder, StringComparison.Ordinal) && NetplanIdOf(profile) is null;

    /// <summary>The id of the definition in netplan's YAML from which a profile was made; null where netplan did not make it.</summary>
    public static string? NetplanIdOf(Profile profile)
    {
        const string Start = RunFolder + "/netplan-";
        return profile.Path.StartsWith(Start, StringComparison.Ordinal) && profile.Path.EndsWith(Extension, StringComparison.Ordinal) ? profile.Path[Start.Length..^Extension.Length] : null;
    }

    /// <summary>
    /// The profiles that define a NIC: the one with which it is up, or where that is not known (netplan's have no UUID) those that are made for it. One, as a
    /// rule; none where nobody defines it. Of several with one UUID NetworkManager takes the one that was written last: an edit would have it take another.
    /// </summary>
    public IReadOnlyList<Profile> Of(string nic, MacAddress mac, HostFacts host)
    {
        var active = host.Profiles.TryGetValue(nic, out var uuid)
            ? _profiles.Where(profile => string.Equals(profile.Uuid, uuid, StringComparison.OrdinalIgnoreCase) && !profile.IsForAnother(nic, mac)).ToList() : [];
        var made = active.Any(IsKept) ? active.Where(IsKept).ToList() : [.. _profiles.Where(profile => (IsKept(profile) || NetplanIdOf(profile) is not null) && profile.IsMadeFor(nic, mac))];
        return made.Count > 0 ? made : [.. active.Take(1)];
    }

    /// <summary>The id of netplan's definition of a NIC; null where netplan does not define it.</summary>
    public string? NetplanIdOf(string nic, MacAddress mac, HostFacts host) => Of(nic, mac, host) is [var profile] ? NetplanIdOf(profile) : null;

    // NetworkManager's own list of what is not a profile. What editors and package managers leave is one, as eth0.nmconnection.rpmsave.
    private static bool IsRead(string folder, string name) =>
        name[0] != '.' && !name.EndsWith('~') && !name.EndsWith(".pem", StringComparison.Ordinal) && !name.EndsWith(".der", StringComparison.Ordinal)
        && !(name.Split('.')[^1] is { Length: TemporaryLength } end && end.Length < name.Length && end.All(char.IsAsciiLetterOrDigit))
        && (folder == Folder || name.EndsWith(Extension, StringComparison.Ordinal));
}
