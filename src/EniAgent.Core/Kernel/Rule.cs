using EniAgent.Core.Addressing;

namespace EniAgent.Core.Kernel;

/// <summary>A routing policy rule as the kernel has it (linux/fib_rules.h).</summary>
public sealed record Rule
{
    /// <summary>The address family.</summary>
    public AddressFamily Family { get; init; } = AddressFamily.IPv4;

    /// <summary>The priority; the smallest is asked first.</summary>
    public required uint Priority { get; init; }

    /// <summary>The source selector; null for all.</summary>
    public IpPrefix? From { get; init; }

    /// <summary>The destination selector; null for all.</summary>
    public IpPrefix? To { get; init; }

    /// <summary>The selector of sockets bound to a device.</summary>
    public string? OutputInterface { get; init; }

    /// <summary>The table that is asked; null for a rule that jumps.</summary>
    public uint? Table { get; init; }

    /// <summary>The priority that is jumped to; null for a rule that looks a table up.</summary>
    public uint? Goto { get; init; }

    /// <summary>An answer whose prefix is this long or shorter does not count; null for none.</summary>
    public int? SuppressPrefixLength { get; init; }

    /// <summary>An answer through a link of this group does not count; null for none.</summary>
    public uint? SuppressGroup { get; init; }

    /// <summary>FRA_PROTOCOL: who put it there; 0 where not told.</summary>
    public byte Protocol { get; init; }

    /// <summary>True when the rule has selectors or an action that this record does not hold (marks, ports, uids, inversion …): never one of ours.</summary>
    public bool HasMore { get; init; }

    /// <summary>The adapter's own picture of the object, with which it can be put back exactly as it was; not part of its identity.</summary>
    public object? Native { get; init; }

    /// <summary>Everything that makes two rules the same for traffic: who put it there does not.</summary>
    public RuleKey Key => new(Family, Priority, From, To, OutputInterface, Table, Goto, SuppressPrefixLength, SuppressGroup, HasMore);

    /// <summary>Whether both are the same in everything but the adapter's own picture.</summary>
    internal bool IsSameAs(Rule other) =>
        Family == other.Family && Priority == other.Priority && From == other.From && To == other.To && OutputInterface == other.OutputInterface && Table == other.Table
        && Goto == other.Goto && SuppressPrefixLength == other.SuppressPrefixLength && SuppressGroup == other.SuppressGroup && Protocol == other.Protocol && HasMore == other.HasMore;
}

/// <summary>What makes two rules the same for traffic.</summary>
/// <param name="Family">The address family.</param>
/// <param name="Priority">The priority.</param>
/// <param name="From">The source selector.</param>
/// <param name="To">The destination selector.</param>
/// <param name="OutputInterface">The selector of bound sockets.</param>
/// <param name="Table">The table that is asked.</param>
/// <param name="Goto">The priority that is jumped to.</param>
/// <param name="SuppressPrefixLength">The prefix suppressor.</param>
/// <param name="SuppressGroup">The group suppressor.</param>
/// <param name="HasMore">Whether there is more to it.</param>
public readonly record struct RuleKey(
    AddressFamily Family, uint Priority, IpPrefix? From, IpPrefix? To, string? OutputInterface, uint? Table, uint? Goto, int? SuppressPrefixLength, uint? SuppressGroup, bool HasMore);
