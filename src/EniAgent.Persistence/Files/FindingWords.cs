using EniAgent.Core.Wording;

namespace EniAgent.Persistence.Files;

/// <summary>What is found in files, and what follows from it. The file stands before it.</summary>
internal static class FindingWords
{
    public static Sentence LeadsOut { get; } = new("is a link that leads out of the root", "是指向根目录之外的链接");

    public static Sentence TooLarge(long length, long most) => new($"has {length} bytes, more than {most}", $"有 {length} 字节，超过 {most}");

    public static Sentence IsFolder { get; } = new("is a folder", "是目录");

    public static Sentence IsNoFile { get; } = new("is no regular file", "不是普通文件");

    public static Sentence Unreadable(string why) => new($"cannot be read: {why}", $"无法读取：{why}");

    public static Sentence ByteOrderMark { get; } = new("begins with a byte order mark", "以字节顺序标记开头");

    public static Sentence ZeroByte { get; } = new("has a zero byte in it", "含有零字节");

    public static Sentence NotUtf8 { get; } = new("is not UTF-8", "不是 UTF-8");

    public static Sentence BelongsTo(uint user) => new($"belongs to user {user}, not to root", $"属于用户 {user}，而不是 root");

    public static Sentence WasChanged(string first) => new(
        $"was changed since the agent edited it and stays as it is; its first version is {first}", $"在 eni-agent 编辑之后又被修改，保持原样；其最初版本是 {first}");

    public static Sentence CannotGoBack(Sentence problem, string first) => new(
        $"{problem.English}: stays as it is; its first version is {first}", $"{problem.Chinese}：保持原样；其最初版本是 {first}");

    public static Sentence OptedOut { get; } = new("says ENI_AGENT=no: left alone", "其中写有 ENI_AGENT=no：不做改动");

    public static Sentence LeftAsItIs(Sentence problem) => new($"{problem.English}: left as it is", $"{problem.Chinese}：保持原样");

    public static Sentence NothingWritten(Sentence problem) => new($"{problem.English}: nothing is written", $"{problem.Chinese}：不写入任何内容");

    public static Sentence NoDefinitionAdded(Sentence problem) => new($"{problem.English}: no definition is added to", $"{problem.Chinese}：不向任何定义中添加内容");

    public static Sentence PrimaryNeedsAgent(Sentence problem) => new(
        $"{problem.English}: what the agent adds to the primary ENI does not come up without the agent", $"{problem.Chinese}：没有 eni-agent 时，它为主网卡添加的配置不会启用");

    public static Sentence AllNeedsAgent(Sentence problem) => new($"{problem.English}: nothing comes up without the agent", $"{problem.Chinese}：没有 eni-agent 时，任何配置都不会启用");

    public static Sentence IsMissing { get; } = new("is missing", "不存在");

    public static Sentence HasCarriageReturns { get; } = new("has carriage returns", "含有回车符");

    public static Sentence EndsWithCarriageReturn(Sentence reader) => new(
        $"ends with a carriage return, which {reader.English} takes for a part of the value", $"以回车符结尾，会被 {reader.Chinese} 当作值的一部分");

    public static Sentence Shell { get; } = new("a shell", "shell");

    public static Sentence NeedsShell { get; } = new(
        "is more than an assignment of a plain value, and only a shell can tell what it does", "不只是简单赋值，只有 shell 才能判断其含义");

    public static Sentence StandsTwice(string? key) => new($"{key} stands here a second time", $"{key} 在此重复出现");

    public static Sentence NotUnderstood(string? key, string? value) => new($"{key}: '{value}' cannot be understood", $"{key}：无法理解“{value}”");

    public static Sentence NoAssignment(string text) => new($"'{text}' is neither a section nor KEY=VALUE", $"“{text}”既不是节也不是 KEY=VALUE");

    public static Sentence MethodMissing { get; } = new("ipv4.method is missing", "缺少 ipv4.method");

