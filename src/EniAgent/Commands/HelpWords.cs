using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary>The texts of <c>--help</c>.</summary>
internal sealed class HelpWords(Language language)
{
    public static HelpWords Current { get; } = new(Language.Current);

    public string Description => language.Say("Description:", "说明：");

    public string Usage => language.Say("Usage:", "用法：");

    public string Arguments => language.Say("Arguments:", "参数：");

    public string Options => language.Say("Options:", "选项：");

    public string Commands => language.Say("Commands:", "命令：");

    public string CommandPlace => language.Say("[command]", "[命令]");

    public string OptionsPlace => language.Say("[options]", "[选项]");

    public string Program => language.Say(
        "Configures the elastic network interfaces of this machine as its instance metadata says.", "按照实例元数据配置本机的弹性网卡。");

    public string Daemon => language.Say("Run as the service: converge, watch, until SIGTERM", "作为服务运行：同步配置并持续监视，直到收到 SIGTERM");

    public string Sync => language.Say("Converge once, now, and exit", "立即同步一次，然后退出");

    public string Plan => language.Say("Show what sync would change; change nothing", "显示 sync 将做的变更，不做任何更改");

    public string Status => language.Say(
        "Show ENIs, addresses, files, what is wrong and what is waited for", "显示弹性网卡、IP 地址、配置文件的状态、存在的问题及正在等待的事项");

    public string Snapshot => language.Say("Save what metadata says, to replay it anywhere", "保存实例元数据快照，可在别处重放");

    public string Saved => language.Say("Plan against a saved snapshot, and ask nobody", "以保存的快照为准，不访问实例元数据");

    public string SaveAs => language.Say("Where to; standard output when there is none", "保存位置；缺省为标准输出");

    public string Doctor => language.Say("Find what is wrong or about to be, and say what to do about it", "诊断已有和潜在的问题，并给出处理命令");

    public string Report => language.Say("Also write a text file for a support case, without secrets", "另外生成一份用于技术支持的文本报告，不含密码和密钥");

    public string Release => language.Say("Remove everything the agent owns, restore what it changed", "移除本程序添加的全部配置，并还原其改动");

    public string ConfigCommand => language.Say("Show the configuration in effect and where each value comes from", "显示当前生效的配置及各项取值的来源");

    public string Config => language.Say("Configuration file", "配置文件");

    public string Root => language.Say("Prefix of every file that is read or written [default: /]", "所有读写文件的路径前缀 [默认：/]");

    public string Json => language.Say("Print JSON", "以 JSON 格式输出");

    public string Verbose => language.Say("Log every detail", "输出详细日志");

    public string ExitCode => language.Say("Exit with 4 when there are changes", "有变更时以退出码 4 结束");

    public string ForImage => language.Say("Leave no trace of this instance, as before making an image", "清除本实例的全部痕迹，用于制作镜像之前");

    public string Check => language.Say("Validate only", "仅校验配置");

    public string Watch => language.Say("Refresh in place every 2 seconds or as told until Ctrl-C", "原地刷新，默认每 2 秒一次，按 Ctrl-C 结束");

    public string Help => language.Say("Show help and usage information", "显示帮助与用法");

    public string Version => language.Say("Show version information", "显示版本");

    public string FilePlace => language.Say("FILE", "文件");

    public string FolderPlace => language.Say("DIR", "目录");

    public string SecondsPlace => language.Say("SECONDS", "秒");
}
