using EniAgent.Core.Addressing;

namespace EniAgent.Core.Kernel;

/// <summary>The port to the kernel's events.</summary>
public interface INetworkMonitor : IDisposable
{
    /// <summary>Says what matters from now on, so that everything else is dropped before it costs anything.</summary>
    /// <param name="links">The ENIs' links.</param>
    /// <param name="macs">The ENIs; a new link whose MAC begins like one of theirs is worth a look even if its kind is not a physical NIC's.</param>
    void Watch(IReadOnlyCollection<int> links, IReadOnlyCollection<MacAddress> macs);

    /// <summary>Completes when there is something to read.</summary>
    Task WaitAsync(CancellationToken cancellationToken);

    /// <summary>Takes everything that is there, without waiting.</summary>
    IReadOnlyList<KernelEvent> Read();
}

/// <summary>Something happened in the kernel.</summary>
public abstract record KernelEvent
{
    private KernelEvent()
    {
    }

    /// <summary>A link came, changed or went.</summary>
    public sealed record LinkChanged(Link Link, bool Removed) : KernelEvent;

    /// <summary>An address came, changed or went.</summary>
    public sealed record AddressChanged(LinkAddress Address, bool Removed) : KernelEvent;

    /// <summary>A route came, changed or went; null for one that is not simple.</summary>
    public sealed record RouteChanged(Route? Route, bool Removed) : KernelEvent;

    /// <summary>A rule came or went.</summary>
    public sealed record RuleChanged(Rule Rule, bool Removed) : KernelEvent;

    /// <summary>The reverse-path filter of a link, or of all (null), changed.</summary>
    public sealed record RpFilterChanged(int? LinkIndex, int Value) : KernelEvent;

    /// <summary>Events were lost: everything must be observed afresh.</summary>
    public sealed record Lost : KernelEvent;
}
