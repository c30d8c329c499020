using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Tests.Properties;

/// <summary>A machine in a VPC as the agent finds it, made from a recipe.</summary>
internal sealed class World
{
    private static readonly int[] SubnetLengths = [24, 20, 24, 25, 24];

    private readonly WorldRecipe _recipe;
    private readonly int[] _taken = new int[SubnetLengths.Length];

    public World(WorldRecipe recipe, bool withLeftovers = true)
    {
        _recipe = recipe;
        Kernel = new FakeKernel(recipe.Features);
        Enis = [.. recipe.Enis.Select(MetadataOf)];
        var faults = Enis.Zip(recipe.Enis).Where(pair => pair.Second.Fault > 0).Select(pair => new EniFault(pair.First.Mac, pair.Second.Fault == 1, Sentence.AsIs("incomplete")));
        Snapshot = new MetadataSnapshot
        {
            InstanceId = "ins-1",
            PrimaryMac = Enis[0].Mac,
            Enis = [.. Enis.Zip(recipe.Enis).Where(pair => pair.Second.Fault == 0).Select(pair => pair.First)],
            Faults = [.. faults],
        };
        Agent = new FakeAgent(Kernel, Options());
        PlugIn();
        LeaveImage();
        AddForeignObjects();
        Foreign = Kernel.Print().Where(IsForeignObject).ToHashSet();
        if (withLeftovers)
        {
            AddLeftovers();
        }
    }

    public FakeKernel Kernel { get; }

    public FakeAgent Agent { get; }

    /// <summary>Every ENI that is attached, the primary one first, faulty ones too.</summary>
    public IReadOnlyList<EniMetadata> Enis { get; }

    public MetadataSnapshot Snapshot { get; }

    public Belief Belief => Vpc.Believe(Snapshot);

    /// <summary>The addresses, routes and rules of others, in the words of <c>ip</c>.</summary>
    public IReadOnlySet<string> Foreign { get; }

    public static string NameOf(EniMetadata eni) => $"eth{eni.Mac.Value & 0xff}";

    /// <summary>Another address of a subnet.</summary>
    public IpAddress NextAddress(IpPrefix subnet)
    {
        var index = Enumerable.Range(0, SubnetLengths.Length).FirstOrDefault(i => SubnetOf(i) == subnet, -1);
        return index < 0 ? new IpAddress(AddressFamily.IPv4, subnet.Network.Value + 77) : Take(index);
    }

    private static bool IsForeignObject(string line) =>
        line.StartsWith("address", StringComparison.Ordinal) || line.StartsWith("rule", StringComparison.Ordinal)
        || (line.StartsWith("route", StringComparison.Ordinal) && !line.EndsWith("proto kernel", StringComparison.Ordinal));

    private static IpPrefix SubnetOf(int index) => new(IpAddress.FromIPv4((10u << 24) | ((uint)index << 16) | (16u << 8)), SubnetLengths[index]);

    private IpAddress Take(int subnet) => new(AddressFamily.IPv4, SubnetOf(subnet).Network.Value + 10 + (uint)_taken[subnet]++);

    private EniMetadata MetadataOf(EniRecipe eni, int number)
    {
        var subnet = SubnetOf(eni.Subnet);
        var outside = (_recipe.GatewaysOutside & (1 << eni.Subnet)) != 0;
        return new EniMetadata
        {
            Mac = Vpc.Mac(number),
            IsPrimary = number == 0,
            Subnet = subnet,
            Gateway = outside ? Vpc.Ip($"10.255.{eni.Subnet}.1") : new IpAddress(AddressFamily.IPv4, subnet.Network.Value + 1),
            Addresses = [.. Enumerable.Range(0, eni.Addresses).Select(_ => new AddressMetadata(Take(eni.Subnet)))],
        };
    }

    private AgentOptions Options() => new()
    {
        Network = _recipe.Network,
        Enis = [.. Enis.Zip(_recipe.Enis).Where(pair => pair.Second.IsExcluded).Select(pair => new EniOptions(Vpc.Selector(pair.First.Mac.ToString()), false))],
        Routes =
        [
            .. _recipe.Configured.Select((choice, i) =>
            {
                var eni = Enis[choice % Enis.Count];
                var selector = (choice % 3) switch { 0 => eni.Mac.ToString(), 1 => NameOf(eni), _ => eni.Subnet.ToString() };
                return new RouteOptions($"r{i}", IpPrefix.Parse($"192.168.{i}.0/24"), Vpc.Selector(selector), choice % 2 == 0 ? default : eni.Gateway);
            }),
        ],
    };

