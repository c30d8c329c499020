namespace EniAgent.Core.Kernel;

/// <summary>An IPv4 setting of an interface, /proc/sys/net/ipv4/conf/INTERFACE/NAME (ip-sysctl.rst).</summary>
/// <param name="Interface">An interface name or "all".</param>
/// <param name="Name">E.g. "rp_filter".</param>
public readonly record struct SysctlKey(string Interface, string Name)
{
    /// <summary>The settings of every interface together.</summary>
    public const string All = "all";

    /// <summary>Reverse-path filtering: 0 off, 1 strict, 2 loose; the larger of "all" and the interface's counts.</summary>
    public const string RpFilter = "rp_filter";

    /// <summary>1: answer ARP only for addresses of the NIC that was asked; the larger of "all" and the interface's counts.</summary>
    public const string ArpIgnore = "arp_ignore";

    /// <summary>2: announce only addresses of the NIC that asks; the larger of "all" and the interface's counts.</summary>
    public const string ArpAnnounce = "arp_announce";

    /// <summary>1: deleting a primary address of the kernel's leaves the others of its subnet; either counts.</summary>
    public const string PromoteSecondaries = "promote_secondaries";

    /// <summary>The settings that matter here.</summary>
    public static readonly IReadOnlyList<string> Names = [RpFilter, ArpIgnore, ArpAnnounce, PromoteSecondaries];

    /// <summary>The dotted name; '/' stands for a dot in an interface name, as in sysctl(8).</summary>
    public override string ToString() => $"net.ipv4.conf.{Interface.Replace('.', '/')}.{Name}";
}
