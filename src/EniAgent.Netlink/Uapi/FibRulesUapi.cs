using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>Constants of linux/fib_rules.h, with the kernel's names.</summary>
public static class FibRulesUapi
{
    /// <summary>The rule cannot be deleted.</summary>
    public const uint FIB_RULE_PERMANENT = 0x1;

    /// <summary>The selector is negated (<c>not</c>).</summary>
    public const uint FIB_RULE_INVERT = 0x2;

    /// <summary>The target of a goto is not there.</summary>
    public const uint FIB_RULE_UNRESOLVED = 0x4;

    /// <summary>The input interface is not there.</summary>
    public const uint FIB_RULE_IIF_DETACHED = 0x8;

    /// <summary>The output interface is not there.</summary>
    public const uint FIB_RULE_OIF_DETACHED = 0x10;

    /// <summary>The rule looks a table up.</summary>
    public const byte FR_ACT_TO_TBL = 1;

    /// <summary>The rule jumps to another rule.</summary>
    public const byte FR_ACT_GOTO = 2;

    /// <summary>The rule does nothing.</summary>
    public const byte FR_ACT_NOP = 3;

    /// <summary>The rule drops silently.</summary>
    public const byte FR_ACT_BLACKHOLE = 6;

    /// <summary>The rule drops with "network unreachable".</summary>
    public const byte FR_ACT_UNREACHABLE = 7;

    /// <summary>The rule drops with "administratively prohibited".</summary>
    public const byte FR_ACT_PROHIBIT = 8;

    internal const ushort FRA_DST = 1;
    internal const ushort FRA_SRC = 2;
    internal const ushort FRA_IIFNAME = 3;
    internal const ushort FRA_GOTO = 4;
    internal const ushort FRA_PRIORITY = 6;
    internal const ushort FRA_FWMARK = 10;
    internal const ushort FRA_TUN_ID = 12;
    internal const ushort FRA_SUPPRESS_IFGROUP = 13;
    internal const ushort FRA_SUPPRESS_PREFIXLEN = 14;
    internal const ushort FRA_TABLE = 15;
    internal const ushort FRA_FWMASK = 16;
    internal const ushort FRA_OIFNAME = 17;
    internal const ushort FRA_PAD = 18;
    internal const ushort FRA_L3MDEV = 19;
    internal const ushort FRA_UID_RANGE = 20;
    internal const ushort FRA_PROTOCOL = 21;
    internal const ushort FRA_IP_PROTO = 22;
    internal const ushort FRA_SPORT_RANGE = 23;
    internal const ushort FRA_DPORT_RANGE = 24;
}

[StructLayout(LayoutKind.Sequential)]
internal struct fib_rule_hdr
{
    public byte family;
    public byte dst_len;
    public byte src_len;
    public byte tos;
    public byte table;
    public byte res1;
    public byte res2;
    public byte action;
    public uint flags;
}

[StructLayout(LayoutKind.Sequential)]
internal struct fib_rule_uid_range
{
    public uint start;
    public uint end;
}

[StructLayout(LayoutKind.Sequential)]
internal struct fib_rule_port_range
{
    public ushort start;
    public ushort end;
}
