using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>Translates between rtnetlink's objects and Core's: the one place where the two meet.</summary>
internal static class KernelMapping
{
    private const byte RtScopeUniverse = 0;
    private const byte RtScopeLink = 253;
    private const byte RtnUnicast = 1;
    private const uint RtnhOnLink = 4;
    private const uint IfaNoPrefixRoute = 0x200;
    private const byte FrActToTable = 1;
    private const byte FrActGoto = 2;

    public static IpAddress ToCore(InetAddress address) => new((AddressFamily)address.Family, address.Value);

    public static IpAddress ToCore(InetAddress? address) => address is { } value ? ToCore(value) : default;

    public static InetAddress ToNetlink(IpAddress address) => new((byte)address.Family, address.Value);

    public static Link ToCore(LinkMessage link) => new()
    {
        Index = link.Index,
        Name = link.Name,
        Mac = new MacAddress(link.PermanentAddress ?? link.HardwareAddress ?? 0),
        IsUp = link.IsUp,
        Group = link.Group,
        Kind = link.Kind,
        IsPort = link.SlaveKind is "bond" or "bridge" or "team",
    };

    public static LinkAddress ToCore(AddressMessage address) => new()
    {
        LinkIndex = address.Index,
        Address = new InterfaceAddress(ToCore(address.Address), address.PrefixLength),
        Metric = address.RoutePriority ?? 0,
        NoPrefixRoute = (address.Flags & IfaNoPrefixRoute) != 0,
        Protocol = address.Protocol ?? 0,
        Native = address,
    };

    /// <summary>A route that one link, one gateway and one metric describe; null for any other.</summary>
    public static Route? ToCore(RouteMessage route)
    {
        if (route.Type != RtnUnicast || route.Tos != 0 || route.IsMultipath || route.NexthopId is not null || route.Via is not null
            || route.OutputInterface is not { } link)
        {
            return null;
        }

        var family = (AddressFamily)route.Family;
        var destination = route.DestinationLength == 0 ? IpPrefix.Default(family) : new IpPrefix(ToCore(route.Destination), route.DestinationLength);
        return new Route
        {
            Table = route.Table,
            Destination = destination,
            LinkIndex = link,
            Gateway = ToCore(route.Gateway),
            Metric = route.Priority ?? 0,
            PreferredSource = ToCore(route.PreferredSource),
            OnLink = (route.Flags & RtnhOnLink) != 0,
            IsLinkScope = route.Scope == RtScopeLink,
            Protocol = route.Protocol,
            Native = route,
        };
    }

    public static Rule ToCore(RuleMessage rule) => new()
    {
        Family = (AddressFamily)rule.Family,
        Priority = rule.Priority,
        From = rule.SourceLength == 0 ? null : new IpPrefix(ToCore(rule.Source), rule.SourceLength),
        To = rule.DestinationLength == 0 ? null : new IpPrefix(ToCore(rule.Destination), rule.DestinationLength),
        OutputInterface = rule.OutputInterface,
        Table = rule.Action == FrActToTable ? rule.Table : null,
        Goto = rule.Action == FrActGoto ? rule.Goto : null,
        SuppressPrefixLength = rule.SuppressPrefixLength,
        SuppressGroup = rule.SuppressInterfaceGroup is { } group ? (uint)group : null,
        Protocol = rule.Protocol ?? 0,
        HasMore = rule.Action is not FrActToTable and not FrActGoto || rule.Tos != 0 || rule.IsInverted || rule.InputInterface is not null
            || rule.FwMark is not null || rule.FwMask is not null || rule.UserIds is not null || rule.IpProtocol is not null || rule.SourcePorts is not null
            || rule.DestinationPorts is not null || rule.L3MasterDevice || rule.TunnelId is not null || !rule.UnknownAttributes.IsEmpty,
        Native = rule,
    };

    public static AddressMessage ToNetlink(LinkAddress address)
    {
        if (address.Native is AddressMessage native)
        {
            return native;
        }

        return new AddressMessage
        {
            Family = (byte)address.Address.Address.Family,
            Index = address.LinkIndex,
            Address = ToNetlink(address.Address.Address),
            PrefixLength = (byte)address.Address.PrefixLength,
            Scope = RtScopeUniverse,
            Flags = address.NoPrefixRoute ? IfaNoPrefixRoute : 0,
            RoutePriority = address.Metric == 0 ? null : address.Metric,
            Protocol = address.Protocol == 0 ? null : address.Protocol,
            Broadcast = BroadcastOf(address.Address),
        };
    }

    /// <summary>Just what tells the address apart: a delete must not be refused for a lifetime that has moved on.</summary>
    public static AddressMessage ToDelete(LinkAddress address) => new()
    {
        Family = (byte)address.Address.Address.Family,
        Index = address.LinkIndex,
        Address = ToNetlink(address.Address.Address),
        PrefixLength = (byte)address.Address.PrefixLength,
    };

    /// <summary>A route that came from the kernel keeps what this model does not know (an MTU, say), also with another gateway or preferred source.</summary>
    public static RouteMessage ToNetlink(Route route) => route.Native is not RouteMessage native ? Compose(route)
        : ToCore(native) == route ? native
        : native with
        {
            Flags = route.OnLink ? RtnhOnLink : 0,
            Gateway = route.Gateway.IsNone ? null : ToNetlink(route.Gateway),
            PreferredSource = route.PreferredSource.IsNone ? null : ToNetlink(route.PreferredSource),
        };

    private static RouteMessage Compose(Route route) => new()
    {
        Family = (byte)route.Destination.Family,
        Destination = route.Destination.IsDefault ? default : ToNetlink(route.Destination.Network),
        DestinationLength = (byte)route.Destination.Length,
        Table = route.Table,
        Protocol = route.Protocol,
        Scope = route.IsLinkScope ? RtScopeLink : RtScopeUniverse,
        Type = RtnUnicast,
        Flags = route.OnLink ? RtnhOnLink : 0,
        Gateway = route.Gateway.IsNone ? null : ToNetlink(route.Gateway),
        OutputInterface = route.LinkIndex,
        Priority = route.Metric == 0 ? null : route.Metric,
        PreferredSource = route.PreferredSource.IsNone ? null : ToNetlink(route.PreferredSource),
    };

    public static RuleMessage ToNetlink(Rule rule) => rule.Native as RuleMessage ?? new RuleMessage
    {
        Family = (byte)rule.Family,
        Priority = rule.Priority,
        Action = rule.Goto is null ? FrActToTable : FrActGoto,
        Source = rule.From is { } from ? ToNetlink(from.Network) : default,
        SourceLength = (byte)(rule.From?.Length ?? 0),
        Destination = rule.To is { } to ? ToNetlink(to.Network) : default,
        DestinationLength = (byte)(rule.To?.Length ?? 0),
        OutputInterface = rule.OutputInterface,
        Table = rule.Table ?? 0,
        Goto = rule.Goto,
        SuppressPrefixLength = rule.SuppressPrefixLength,
        SuppressInterfaceGroup = (int?)rule.SuppressGroup,
        Protocol = rule.Protocol == 0 ? null : rule.Protocol,
    };

    // As `ip address add … brd +`: what DHCP clients and ifcfg scripts set as well, so that an address looks the same whoever added it.
    private static InetAddress? BroadcastOf(InterfaceAddress address) =>
        address.Address.Family == AddressFamily.IPv4 && address.PrefixLength < 31 ? ToNetlink(address.Prefix.Last) : null;
}
