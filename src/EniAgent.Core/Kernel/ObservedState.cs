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
}

/// <summary>What to observe.</summary>
/// <param name="Macs">The ENIs, those in metadata and those of the ledger.</param>
/// <param name="Protocol">The protocol that tags our objects.</param>
/// <param name="AllMainRoutes">Whether every route of main is wanted: only where rules cannot suppress.</param>
public sealed record ObserveRequest(IReadOnlySet<MacAddress> Macs, byte Protocol, bool AllMainRoutes);
