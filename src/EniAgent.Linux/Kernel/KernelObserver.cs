using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>Reads the kernel's state, asking for no more than matters.</summary>
internal sealed class KernelObserver(RouteSocket socket)
{
    private const byte AfInet = 2;
    private const byte RtnUnicast = 1;

    public ObservedState Observe(ObserveRequest request)
    {
        var links = socket.DumpLinks().Select(KernelMapping.ToCore).Where(link => request.Macs.Contains(link.Mac)).ToList();
        var routes = new List<Route>();
        var foreignDefault = ReadRoutes(request, links, routes);
        return new ObservedState
        {
            Links = links,

            // Those of point-to-point links may differ in nothing but their peers, which are nobody's concern here.
            Addresses = [.. socket.DumpAddresses(AfInet, null).Select(KernelMapping.ToCore).DistinctBy(address => address.Key)],
            Routes = routes,
            MainHasForeignDefault = foreignDefault,
            Rules = [.. socket.DumpRules(AfInet).Select(KernelMapping.ToCore)],
            Sysctls = ReadSysctls(links),
        };
    }

    // Routes through the ENIs, asked for link by link: what others have elsewhere, however much, is never looked at. Main's default route is nearly always
    // among them; only where it is not, main is searched for one through another link (a VPN's, say).
    private bool ReadRoutes(ObserveRequest request, List<Link> links, List<Route> routes)
    {
        var foreignDefault = false;
        void Add(IEnumerable<RouteMessage> messages, Func<Route, bool> wanted)
        {
            foreach (var message in messages)
            {
                foreignDefault |= message is { IsDefault: true, Table: Route.MainTable } && message.Protocol != request.Protocol;
                if (KernelMapping.ToCore(message) is { } route && wanted(route))
                {
                    routes.Add(route);
                }
            }
        }

        foreach (var link in links)
        {
            Add(socket.DumpRoutes(new RouteDumpFilter { Family = AfInet, OutputInterface = link.Index, Type = RtnUnicast }), _ => true);
        }

        if (request.AllMainRoutes || !foreignDefault)
        {
            var known = links.Select(link => link.Index).ToHashSet();
            var length = request.AllMainRoutes ? (byte?)null : 0;
            Add(
                socket.DumpRoutes(new RouteDumpFilter { Family = AfInet, Table = Route.MainTable, DestinationLength = length }),
                route => request.AllMainRoutes && !known.Contains(route.LinkIndex));
        }

        return foreignDefault;
    }

    private static Dictionary<SysctlKey, int> ReadSysctls(List<Link> links)
    {
        var values = new Dictionary<SysctlKey, int>();
        foreach (var name in links.Select(link => link.Name).Prepend(SysctlKey.All))
        {
            foreach (var key in SysctlKey.Names.Select(setting => new SysctlKey(name, setting)))
            {
                if (Sysctls.Read(key) is { } value)
                {
                    values[key] = value;
                }
            }
        }

        return values;
    }
}
