using EniAgent.Reporting;

namespace EniAgent.Doctor.Words;

/// <summary>What is said about NICs, addresses, routes and rules.</summary>
internal sealed class NetworkWords(Language language)
{
    public string Nics => language.Say("NICs", "网卡");

    public string Addresses => language.Say("addresses", "内网 IP");

    public string Paths => language.Say("paths", "路由路径");

    public string Neighbours => language.Say("containers and VPNs", "容器与 VPN");

    public string NoNic(string mac) => language.Say($"metadata lists {mac}, but no interface has that MAC", $"元数据中有 {mac}，但没有网卡使用该 MAC 地址");

    public string NoNicWhy => language.Say("the NIC has not arrived in this machine, or a driver or the hypervisor lost it", "网卡尚未出现在本机，或被驱动、宿主机丢失");

    public string ManyNics(string mac) => language.Say($"several interfaces have the MAC {mac}: none is touched", $"多个网卡使用同一 MAC 地址 {mac}：均不做改动");

    public string NoEni(string nic, string mac) => language.Say($"{nic} has the MAC {mac}, which metadata does not list", $"{nic} 的 MAC 地址 {mac} 不在元数据中");

    public string NoEniWhy => language.Say("it is left alone; a NIC that was just attached or detached is here for a moment", "不做改动；刚绑定或刚解绑的网卡会短暂如此");

    public string LinkDown(string nic) => language.Say($"{nic} is down: its routes are gone, its addresses do not answer", $"{nic} 处于关闭状态：路由已丢失，内网 IP 不通");

    public string LinkGroup(string nic) => language.Say($"{nic} is not in the group that the rules rest on", $"{nic} 不在策略路由所依赖的链路组中");

    public string IsUp(string mac) => language.Say($"ENI {mac}, up", $"弹性网卡 {mac}，已启用");

    public string Missing(string address, string nic) => language.Say($"{address} is not on {nic}", $"{nic} 上缺少内网 IP {address}");

    public string Listed => language.Say("metadata lists it, the kernel does not have it", "元数据中有，内核中没有");

    public string WrongLength(string address, string nic) => language.Say(
        $"{address} stands on {nic} with the prefix length of somebody else", $"{nic} 上的 {address} 前缀长度由其他程序设置且不正确");

    public string Duplicated(string address, string nic, string other) => language.Say(
        $"{address} is an address of {nic}, and stands on {other} as well", $"{address} 属于 {nic}，但同时出现在 {other} 上");

    public string DuplicatedWhy => language.Say(
        "the fabric delivers it to the ENI only; routes and ARP answers of the other interface get in the way", "网络只会把它送到所属的弹性网卡；另一网卡的路由与 ARP 应答会造成干扰");

    public string DuplicatedOnPurpose => language.Say(
        "it does no harm there if that is on purpose, as with the virtual address of a load balancer", "如果是有意为之（例如负载均衡的虚拟 IP），则没有影响");

    public string Unlisted(string address, string nic) => language.Say($"{address} on {nic} was released in the console, and is still here", $"{nic} 上的 {address} 已在控制台释放，但仍保留在本机");

    public string ListedNoMore => language.Say("metadata no longer lists it", "元数据中已没有它");

    public string Foreign(string address, string nic) => language.Say($"{address} on {nic} is not in metadata", $"{nic} 上的 {address} 不在元数据中");

    public string ForeignWhy => language.Say(
        "somebody else's (a virtual address, perhaps): it stays; the fabric lets it pass only if the cloud knows of it", "由其他程序添加（可能是虚拟 IP）：保留不动；只有云端登记过的地址才能通信");

    public string Present(int count) => language.Say($"{count} addresses as metadata lists them", $"{count} 个内网 IP 与元数据一致");

    public string RouteInTheWay => language.Say("a route of somebody else's is in the way of the agent's", "其他程序的路由占用了所需位置");

    public string PathWrong(string nic) => language.Say($"packets from addresses of {nic} do not leave through it", $"源地址属于 {nic} 的报文没有从该网卡发出");

    public string PathWrongPrimary(string nic, string other) => language.Say(
        $"packets from addresses of {nic}, the primary ENI, leave through {other}", $"源地址属于主网卡 {nic} 的报文从 {other} 发出");

    public string Gateway => language.Say("gateway", "网关");

    public string OtherSubnet => language.Say("another subnet", "其他子网");

    public string Internet => language.Say("internet", "公网");

    public string Goes(string from, string to, string target, string way) => language.Say($"{from} to {to} ({target}): {way}", $"{from} 到 {to}（{target}）：{way}");

    public string ByRule(string rule) => language.Say($"by rule {rule}", $"命中策略路由 {rule}");

    public string ByRoute(string route) => language.Say($"by route {route}", $"命中路由 {route}");

    public string More(int count) => language.Say($"and {count} more", $"另有 {count} 条");

    public string NotThere(string what) => language.Say($"missing: {what}", $"缺少：{what}");

    public string RuleHidden(string nic) => language.Say($"a rule of somebody else's is asked before the agent's, and takes packets from {nic}", $"其他程序的策略路由优先级更高，截走了 {nic} 的报文");

    public string Symmetric(string address) => language.Say($"{address} leaves through its ENI, to gateway, other subnets and the internet", $"{address} 到网关、其他子网和公网均从所属弹性网卡发出");

    public string EarlyRule => language.Say("a rule of somebody else's is asked before the agent's; nothing goes wrong by it now", "其他程序的策略路由优先级更高；目前没有造成影响");

    public string Drift => language.Say("the kernel is not what it must be: something has been undone or is not done yet", "内核配置与期望不符：有配置被撤销或尚未完成");

    public string Change(string step) => language.Say($"to do: {step}", $"待执行：{step}");

    public string Tunnel(string link) => language.Say($"a VPN takes the primary ENI's traffic: connections from outside get no answer", $"VPN 接管了主网卡的流量（{link}）：外部发起的连接得不到应答");

    public string Cluster(string nic) => language.Say($"{nic} is left to the container cluster's network", $"{nic} 由容器集群网络插件管理，不做改动");

    public string Excluded(string nic) => language.Say($"{nic} is left alone, as the configuration says", $"按配置不管理 {nic}");

    public string Published(string nic) => language.Say(
        $"a container's port that is published on addresses of {nic} would not answer", $"在 {nic} 的内网 IP 上发布的容器端口将无法应答");

    public string PublishedWhy(string container, string way) => language.Say(
        $"a reply has the container's address ({container}) when it is routed, which no rule knows: {way}", $"应答报文在选路时源地址是容器地址（{container}），没有策略路由与之匹配：{way}");

    public string Drops(string hook) => language.Say(
        $"a firewall drops what no rule of it accepts at {hook}, packets for new ENIs and addresses too", $"防火墙在 {hook} 处丢弃没有规则放行的数据包，新网卡和新 IP 也不例外");

    public string PublishedMark => language.Say("what helps: connections that come in there are marked, and replies are routed by the mark", "解决方法：标记从该网卡进入的连接，应答按标记选路");
}