    public static Sentence MethodTakesNone(string method) => new($"ipv4.method is {method}, beside which no address can stand", $"ipv4.method 为 {method}，不能与 IP 并存");

    public static Sentence SecondGateway { get; } = new("names a gateway for a secondary ENI: a second default route", "为辅助网卡指定了网关：会出现第二条默认路由");

    public static Sentence RulesIgnored(Version? version) => new(
        $"NetworkManager {version} reads no rules: they come only with the agent", $"NetworkManager {version} 不读取策略路由：只能由 eni-agent 添加");

    public static Sentence RulesUnknown(Version? version, Version needed) => new(
        $"NetworkManager {Known(version).English} does not know all that rules need, {needed} does: they come only with the agent",
        $"NetworkManager {Known(version).Chinese} 不支持所需的策略路由，需要 {needed}：只能由 eni-agent 添加");

    public static Sentence ReadsNoMore { get; } = new("keeps NetworkManager from reading routes and rules of this NIC", "使 NetworkManager 不再读取此网卡的路由与策略路由");

    public static Sentence OtherForm { get; } = new("is in a form beside which no other can stand", "其格式不能与其他内容并存");

    public static Sentence NoProfile(string nic) => new($"no profile in it defines {nic}", $"其中没有定义 {nic} 的连接");

    public static Sentence MadeAtBoot(string nic) => new(
        $"defines {nic} and is made anew at every boot: what the agent adds to it does not come up without the agent", $"定义了 {nic}，且每次开机重新生成：没有 eni-agent 时，它添加的配置不会启用");

    public static Sentence TwoProfiles(string nic, string other) => new($"is for {nic}, and so is {other}: both are left as they are", $"用于 {nic}，{other} 也是：二者均保持原样");

    public static Sentence ServesAny { get; } = new(
        "may serve any NIC: left as it is, and what the agent adds to the primary ENI does not come up without the agent", "可能用于任何网卡：保持原样，没有 eni-agent 时，它为主网卡添加的配置不会启用");

    public static Sentence NoFileInUse(string nic) => new($"no file in use defines {nic}", $"正在使用的文件都没有定义 {nic}");

    public static Sentence IsGone { get; } = new("is in use and is not there any more", "正在使用，但已不存在");

    public static Sentence ServesSeveral(string nic) => new(
        $"serves several NICs and comes before any file for {nic} alone", $"用于多个网卡，且排在任何只用于 {nic} 的文件之前");

    public static Sentence HasDropIns { get; } = new("serves several NICs and has drop-ins", "用于多个网卡，且带有 drop-in 文件");

    public static Sentence SystemdTooOld(int version, int needed) => new(
        $"systemd {Known(version == 0 ? null : version).English} does not know all that is needed, {needed} does: ENIs come up only with the agent",
        $"systemd {Known(version == 0 ? null : version).Chinese} 不支持所需的全部功能，需要 {needed}：弹性网卡只能由 eni-agent 启用");

    public static Sentence TooDeep { get; } = new("may be nested too deep", "嵌套可能过深");

    public static Sentence NotYaml { get; } = new("is not YAML that can be understood", "不是可以理解的 YAML");

    public static Sentence ComesAfter(string own, string id) => new($"comes after {own}: nothing is added to '{id}'", $"排在 {own} 之后：不向“{id}”添加任何内容");

    public static Sentence NoDevice(string id) => new($"no file in it defines the Ethernet device '{id}': nothing is added to it", $"其中没有文件定义以太网设备“{id}”：不向其添加任何内容");

    public static Sentence NameCannotStand { get; } = new(
        "the NIC's name cannot stand in a file's: it does not come up without the agent", "网卡名不能用作文件名：没有 eni-agent 时不会启用");

    public static Sentence NotSourced(string folder) => new($"does not source {folder}", $"没有引用 {folder}");

    public static Sentence NotDefined(string nic) => new($"does not define {nic}", $"没有定义 {nic}");

    private static Sentence Known(object? version) => version is null ? new("of unknown version", "（版本未知）") : Sentence.AsIs($"{version}");
}
