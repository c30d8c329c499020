using EniAgent.Core.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>
/// Finds out what the kernel can do. A release that has a feature has it; where the release says no, distributions may have taken it into their older kernel, so
/// features of rules are tried with one that can match nothing, read back and removed.
/// </summary>
public static class FeatureProbe
{
    /// <summary>
    /// The environment variable that switches features off, so that the shipped file can be tried as on an older kernel: names of
    /// <see cref="KernelFeatures"/>'s properties, separated by commas.
    /// </summary>
    public const string WithoutVariable = "ENI_AGENT_KERNEL_WITHOUT";

    // 255.255.255.255 can be nobody's source.
    private static readonly InetAddress Nobody = InetAddress.FromIPv4(uint.MaxValue);

    /// <summary>What the release and the switch-off variable say; nothing is tried.</summary>
    /// <param name="release">The kernel's version.</param>
    /// <param name="without">The value of <see cref="WithoutVariable"/>.</param>
    public static KernelFeatures Assume(Version release, string? without)
    {
        var off = Names(without);
        bool Has(string name, int major, int minor) => !off.Contains(name) && release >= new Version(major, minor);
        return new KernelFeatures
        {
            RuleSuppression = Has(nameof(KernelFeatures.RuleSuppression), 3, 12),
            RuleSuppressGroup = Has(nameof(KernelFeatures.RuleSuppressGroup), 3, 12),
            RuleProtocol = Has(nameof(KernelFeatures.RuleProtocol), 4, 17),
            AddressProtocol = Has(nameof(KernelFeatures.AddressProtocol), 5, 18),
            AddressMetric = Has(nameof(KernelFeatures.AddressMetric), 4, 18),
            NoPrefixRoute = Has(nameof(KernelFeatures.NoPrefixRoute), 4, 16),
            GatewayInOwnTable = Has(nameof(KernelFeatures.GatewayInOwnTable), 4, 4),
            StrictDump = Has(nameof(KernelFeatures.StrictDump), 4, 20),
        };
    }

    /// <summary>
    /// Makes sure that the kernel lets us change its network, before anything is changed: a part that is allowed (root may write
    /// sysctls without the capability) would be a half. What is asked for is the removal of a rule that cannot be there.
    /// </summary>
    /// <exception cref="NetworkStackException">CAP_NET_ADMIN is missing.</exception>
    internal static void RequirePrivilege(RouteSocket socket, uint priority)
    {
        var batch = new RequestBatch();
        batch.DeleteRule(new RuleMessage { Family = 2, Priority = priority, Source = Nobody, SourceLength = 32, Table = 254 });
        if (socket.Execute(batch)[0].Errno is Errno.EPERM or Errno.EACCES)
        {
            throw new NetworkStackException("changing the network needs CAP_NET_ADMIN: run it as root", FailureKind.Denied);
        }
    }

    /// <summary>Tries what the release denies.</summary>
    internal static KernelFeatures Probe(RouteSocket socket, KernelFeatures assumed, string? without, uint priority)
    {
        if (assumed is { RuleSuppression: true, RuleSuppressGroup: true, RuleProtocol: true } || without is not null)
        {
            return assumed;
        }

        var probe = new RuleMessage
        {
            Family = 2,
            Priority = priority,
            Source = Nobody,
            SourceLength = 32,
            Table = 254,
            SuppressPrefixLength = 0,
            SuppressInterfaceGroup = 1,
            Protocol = 1,
        };
        var batch = new RequestBatch();
        batch.AddRule(probe);
        if (socket.Execute(batch)[0].Errno is not 0 and not Errno.EEXIST)
        {
            return assumed;
        }

        var back = socket.DumpRules(2).FirstOrDefault(rule => rule.Priority == priority && rule.Source == Nobody);
        batch.Clear();
        batch.DeleteRule(back ?? probe);
        socket.Execute(batch);
        return back is null ? assumed : assumed with
        {
            RuleSuppression = back.SuppressPrefixLength == 0,
            RuleSuppressGroup = back.SuppressInterfaceGroup == 1,
            RuleProtocol = back.Protocol == 1,
        };
    }

    /// <summary>What the release denies and rules that are there prove: those of the agent's use what it has found by trying.</summary>
    internal static KernelFeatures See(IReadOnlyCollection<RuleMessage> rules, KernelFeatures assumed) => assumed with
    {
        RuleSuppression = assumed.RuleSuppression || rules.Any(rule => rule.SuppressPrefixLength is not null),
        RuleSuppressGroup = assumed.RuleSuppressGroup || rules.Any(rule => rule.SuppressInterfaceGroup is not null),
        RuleProtocol = assumed.RuleProtocol || rules.Any(rule => rule.Protocol is not null),
    };

    private static HashSet<string> Names(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
