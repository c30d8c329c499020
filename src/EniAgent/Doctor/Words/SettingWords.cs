using EniAgent.Reporting;

namespace EniAgent.Doctor.Words;

/// <summary>What is said about settings.</summary>
internal sealed class SettingWords(Language language)
{
    public string Topic => language.Say("settings", "内核参数");

    public string Strict(string nic) => language.Say($"reverse-path filtering is strict on {nic}: it drops packets that are right", $"{nic} 的反向路径过滤为严格模式：会丢弃正常报文");

    public string Effective(int nic, int all) => language.Say($"rp_filter is {nic}, that of all is {all}, and the larger counts", $"rp_filter 为 {nic}，all 为 {all}，取较大者");

    public string Refused => language.Say("[Network] RpFilter= cannot be had", "[Network] RpFilter= 无法生效");

    public string Arp(string nic) => language.Say(
        $"{nic} shares its subnet with another ENI, and each answers ARP for the other's addresses", $"{nic} 与另一弹性网卡同在一个子网，会互相应答对方内网 IP 的 ARP");

    public string Promote(string nic) => language.Say($"deleting one address of {nic} would delete others of its subnet", $"删除 {nic} 的一个内网 IP 会连带删除同子网的其他 IP");

    public string Is(string key, int value, int wanted) => language.Say($"{key} is {value}, must be {wanted}", $"{key} 为 {value}，应为 {wanted}");

    public string SetBy(string line) => language.Say($"set by {line}", $"由此设置：{line}");

    public string SetByNone => language.Say("no file sets it: it is the kernel's default, or was typed", "没有文件设置它：来自内核默认值或手动执行");

    public string FileUndoes(string nic, string setting) => language.Say($"a file undoes {setting} of {nic} at the next boot", $"有文件会在下次开机时改回 {nic} 的 {setting}");

    public string WinsOver(string ours) => language.Say($"it is read after {ours}", $"它在 {ours} 之后读取");

    public string Fine(string nic) => language.Say($"rp_filter and ARP of {nic} are as they must be", $"{nic} 的 rp_filter 与 ARP 参数正确");
}
