using EniAgent.Reporting;

namespace EniAgent.Doctor.Words;

/// <summary>What is said about the machine and the agent itself.</summary>
internal sealed class MachineWords(Language language)
{
    public string Kernel => language.Say("kernel, clock, permissions", "内核、时钟、权限");

    public string Agent => language.Say("agent", "eni-agent 自身");

    public string Lacks(string feature, string release) => language.Say($"kernel {release} cannot do everything: {feature}", $"内核 {release} 缺少部分功能：{feature}");

    public string CostsSuppression => language.Say(
        "each destination that main has elsewhere gets a rule; a route that is added later counts once the agent has seen it", "主路由表中每个其他目的网段各需一条策略路由；之后新增的路由要等 eni-agent 发现后才生效");

    public string CostsGroup => language.Say("more rules, which jump over one another: the same meaning", "需要更多相互跳转的策略路由，效果相同");

    public string CostsRuleProtocol => language.Say("rules carry no name: whose they are is known by the agent's memory alone", "策略路由无法标记归属：只能依靠 eni-agent 自己的记录");

    public string CostsMetric => language.Say("the subnet's route is the agent's own: after a link flap it is missing until the agent puts it back", "子网路由由 eni-agent 添加：网卡闪断后要等它补回");

    public string CostsNoPrefix => language.Say("in a subnet that ENIs share, unbound traffic may leave through the secondary one", "多网卡同子网时，未绑定源地址的流量可能从辅助网卡发出");

    public string CostsGateway => language.Say("default routes of the ENIs' tables are on-link", "各弹性网卡路由表的默认路由使用 onlink");

    public string CostsDump => language.Say("with thousands of routes each look takes longer", "路由达数千条时每次检查耗时更长");

    public string ClockAhead(string what, string time) => language.Say($"the clock was set back: {what} of the agent's is in the future", $"时钟被回拨：eni-agent 的 {what} 在未来（{time}）");

    public string ClockWrong(string time) => language.Say($"the clock says {time}, before this program was made", $"时钟显示 {time}，早于本程序的发布时间");

    public string NotRoot => language.Say("not run by root: not everything can be seen", "未以 root 运行：部分信息不可见");

    public string NotSeen(string path) => language.Say($"{path} cannot be read", $"无法读取 {path}");

    public string NoCapability => language.Say("changing the network is not allowed here: CAP_NET_ADMIN is missing", "没有修改网络的权限：缺少 CAP_NET_ADMIN");

    public string Folder => language.Say("a folder of the agent's is open to others, and not believed", "eni-agent 的目录可被他人写入，内容不被采信");

    public string ReadOnly(string path) => language.Say($"{path} cannot be written to: nothing is remembered", $"{path} 不可写：无法保存状态");

    public string Fine(string release) => language.Say($"kernel {release}", $"内核 {release}");

    public string NoDaemon => language.Say("the service does not run: changes in the console are not followed", "服务未运行：不会跟随控制台的变更");

    public string Running(int pid) => language.Say($"the service runs, process {pid}", $"服务正在运行，进程 {pid}");

    public string Troubled => language.Say("the service reports trouble", "服务报告异常");

    public string Stuck(int pid) => language.Say($"process {pid} holds the lock and does nothing", $"进程 {pid} 持有锁但没有进展");

    public string LastReport(string time) => language.Say($"its last report is of {time}", $"上次写入状态的时间：{time}");

    public string Holder(int pid) => language.Say($"another eni-agent works at this moment: process {pid}", $"另一个 eni-agent 正在运行：进程 {pid}");

    public string Interrupted => language.Say("a process was ended in the middle of changes", "有进程在变更途中被终止");

    public string Clone => language.Say("this machine was made from an image of another one, whose memory and addresses are here", "本机由其他实例的镜像创建，仍保留原实例的状态与地址");

    public string CloneIds(string former, string now) => language.Say($"state.json is of {former}, this is {now}", $"state.json 属于 {former}，本机为 {now}");

    public string NoMatch(string section) => language.Say($"{section} in the configuration means no ENI that is here", $"配置中的 {section} 没有匹配到任何弹性网卡");
}
