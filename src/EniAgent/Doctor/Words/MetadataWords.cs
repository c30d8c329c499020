using EniAgent.Reporting;

namespace EniAgent.Doctor.Words;

/// <summary>What is said about metadata.</summary>
internal sealed class MetadataWords(Language language)
{
    public string Topic => language.Say("metadata", "实例元数据");

    public string Unreachable => language.Say("instance metadata cannot be read: nothing new is learned, and nothing removed", "无法读取实例元数据：不会得知新的变更，也不会删除任何配置");

    public string Remembered => language.Say("what follows goes by what metadata said before", "以下检查以此前读到的元数据为准");

    public string NeverAnswered => language.Say("it has not answered since boot: ENIs and addresses are not known", "本次开机后从未应答：弹性网卡与内网 IP 均未知");

    public string Way(string from, string way) => language.Say($"the kernel's way to it from {from}: {way}", $"内核从 {from} 访问它的路径：{way}");

    public string Slow(long milliseconds) => language.Say($"instance metadata takes {milliseconds} ms a request", $"实例元数据每个请求耗时 {milliseconds} 毫秒");

    public string SlowMatters(string timeout) => language.Say(
        $"changes are noticed late, and not at all beyond [Metadata] Timeout={timeout}", $"变更会被延迟发现；超过 [Metadata] Timeout={timeout} 则无法发现");

    public string Answers(long milliseconds) => language.Say($"answers within {milliseconds} ms", $"在 {milliseconds} 毫秒内应答");

    public string WrongWay(string nic) => language.Say(
        $"main sends requests to instance metadata through {nic}, not through the primary ENI", $"主路由表把实例元数据的请求送往 {nic}，而不是主网卡");

    public string Detour => language.Say(
        "eni-agent tries its other addresses by turns; a program that does not has no metadata", "eni-agent 会轮流尝试其他内网 IP；不会轮流尝试的程序无法访问元数据");

    public string Faulty(string mac) => language.Say($"metadata of ENI {mac} cannot be used: it stays what it was", $"弹性网卡 {mac} 的元数据不可用：保持原有配置不变");

    public string Pending(string mac) => language.Say($"metadata of ENI {mac} is not complete yet", $"弹性网卡 {mac} 的元数据尚不完整");
}
