using EniAgent.Core.Addressing;

namespace EniAgent.Core.Kernel;

/// <summary>What the kernel has, as far as it matters to the ENIs; read afresh for every reconciliation.</summary>
public sealed record ObservedState
{
    /// <summary>The links whose MAC was asked for.</summary>
    public IReadOnlyList<Link> Links { get; init; } = [];

    /// <summary>Every address of the machine.</summary>
    public IReadOnlyList<LinkAddress> Addresses { get; init; } = [];

    /// <summary>The simple unicast routes through those links in every table, those with our protocol, and all of main where <see cref="ObserveRequest.AllMainRoutes"/> was asked for.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>True when main has a default route of anybody but us, whatever kind and link.</summary>
    public bool MainHasForeignDefault { get; init; }

    /// <summary>Every rule.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>The settings of those links, and of "all".</summary>
    public IReadOnlyDictionary<SysctlKey, int> Sysctls { get; init; } = new Dictionary<SysctlKey, int>();

    /// <summary>The name of a link, for people; its index where it is not known.</summary>
    public string LinkName(int index) => Links.FirstOrDefault(link => link.Index == index)?.Name ?? $"#{index}";

    /// <summary>A setting's value; 0 where it is not there.</summary>
    public int Sysctl(string linkName, string name) => Sysctls.GetValueOrDefault(new SysctlKey(linkName, name));

    /// <summary>
    /// Whether both say the same of everything that a decision is made by, in the same order. The adapter's own pictures do not count: in them are lifetimes, which
    /// run, and other things that no decision is made by.
    /// </summary>
    public bool SaysTheSameAs(ObservedState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return MainHasForeignDefault == other.MainHasForeignDefault
            && AreSame(Links, other.Links, static (one, two) => one == two)
            && AreSame(Addresses, other.Addresses, static (one, two) => one.IsSameAs(two))
            && AreSame(Routes, other.Routes, static (one, two) => one.IsSameAs(two))
            && AreSame(Rules, other.Rules, static (one, two) => one.IsSameAs(two))
            && AreSame(Sysctls, other.Sysctls);
    }

    private static bool AreSame<T>(IReadOnlyList<T> some, IReadOnlyList<T> others, Func<T, T, bool> areSame)
    {
        if (some.Count != others.Count)
        {
            return false;
        }

        for (var i = 0; i < some.Count; i++)
        {
            if (!areSame(some[i], others[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSame(IReadOnlyDictionary<SysctlKey, int> some, IReadOnlyDictionary<SysctlKey, int> others)
    {
        if (some.Count != others.Count)
        {
            return false;
        }

        foreach (var (key, value) in some)
        {
            if (!others.TryGetValue(key, out var other) || other != value)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What to observe.</summary>
/// <param name="Macs">The ENIs, those in metadata and those of the ledger.</param>
/// <param name="Protocol">The protocol that tags our objects.</param>
/// <param name="AllMainRoutes">Whether every route of main is wanted: only where rules cannot suppress.</param>
public sealed record ObserveRequest(IReadOnlySet<MacAddress> Macs, byte Protocol, bool AllMainRoutes);
