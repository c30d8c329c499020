using EniAgent.Reporting;

namespace EniAgent.Doctor.Words;

/// <summary>What is said about files and network managers.</summary>
internal sealed class FileWords(Language language)
{
    public string Topic => language.Say("files", "配置文件");

    public string Managers => language.Say("network managers", "网络管理程序");

    public string NoBackend => language.Say("no network files are written: after a reboot ENIs wait for the agent", "不写入网络配置文件：重启后需等待 eni-agent 配置弹性网卡");

    public string Absent(string path) => language.Say($"{path} is missing: the next boot does not bring up what it should", $"缺少 {path}：下次开机不会启用应有的配置");

    public string Stale(string path) => language.Say($"{path} is out of date, or was edited by hand", $"{path} 已过时，或被手动修改");

    public string Leftover(string path) => language.Say($"{path} is a leftover of an ENI that is not attached", $"{path} 属于已解绑的弹性网卡");

    public string Differs(string change) => language.Say($"would change: {change}", $"将修改：{change}");

    public string InTheWay(string path) => language.Say($"something in {path} is in the agent's way", $"{path} 中的内容妨碍了 eni-agent");

    public string Unreadable => language.Say("network files cannot be read", "无法读取网络配置文件");

    public string InSync(string backend) => language.Say($"back end {backend}, in sync", $"持久化后端 {backend}，已同步");

    public string FormerFile(string path) => language.Say($"{path} is for a NIC that is not here", $"{path} 对应的网卡不在本机");

    public string TwoManagers(string nic, string one, string other) => language.Say($"{one} and {other} both manage {nic}", $"{one} 与 {other} 同时管理 {nic}");

    public string TwoManagersWhy => language.Say("each undoes what the other does", "二者会互相覆盖对方的配置");

    public string EndsAtBoot(string path) => language.Say($"{path} ends that at the next boot", $"{path} 在下次开机后生效，届时不再冲突");

    public string AutoProfile(string nic) => language.Say(
        $"NetworkManager has made a profile of its own for {nic}: DHCP, and a default route of its own", $"NetworkManager 为 {nic} 自动生成了连接：启用 DHCP 并添加默认路由");

    public string NextBoot(string profile) => language.Say($"from the next boot on it is {profile}", $"下次开机起使用 {profile}");

    public string Helper(string nic) => language.Say($"leftovers of an older way to configure {nic}: they stay when the ENI goes", $"{nic} 存在旧配置工具的残留：弹性网卡解绑后不会消失");

    public string HelperRule(string rule) => language.Say($"rule {rule}", $"策略路由 {rule}");
}
