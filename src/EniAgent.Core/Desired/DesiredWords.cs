using EniAgent.Core.Ownership;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Desired;

/// <summary>Why an ENI is not what it might be, and what cannot be had.</summary>
internal static class DesiredWords
{
    public static Sentence NoTable { get; } = new($"no routing table left: all {Slots.Count} are taken", $"没有可用的路由表：{Slots.Count} 个均已占用");

    public static Sentence ManyLinks { get; } = new("several links have this MAC, and none of them is the NIC for certain", "多个网卡使用此 MAC 地址，无法确定是哪一个");

    public static Sentence ClusterHasIt(uint table) => new(
        $"left to the container cluster's network, which has routes through it in table {table}", $"由容器集群网络插件管理：路由表 {table} 中有经过它的路由");

    public static Sentence ClusterMayWantIt { get; } = new(
        "left alone, for a container cluster's network has other ENIs here and may want this one: [Eni …] Manage=yes if it is ours",
        "不做改动：容器集群网络插件管理着本机的其他弹性网卡，也可能使用这一块；如需由 eni-agent 管理，请设置 [Eni …] Manage=yes");

    public static Sentence FilterStaysOn(string nic, int all) => new(
        $"[Network] RpFilter=off has no effect on {nic}: net.ipv4.conf.all.rp_filter is {all}, and the larger value counts",
        $"[Network] RpFilter=off 对 {nic} 无效：net.ipv4.conf.all.rp_filter 为 {all}，取较大者");
}
