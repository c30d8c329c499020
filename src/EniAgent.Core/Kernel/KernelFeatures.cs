namespace EniAgent.Core.Kernel;

/// <summary>What this kernel can do, probed, never assumed: old kernels accept attributes that they do not know and ignore them.</summary>
public sealed record KernelFeatures
{
    /// <summary>FRA_SUPPRESS_PREFIXLEN (3.12).</summary>
    public bool RuleSuppression { get; init; } = true;

    /// <summary>FRA_SUPPRESS_IFGROUP (3.12).</summary>
    public bool RuleSuppressGroup { get; init; } = true;

    /// <summary>FRA_PROTOCOL (4.17).</summary>
    public bool RuleProtocol { get; init; } = true;

    /// <summary>IFA_PROTO (5.18).</summary>
    public bool AddressProtocol { get; init; } = true;

    /// <summary>IFA_RT_PRIORITY (4.18).</summary>
    public bool AddressMetric { get; init; } = true;

    /// <summary>IFA_F_NOPREFIXROUTE for IPv4 (4.16).</summary>
    public bool NoPrefixRoute { get; init; } = true;

    /// <summary>A gateway is looked up in the route's own table (4.4); before, it must be reachable through main.</summary>
    public bool GatewayInOwnTable { get; init; } = true;

    /// <summary>NETLINK_GET_STRICT_CHK (4.20): dumps are filtered in the kernel.</summary>
    public bool StrictDump { get; init; } = true;
}
