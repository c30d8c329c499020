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
        var links = new List<Link>();
        var settings = new Dictionary<SysctlKey, int>();
        foreach (var message in socket.DumpLinks())
        {
            if (KernelMapping.ToCore(message) is var link && request.Macs.Contains(link.Mac))
            {
                links.Add(link);
                TakeSettings(message, settings);
            }
        }

        ReadFiles(SysctlKey.All, settings);
        var routes = new List<Route>();
        var foreignDefault = ReadRoutes(request, links, routes);
        return new ObservedState
        {
            Links = links,

            // Those of point-to-point links may differ in nothing but their peers, which are nobody's concern here.
            Addresses = [.. socket.DumpAddresses(AfInet, null).Select(KernelMapping.ToCore).Distinct(SameKey.Instance)],
            Routes = routes,
            MainHasForeignDefault = foreignDefault,
            Rules = [.. socket.DumpRules(AfInet).Select(KernelMapping.ToCore)],
            Sysctls = settings,
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

    // A link's own settings come with it.
    private static void TakeSettings(LinkMessage link, Dictionary<SysctlKey, int> settings)
    {
        if (link.InetConf is not { } conf)
        {
            ReadFiles(link.Name, settings);
            return;
        }

        settings[new SysctlKey(link.Name, SysctlKey.RpFilter)] = conf.RpFilter;
        settings[new SysctlKey(link.Name, SysctlKey.ArpIgnore)] = conf.ArpIgnore;
        settings[new SysctlKey(link.Name, SysctlKey.ArpAnnounce)] = conf.ArpAnnounce;
        settings[new SysctlKey(link.Name, SysctlKey.PromoteSecondaries)] = conf.PromoteSecondaries;
    }

    private static void ReadFiles(string name, Dictionary<SysctlKey, int> settings)
    {
        foreach (var key in SysctlKey.Names.Select(setting => new SysctlKey(name, setting)))
        {
            if (Sysctls.Read(key) is { } value)
            {
                settings[key] = value;
            }
        }
    }

    // Many are told apart at every look: by what makes the difference, and by no general way of hashing.
    private sealed class SameKey : IEqualityComparer<LinkAddress>
    {
        public static readonly SameKey Instance = new();

        public bool Equals(LinkAddress? x, LinkAddress? y) =>
            x!.LinkIndex == y!.LinkIndex && x.Address.PrefixLength == y.Address.PrefixLength && x.Address.Address == y.Address.Address;

        public int GetHashCode(LinkAddress obj) => (obj.LinkIndex * 31) + obj.Address.Address.GetHashCode();
    }
}
