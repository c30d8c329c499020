using System.Globalization;
using EniAgent.Configuration;
using EniAgent.Core.Wording;

namespace EniAgent.Reporting;

/// <summary>The texts of <c>status</c>. What the operating system says stays as it is.</summary>
internal sealed class StatusWords(Language language)
{
    public string State => language.Say("state", "状态");

    public string Instance => language.Say("instance", "实例");

    public string Daemon => language.Say("daemon", "守护进程");

    public string Lock => language.Say("lock", "锁");

    public string BackEnd => language.Say("back end", "后端");

    public string Files => language.Say("files", "网络配置");

    public string Note => language.Say("file", "配置提示");

    public string LastSync => language.Say("last sync", "上次同步");

    public string LastChange => language.Say("last change", "上次变更");

    public string WaitingFor => language.Say("waiting for", "正在等待");

    public string Error => language.Say("error", "错误");

    public string NotSeen => language.Say("not seen", "无法读取");

    /// <summary>What comes from below.</summary>
    public string Say(Sentence sentence) => language.Say(sentence);

    /// <summary>The columns of the labels above, and the distance to what they label.</summary>
    public int LabelWidth => language.IsChinese ? 10 : 13;

    /// <summary>The headings of the table of ENIs.</summary>
    public string[] Headings => language.IsChinese ? ["弹性网卡", "接口", "MAC", "子网", "路由表", "状态"] : ["ENI", "INTERFACE", "MAC", "SUBNET", "TABLE", "STATE"];

    public string Unknown => language.Say("unknown", "未知");

    public string NotRunning => language.Say("not running", "未运行");

    public string FilesState(bool isInSync) => isInSync ? language.Say("in sync", "已同步") : language.Say("not in sync", "未同步");

    public string Eni(bool isPrimary) => isPrimary ? language.Say("primary", "主网卡") : language.Say("secondary", "辅助网卡");

    public string Address(bool isPrimary) => isPrimary ? language.Say("primary", "主内网 IP") : language.Say("", "辅助内网 IP");

    public string PublicAddress(string address, string? mode) =>
        $"EIP {address}" + (mode is null ? "" : language.Say($" ({mode})", $"（{mode}）"));

    public string Running(int pid) => language.Say($"running, process {pid}", $"运行中，进程 {pid}");

    public string HeldBy(int pid) => language.Say($"held by process {pid}, another command that is at work", $"由进程 {pid}（另一条正在执行的命令）持有");

    public string ErrorOfEni(Sentence error) => language.Say($"error: {error.English}", $"错误：{error.Chinese}");

    /// <summary>Where an ENI is in its VPC; empty where nothing is known.</summary>
    public string Place(EniReport eni) => string.Join(language.Say(", ", "，"), new[]
    {
        eni.Gateway is { } gateway ? language.Say($"gateway {gateway}", $"网关 {gateway}") : "",
        eni.SubnetId is { } subnet ? language.Say(subnet, $"子网 {subnet}") : "",
        eni.VpcId is { } vpc ? language.Say(vpc, $"私有网络 {vpc}") : "",
    }.Where(text => text.Length > 0));

    /// <summary>A state of the machine, an ENI or an address; in English the word that programs are told.</summary>
    public string StateOf(string state) => language.Say(state, state switch
    {
        "in-sync" => "已同步",
        "converging" => "同步中",
        "degraded" => "异常",
        "waiting-for-metadata" => "等待元数据",
        "failed" => "失败",
        "excluded" => "不管理",
        "no-link" => "未见网卡",
        "pending" => "等待中",
        "ok" => "正常",
        "missing" => "缺失",
        "adopted" => "沿用",
        "conflict" => "冲突",
        _ => state,
    });

    /// <summary>Which back end, and why this one.</summary>
    public string BackEndIs(BackendReport backend) =>
        language.Say($"{backend.Name}: {backend.Reason}", $"{backend.Name}：{backend.Why.Chinese}");

