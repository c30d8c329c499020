using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>The kernel's events over one netlink socket whose filter drops in the kernel what does not matter.</summary>
public sealed class KernelMonitor : INetworkMonitor
{
    private const byte AfInet = 2;

    // linux/netconf.h: conf/all. The other negative index is conf/default, which holds for no link that is there.
    private const int NetconfIndexAll = -1;

    private readonly RouteMonitor _monitor;
    private readonly uint _firstTable;
    private readonly byte _protocol;

    private KernelMonitor(RouteMonitor monitor, uint firstTable, byte protocol)
    {
        _monitor = monitor;
        _firstTable = firstTable;
        _protocol = protocol;
    }

    /// <summary>Opens the monitor; events count from now on.</summary>
    /// <param name="firstTable">The first of our routing tables.</param>
    /// <param name="protocol">The protocol that tags our objects.</param>
    /// <exception cref="NetworkStackException">The kernel does not give us a netlink socket.</exception>
    public static KernelMonitor Open(uint firstTable, byte protocol)
    {
        try
        {
            return new KernelMonitor(RouteMonitor.Open(), firstTable, protocol);
        }
        catch (NetlinkException e)
        {
            throw new NetworkStackException(e.Message, ErrnoPolicy.KindOf(e.Errno), e);
        }
    }

    /// <inheritdoc/>
    public void Watch(IReadOnlyCollection<int> links, IReadOnlyCollection<MacAddress> macs) => _monitor.SetFilter(new EventFilter
    {
        InterfaceIndexes = links,
        MacPrefixes = [.. macs.Select(mac => mac.Oui).Distinct()],
        FirstOwnTable = _firstTable,
        TableCount = Core.Ownership.OwnedObjects.TableCount,
        OwnProtocol = _protocol,
    });

    /// <inheritdoc/>
    public Task WaitAsync(CancellationToken cancellationToken) => _monitor.WaitReadableAsync(cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<KernelEvent> Read()
    {
        var events = new List<KernelEvent>();
        _monitor.Read(e =>
        {
            if (Translate(e) is { } translated)
            {
                events.Add(translated);
            }
        });
        return events;
    }

    // A NIC's own events, so that a change of its name, state or group is seen; a removal in the netconf group says nothing about a value.
    private static KernelEvent? Translate(NetlinkEvent e) => e switch
    {
        LinkEvent l => new KernelEvent.LinkChanged(KernelMapping.ToCore(l.Link), l.Removed),
        AddressEvent { Address.Family: AfInet } a => new KernelEvent.AddressChanged(KernelMapping.ToCore(a.Address), a.Removed),
        RouteEvent { Route.Family: AfInet } r => new KernelEvent.RouteChanged(KernelMapping.ToCore(r.Route), r.Removed),
        RuleEvent { Rule.Family: AfInet } r => new KernelEvent.RuleChanged(KernelMapping.ToCore(r.Rule), r.Removed),
        NetconfEvent { Removed: false, Netconf: { Family: AfInet, RpFilter: { } value, Index: >= NetconfIndexAll and var index } } =>
            new KernelEvent.RpFilterChanged(index == NetconfIndexAll ? null : index, value),
        OverrunEvent => new KernelEvent.Lost(),
        _ => null,
    };

    /// <inheritdoc/>
    public void Dispose() => _monitor.Dispose();
}
