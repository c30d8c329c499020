using EniAgent.Core.Wording;

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
    /// <summary>In one line.</summary>
    public Sentence Said => Cause switch
    {
        BackendCause.Unreadable => new("not all of the network managers' files can be read", "无法读取网络管理程序的全部文件"),
        BackendCause.Configured => new("the configuration says so", "由配置指定"),
        BackendCause.Unsupported => new($"this version writes no files for {Detail}", $"此版本不写入 {Detail} 的文件"),
        BackendCause.NetworkService => new("network.service is in use", "正在使用 network.service"),
        BackendCause.NetworkManager => new("NetworkManager is in use", "正在使用 NetworkManager"),
        BackendCause.NetworkManagerIfcfg => new("NetworkManager is in use, with its plugin for ifcfg files", "正在使用 NetworkManager 及其 ifcfg 插件"),
        BackendCause.NetworkManagerNetplan => new(
            $"NetworkManager is in use, with netplan's definition of '{Detail}'", $"正在使用 NetworkManager，主网卡由 netplan 的“{Detail}”定义"),
        BackendCause.Networkd => new($"systemd-networkd is in use, with {Detail}", $"正在使用 systemd-networkd，主网卡的文件为 {Detail}"),
        BackendCause.Ifupdown => new("ifupdown is in use", "正在使用 ifupdown"),
        BackendCause.NoneFound => new("no network manager was found that manages the primary NIC", "未发现管理主网卡的网络管理程序"),
        _ => new("no network files are written", "不写入网络配置文件"),
    };
}
