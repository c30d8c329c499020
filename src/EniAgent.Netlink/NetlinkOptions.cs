namespace EniAgent.Netlink;

/// <summary>How a socket is opened. The defaults take everything the kernel offers; the switches make it look like an older one.</summary>
public sealed record NetlinkOptions
{
    /// <summary>What <see cref="RouteSocket.Open"/> and <see cref="RouteMonitor.Open"/> use when nothing is said.</summary>
    public static NetlinkOptions Default { get; } = new();

    /// <summary>Do not ask for strict checking and kernel-side dump filters (NETLINK_GET_STRICT_CHK, 4.20).</summary>
    public bool DisableStrictDump { get; init; }

    /// <summary>Do not ask for extended or capped acknowledgements (NETLINK_EXT_ACK, 4.12; NETLINK_CAP_ACK, 4.3).</summary>
    public bool DisableExtendedAcks { get; init; }

    /// <summary>Receive buffer to ask for, in bytes; the kernel accounts about twice that. 0 leaves the system's default.
    /// Beyond <c>net.core.rmem_max</c> it takes CAP_NET_ADMIN; what was had is what is used.</summary>
    public int ReceiveBufferSize { get; init; } = 4 << 20;

    /// <summary>How long to wait for an answer before reporting ETIMEDOUT. The kernel answers rtnetlink while it takes the request: this is a safety net.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
