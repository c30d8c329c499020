using System.Collections.Immutable;
using CsCheck;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;

namespace EniAgent.Core.Tests.Properties;

/// <summary>How an ENI's NIC is found.</summary>
internal enum NicState
{
    Down,
    Up,
    Absent,
    UpInOurGroup,
    UpInForeignGroup,
}

/// <summary>What an image leaves on the primary ENI's NIC.</summary>
internal enum ImageShape
{
    /// <summary>Address and default route, as by network-scripts.</summary>
    Plain,

    /// <summary>noprefixroute, own subnet route, metrics and a preferred source, as by networkd's or NetworkManager's DHCP client.</summary>
    Dhcp,

    /// <summary>Nothing at all, and the link is down.</summary>
    Nothing,

    /// <summary>An address, but no default route.</summary>
    NoDefault,

    /// <summary>The default route through a VPN.</summary>
    DefaultElsewhere,
}

/// <summary>What others have put on a secondary ENI's NIC.</summary>
internal enum ForeignAddress
{
    None,
    HostVip,
    SameSubnet,
    OtherSubnet,
}

/// <summary>An object of the agent's that a former run has left.</summary>
internal enum Leftover
{
    None,
    TaggedRoute,
    RouteInLedger,
    TaggedRule,
    RuleInLedger,
    AddressInLedger,
    LedgerEntriesWithoutObjects,
    Settings,
}

internal sealed record EniRecipe(int Subnet, int Addresses, NicState Nic, bool IsExcluded, int Adopted, ForeignAddress Foreign, int Fault, int RpFilter)
{
    public static readonly Gen<EniRecipe> Gen =
        from subnet in CsCheck.Gen.Int[0, 4]
        from addresses in CsCheck.Gen.Int[1, 5]
        from nic in CsCheck.Gen.Frequency(
            (6, CsCheck.Gen.Const(NicState.Down)), (6, CsCheck.Gen.Const(NicState.Up)),
            (1, CsCheck.Gen.OneOf(NicState.Absent, NicState.UpInOurGroup, NicState.UpInForeignGroup)))
        from excluded in Rarely(12)
        from adopted in CsCheck.Gen.Frequency((3, CsCheck.Gen.Const(0)), (1, CsCheck.Gen.Int[1, 2]))
        from foreign in CsCheck.Gen.Frequency((3, CsCheck.Gen.Const(ForeignAddress.None)), (1, CsCheck.Gen.Enum<ForeignAddress>()))
        from fault in CsCheck.Gen.Frequency((15, CsCheck.Gen.Const(0)), (1, CsCheck.Gen.Int[1, 2]))
        from rpFilter in CsCheck.Gen.Int[0, 2]
        select new EniRecipe(subnet, addresses, nic, excluded, adopted, foreign, fault, rpFilter);

    private static Gen<bool> Rarely(int times) => CsCheck.Gen.Frequency((times, CsCheck.Gen.Const(false)), (1, CsCheck.Gen.Const(true)));
}

/// <summary>Choices from which a world is made; kept small and plain so that a failing case can be shrunk and read.</summary>
internal sealed record WorldRecipe(
    ImmutableArray<EniRecipe> Enis,
    ImageShape Image,
    int GatewaysOutside,
    ImmutableArray<int> Rules,
    ImmutableArray<int> Routes,
    ImmutableArray<Leftover> Leftovers,
    ImmutableArray<int> Configured,
    NetworkOptions Network,
    KernelFeatures Features,
    int AllRpFilter,
    int AllPromote)
{
    private static readonly Gen<NetworkOptions> Options =
        from rpFilter in Gen.Enum<RpFilterMode>()
        from arp in Gen.Enum<ArpMode>()
        from subnetRoute in Gen.Enum<SubnetRouteMode>()
        from rules in Gen.Frequency((6, Gen.Const(RulesMode.Auto)), (1, Gen.Enum<RulesMode>()))
        select new NetworkOptions { RpFilter = rpFilter, Arp = arp, SubnetRoute = subnetRoute, Rules = rules };

    private static readonly Gen<KernelFeatures> AnyFeatures =
        from bits in Gen.Int[0, 127]
        select new KernelFeatures
        {
            RuleSuppression = (bits & 1) != 0,
            RuleSuppressGroup = (bits & 2) != 0,
            RuleProtocol = (bits & 4) != 0,
            AddressProtocol = (bits & 8) != 0,
            AddressMetric = (bits & 16) != 0,
            NoPrefixRoute = (bits & 32) != 0,
            GatewayInOwnTable = (bits & 64) != 0,
        };

    public static readonly Gen<WorldRecipe> Any =
        from enis in EniRecipe.Gen.Array[1, 8]
        from image in Gen.Enum<ImageShape>()
        from outside in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[0, 31]))
        from rules in Gen.Int[0, 1000].Array[0, 4]
        from routes in Gen.Int[0, 1000].Array[0, 4]
        from leftovers in Gen.Enum<Leftover>().Array[0, 4]
        from configured in Gen.Int[0, 100].Array[0, 2]
        from network in Options
        from features in Gen.Frequency((1, Gen.Const(new KernelFeatures())), (1, AnyFeatures))
        from allRpFilter in Gen.Int[0, 2]
        from allPromote in Gen.Int[0, 1]
        select new WorldRecipe(
            [.. enis], image, outside, [.. rules], [.. routes], [.. leftovers], [.. configured], network, features, allRpFilter, allPromote);

    public string Print() =>
        $"{string.Join('\n', Enis)}\n{Image} outside={GatewaysOutside} rules=[{string.Join(',', Rules)}] routes=[{string.Join(',', Routes)}] "
        + $"leftovers=[{string.Join(',', Leftovers)}] configured=[{string.Join(',', Configured)}] all.rp_filter={AllRpFilter} all.promote={AllPromote}\n{Network}\n{Features}";
}
