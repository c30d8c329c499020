using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>Asks the kernel of the current network namespace over rtnetlink.</summary>
public sealed class NetworkInspector : INetworkInspector, IDisposable
{
    private const byte AfInet = 2;
    private const uint RtmFCloned = 0x200;

    private readonly RouteSocket _socket;

    private NetworkInspector(RouteSocket socket) => _socket = socket;

    /// <summary>Opens it.</summary>
    /// <exception cref="NetworkStackException">The kernel does not give us a netlink socket.</exception>
    public static NetworkInspector Open()
    {
        try
        {
            return new NetworkInspector(RouteSocket.Open());
        }
        catch (NetlinkException e)
        {
            throw Translate(e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Link> Links()
    {
        try
        {
            return [.. _socket.DumpLinks().Select(KernelMapping.ToCore)];
        }
        catch (NetlinkException e)
        {
            throw Translate(e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Route> Routes(uint table)
    {
        try
        {
            return [.. _socket.DumpRoutes(new RouteDumpFilter { Family = AfInet, Table = table }).Select(KernelMapping.ToCore).OfType<Route>()];
        }
        catch (NetlinkException e)
        {
            throw Translate(e);
        }
    }

    /// <inheritdoc/>
    public NetworkPath PathOf(IpAddress from, IpAddress to, int? incoming = null)
    {
        var lookup = new RouteLookup { Destination = KernelMapping.ToNetlink(to), Source = from.IsNone ? null : KernelMapping.ToNetlink(from), InputInterface = incoming };
        try
        {
            if (_socket.GetRoute(lookup) is not { OutputInterface: { } link } route)
            {
                return new NetworkPath(0, default, 0, null, "no route");
            }

            // An older kernel ignores the wish and answers with the way itself, which it calls a clone.
            var matched = _socket.GetRoute(lookup with { FibMatch = true });
            return new NetworkPath(
                link, KernelMapping.ToCore(route.Gateway), route.Table, matched is null || (matched.Flags & RtmFCloned) != 0 ? null : KernelMapping.ToCore(matched), null);
        }
        catch (NetlinkException e)
        {
            return new NetworkPath(0, default, 0, null, e.Message);
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => _socket.Dispose();

    private static NetworkStackException Translate(NetlinkException e) => new(e.Message, ErrnoPolicy.KindOf(e.Errno), e);
}
