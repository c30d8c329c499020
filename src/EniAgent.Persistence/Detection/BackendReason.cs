namespace EniAgent.Persistence.Detection;

/// <summary>What a back end was chosen by.</summary>
public enum BackendCause
{
    /// <summary>Nothing yet: no network files are written.</summary>
    NotLooked,

    /// <summary>The network managers' files cannot all be read.</summary>
    Unreadable,

    /// <summary>The configuration.</summary>
    Configured,

    /// <summary>The configuration names one that this version has not; the detail is its name.</summary>
    Unsupported,

    /// <summary>The classic network.service.</summary>
    NetworkService,

    /// <summary>NetworkManager.</summary>
    NetworkManager,

    /// <summary>NetworkManager, whose plugin for ifcfg files has the primary NIC.</summary>
    NetworkManagerIfcfg,

    /// <summary>NetworkManager, with a definition of netplan's; the detail is its id.</summary>
    NetworkManagerNetplan,

    /// <summary>systemd-networkd; the detail is its file for the primary NIC.</summary>
    Networkd,

    /// <summary>ifupdown.</summary>
    Ifupdown,

    /// <summary>None manages the primary NIC.</summary>
    NoneFound,
}

/// <summary>Why a back end was chosen.</summary>
/// <param name="Cause">What it was chosen by.</param>
/// <param name="Detail">What more there is to say, see <see cref="BackendCause"/>; empty for nothing.</param>
public sealed record BackendReason(BackendCause Cause, string Detail = "")
{
    /// <summary>In one line of English.</summary>
    public override string ToString() => Cause switch
    {
        BackendCause.Unreadable => "not all of the network managers' files can be read",
        BackendCause.Configured => "the configuration says so",
        BackendCause.Unsupported => $"this version writes no files for {Detail}",
        BackendCause.NetworkService => "network.service is in use",
        BackendCause.NetworkManager => "NetworkManager is in use",
        BackendCause.NetworkManagerIfcfg => "NetworkManager is in use, with its plugin for ifcfg files",
        BackendCause.NetworkManagerNetplan => $"NetworkManager is in use, with netplan's definition of '{Detail}'",
        BackendCause.Networkd => $"systemd-networkd is in use, with {Detail}",
        BackendCause.Ifupdown => "ifupdown is in use",
        BackendCause.NoneFound => "no network manager was found that manages the primary NIC",
        _ => "no network files are written",
    };
}