    private void PlugIn()
    {
        foreach (var (eni, recipe) in Enis.Zip(_recipe.Enis))
        {
            if (recipe.Nic == NicState.Absent)
            {
                continue;
            }

            var name = NameOf(eni);
            Kernel.AddLink(new Link
            {
                Index = 0,
                Name = name,
                Mac = eni.Mac,
                IsUp = recipe.Nic != NicState.Down,
                Group = recipe.Nic switch { NicState.UpInOurGroup => 31000, NicState.UpInForeignGroup => 7, _ => 0 },
            });
            Kernel.SetSysctl(name, SysctlKey.RpFilter, recipe.RpFilter);
        }

        Made("link docker0 mac 02:42:00:00:00:01 up kind bridge");
        Made("address 172.17.0.1/16 dev docker0");
        Made("link tun0 mac 02:42:00:00:00:02 up kind tun");
        Made("address 10.200.0.1/24 dev tun0");
        Made("route 10.201.0.0/16 via 10.200.0.2 dev tun0 proto static");
        Kernel.SetSysctl(SysctlKey.All, SysctlKey.RpFilter, _recipe.AllRpFilter);
        Kernel.SetSysctl(SysctlKey.All, SysctlKey.PromoteSecondaries, _recipe.AllPromote);
    }

    private void LeaveImage()
    {
        var primary = Enis[0];
        var address = $"{primary.PrimaryAddress}/{primary.Subnet.Length}";
        var onLink = primary.Subnet.Contains(primary.Gateway) ? "" : " onlink";
        if (_recipe.Image == ImageShape.DefaultElsewhere)
        {
            Made("route default via 10.200.0.2 dev tun0 metric 50 proto static");
        }

        if (_recipe.Image == ImageShape.Nothing || Kernel.Links.All(link => link.Name != "eth0"))
        {
            return;
        }

        Kernel.SetUp("eth0", true);
        switch (_recipe.Image)
        {
            case ImageShape.Dhcp:
                Made($"address {address} dev eth0 noprefixroute");
                var made = Kernel.Features.NoPrefixRoute;
                Made(made ? $"route {primary.Subnet} dev eth0 src {primary.PrimaryAddress} metric 100 proto dhcp" : $"rule 900: from 198.18.0.0/15 lookup main proto static");
                Made($"route default via {primary.Gateway} dev eth0 src {primary.PrimaryAddress} metric 100{onLink} proto dhcp");
                break;
            case ImageShape.Plain:
                Made($"address {address} dev eth0");
                Made($"route default via {primary.Gateway} dev eth0{onLink} proto boot");
                break;
            default:
                Made($"address {address} dev eth0");
                break;
        }
    }

    private void AddForeignObjects()
    {
        foreach (var (eni, recipe) in Enis.Zip(_recipe.Enis).Where(pair => pair.Second.Nic != NicState.Absent))
        {
            var (name, number) = (NameOf(eni), (int)(eni.Mac.Value & 0xff));
            foreach (var adopted in eni.Addresses.Take(eni.IsPrimary ? 0 : recipe.Adopted))
            {
                Made($"address {adopted.Address}/{eni.Subnet.Length} dev {name}");
            }

            switch (recipe.Foreign)
            {
                case ForeignAddress.HostVip:
                    Made($"address 198.19.0.{number}/32 dev {name}");
                    break;
                case ForeignAddress.SameSubnet:
                    Made($"address {Take(recipe.Subnet)}/{eni.Subnet.Length} dev {name}");
                    break;
                case ForeignAddress.OtherSubnet:
                    Made($"address 172.20.{number}.1/24 dev {name}");
                    break;
            }
        }

        foreach (var choice in _recipe.Rules)
        {
            uint[] priorities = [50, 512, 1536, 10000, 30990, 30995, 31000, 31005, 31010, 31015, 31020, 32000, 32765];
            var priority = priorities[choice % priorities.Length];
            IpWords.Make(Kernel, (choice % 5) switch
            {
                0 => $"rule {priority}: from 198.18.0.0/15 lookup 2000 proto static",
                1 => $"rule {priority}: from all lookup 51820 fwmark proto static",
                2 => "rule 31000: from all lookup main suppress_prefixlength 0 suppress_ifgroup 31000 proto static",
                3 => $"rule 31010: from {Enis[^1].PrimaryAddress} lookup {31000 + Enis.Count - 1} proto static",
                _ => $"rule {priority}: from 198.18.0.0/15 to 172.30.0.0/16 lookup main proto boot",
            });
        }

        foreach (var (choice, i) in _recipe.Routes.Select((choice, i) => (choice, i)))
        {
            var name = (choice % 5) switch { 0 => "docker0", 1 => "tun0", _ => NameOf(Enis[choice % Enis.Count]) };
            if (Kernel.Links.All(link => link.Name != name))
            {
                continue;
            }

            var source = Kernel.AddressesOf(name).FirstOrDefault();
            var gateway = name.StartsWith("eth", StringComparison.Ordinal) ? $" via {Enis[choice % Enis.Count].Gateway}" : "";
            IpWords.Make(Kernel, $"route 192.168.{100 + i}.0/24{(choice % 3 == 0 ? "" : gateway)} dev {name}"
                + $"{(choice % 4 == 0 && source is not null ? $" src {source.Address.Address}" : "")}{(choice % 2 == 0 ? " metric 50" : "")}"
                + $"{(choice % 7 == 0 ? " table 2000" : "")}{(choice % 3 == 0 || gateway.Length == 0 ? "" : " onlink")} proto static");
        }
    }