    /// <summary>What is not seen by whom.</summary>
    public string Hidden(IEnumerable<string> paths, bool isRoot) =>
        string.Join(language.Say(", ", "，"), paths) + (isRoot ? "" : language.Say(" (root may read them)", "（请以 root 身份查看）"));

    /// <summary>A time of the local clock, and how long ago that is.</summary>
    public string Time(DateTimeOffset? time, DateTimeOffset now) =>
        time is not { } at ? language.Say("never", "从未") : $"{Clock(at)}{(at <= now ? language.Say($" ({Age(now - at)})", $"（{Age(now - at)}）") : "")}";

    /// <summary>The first line of a report that is refreshed.</summary>
    public string Watched(DateTimeOffset now, TimeSpan interval) => language.Say(
        $"{Clock(now)}, every {DurationSyntax.Format(interval)} until Ctrl-C", $"{Clock(now)}，每 {DurationSyntax.Format(interval)} 刷新一次，按 Ctrl-C 结束");

    /// <summary>For lines that a terminal has no room for.</summary>
    public string MoreLines(int count) => language.Say(
        $"({count} more {(count == 1 ? "line" : "lines")}: the terminal is too short)", $"（终端高度不足，另有 {count} 行未显示）");

    /// <summary>Something that is waited for.</summary>
    public string Wait(WaitReport wait, DateTimeOffset now) => wait.For switch
    {
        WaitFor.Metadata => language.Say("an answer of the metadata service", "实例元数据服务应答") + Tried(wait, now),
        WaitFor.Nic => language.Say($"the NIC of {wait.Eni}, which metadata lists", $"弹性网卡 {wait.Eni} 在系统内出现（元数据中已列出）"),
        WaitFor.Eni => language.Say($"metadata to list {wait.Eni}, whose NIC is there", $"元数据列出 {wait.Eni}（系统内已有该网卡）"),
        WaitFor.Documents => language.Say($"the metadata of {wait.Eni} to be complete: {wait.Detail}", $"弹性网卡 {wait.Eni} 的元数据补齐：{wait.More?.Chinese}"),
        WaitFor.Confirmation when wait.Detail is { } addresses => language.Say(
            $"a second look to confirm that {wait.Eni} has lost {addresses}", $"再次读取元数据，以确认弹性网卡 {wait.Eni} 已释放 {addresses}"),
        WaitFor.Confirmation => language.Say($"a second look to confirm that {wait.Eni} is detached", $"再次读取元数据，以确认弹性网卡 {wait.Eni} 已解绑"),
        WaitFor.Retry => language.Say(
            $"{At(wait)}: then changes are tried again that cost the machine its contact", $"{At(wait)} 再次尝试曾导致失联并已回退的变更"),
        WaitFor.Repair => language.Say(
            $"{At(wait)}: then what somebody keeps changing is repaired again", $"{At(wait)} 再次修复（其他程序反复改动网络配置）"),
        _ => string.Join(' ', new[] { wait.For, wait.Eni, wait.Detail }.Where(text => text is not null)),
    };

    private static string Clock(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private string At(WaitReport wait) => wait.Until is { } until ? Clock(until) : Unknown;

    private string Tried(WaitReport wait, DateTimeOffset now) =>
        (wait.Since is { } ? language.Say($" since {Time(wait.Since, now)}", $"，自 {Time(wait.Since, now)}起") : "")
        + (wait.Attempts is > 0 ? language.Say($", {wait.Attempts} {(wait.Attempts == 1 ? "attempt" : "attempts")}", $"，已尝试 {wait.Attempts} 次") : "");

    private string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => language.Say($"{(int)age.TotalSeconds} s ago", $"{(int)age.TotalSeconds} 秒前"),
        { TotalHours: < 1 } => language.Say($"{(int)age.TotalMinutes} min ago", $"{(int)age.TotalMinutes} 分钟前"),
        { TotalDays: < 2 } => language.Say($"{(int)age.TotalHours} h ago", $"{(int)age.TotalHours} 小时前"),
        _ => language.Say($"{(int)age.TotalDays} days ago", $"{(int)age.TotalDays} 天前"),
    };
}
