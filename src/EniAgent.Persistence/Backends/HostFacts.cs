namespace EniAgent.Persistence.Backends;

/// <summary>What a rendering must know of the machine's programs: never assumed, read from their files.</summary>
public sealed record HostFacts
{
    /// <summary>systemd's version, e.g. 252; 0 where not known: then only what the oldest understands is written.</summary>
    public int SystemdVersion { get; init; }

    /// <summary>NetworkManager's version, e.g. 1.42; null where it is not installed or not known.</summary>
    public Version? NetworkManagerVersion { get; init; }

    /// <summary>Whether NetworkManager brings the primary NIC up now.</summary>
    public bool NetworkManagerManages { get; init; }

    /// <summary>Whether this iproute2 reads the folders rt_tables.d and rt_protos.d.</summary>
    public bool IprouteReadsFolders { get; init; } = true;

    /// <summary>
    /// The file that defines each NIC now, by the NIC's name, as far as its manager tells: for networkd the NETWORK_FILE= of /run/systemd/netif/links,
    /// e.g. "eth0" → "/etc/systemd/network/80-cloud.network".
    /// </summary>
    public IReadOnlyDictionary<string, string> Definitions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The profile with which NetworkManager has brought each NIC up, by the NIC's name: the connection-uuid= of /run/NetworkManager/devices.
    /// </summary>
    public IReadOnlyDictionary<string, string> Profiles { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