    private void AddLeftovers()
    {
        foreach (var (leftover, i) in _recipe.Leftovers.Select((leftover, i) => (leftover, i)))
        {
            var eni = Enis[i % Enis.Count];
            var name = NameOf(eni);
            if (Kernel.Links.FirstOrDefault(l => l.Name == name) is not { } link)
            {
                continue;
            }

            var owned = new OwnedObjects(Agent.Ledger, Agent.Options.Network, Kernel.Links);
            switch (leftover)
            {
                case Leftover.TaggedRoute:
                    IpWords.Make(Kernel, $"route 192.168.{50 + i}.0/24 dev {name} table {31000 + i} proto eni-agent");
                    IpWords.Make(Kernel, $"route default via {eni.Gateway} dev {name} table {31000 + i} onlink proto eni-agent");
                    break;
                case Leftover.RouteInLedger:
                    Remember(new Route { Table = Route.MainTable, Destination = IpPrefix.Parse($"192.168.{60 + i}.0/24"), LinkIndex = link.Index, Protocol = 4, IsLinkScope = true }, owned);
                    break;
                case Leftover.TaggedRule:
                    if (Kernel.Features.RuleProtocol)
                    {
                        IpWords.Make(Kernel, $"rule 31010: from 10.9.9.{i} lookup 31009 proto eni-agent");
                        IpWords.Make(Kernel, $"rule 30990: from all to 10.9.0.0/16 goto 31010 proto eni-agent");
                    }

                    break;
                case Leftover.RuleInLedger:
                    var rule = new Rule { Priority = 31010, From = IpPrefix.Parse($"10.8.8.{i}/32"), Table = 31008, Protocol = Kernel.Features.RuleProtocol ? (byte)4 : (byte)0 };
                    Agent.Ledger = Agent.Ledger with { Rules = Agent.Ledger.Rules.Add(OwnedObjects.KeyOf(rule)) };
                    Assert.Null(Kernel.Add(rule));
                    break;
                case Leftover.AddressInLedger:
                    var address = new InterfaceAddress(Vpc.Ip($"10.77.{i}.5"), 24);
                    Agent.Ledger = Agent.Ledger with { Addresses = Agent.Ledger.Addresses.Add(new EniAddress(eni.Mac, address)) };
                    Assert.Null(Kernel.Add(new LinkAddress { LinkIndex = link.Index, Address = address }));
                    break;
                case Leftover.LedgerEntriesWithoutObjects:
                    Agent.Ledger = Agent.Ledger with
                    {
                        Addresses = Agent.Ledger.Addresses.Add(new EniAddress(eni.Mac, new InterfaceAddress(Vpc.Ip($"10.78.{i}.5"), 24))),
                        Rules = Agent.Ledger.Rules.Add($"31010: from 10.7.7.{i} lookup 31007 proto 131"),
                        Routes = Agent.Ledger.Routes.Add($"192.168.70.0/24 dev {eni.Mac} table 31001"),
                    };
                    break;
                case Leftover.Settings when Kernel.Sysctl(name, SysctlKey.RpFilter) == 1:
                    Kernel.SetSysctl(name, SysctlKey.RpFilter, 2);
                    Agent.State = Agent.State with { Settings = Agent.State.Settings.SetItem(new SettingOf(eni.Mac, SysctlKey.RpFilter), new SettingChange(1, 2)) };
                    break;
            }
        }
    }

    private void Remember(Route route, OwnedObjects owned)
    {
        if (Kernel.Add(route) is null)
        {
            Agent.Ledger = Agent.Ledger with { Routes = Agent.Ledger.Routes.Add(owned.KeyOf(route)) };
        }
    }

    private void Made(string line) => Assert.True(IpWords.Make(Kernel, line) is null, line);
}
