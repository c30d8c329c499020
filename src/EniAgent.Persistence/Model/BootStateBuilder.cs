using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;

namespace EniAgent.Persistence.Model;

/// <summary>Makes what the files must bring up from the desired state.</summary>
public static class BootStateBuilder
{
    /// <summary>Builds it.</summary>
    /// <param name="desired">The desired state.</param>
    /// <param name="observed">The kernel as it is.</param>
    /// <param name="belief">What it follows from.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="filed">The addresses that files of ours hold now.</param>
    public static BootState Build(DesiredState desired, ObservedState observed, Belief belief, AgentOptions options, IEnumerable<ListedAddress> filed)
    {
        var managed = desired.Enis.Where(eni => eni is { Condition: EniCondition.Managed, Metadata: not null, Link: not null })
            .OrderByDescending(eni => eni.IsPrimary).ThenBy(eni => eni.Slot).ToList();
        var listed = ListedOf(belief);
        return new BootState
        {
            Enis = [.. managed.Select(eni => Of(eni, desired, observed, managed, belief, options))],
            Network = options.Network,
            HasRules = desired.Mode != RoutingMode.None,
            Untouched = desired.Enis.Where(eni => eni.Condition is EniCondition.Pending or EniCondition.Failed or EniCondition.NoLink)
                .Select(eni => eni.Mac).ToHashSet(),
            HoldRemovals = desired.HoldRemovals,
            Former = filed.Where(address => !listed.Contains(address)).ToHashSet(),
        };
    }

    /// <summary>Every address that is believed to be an ENI's.</summary>
    public static IReadOnlySet<ListedAddress> ListedOf(Belief belief) =>
        belief.Snapshot.Enis.SelectMany(eni => eni.Addresses, (eni, a) => new ListedAddress(eni.Mac, a.Address)).Concat(belief.HeldAddresses).ToHashSet();

    // What stays in the kernel until its release is confirmed stays in the files as well, and in its place: metadata that lists it every other time, or lists in any order,
    // has nothing written.
    private static IEnumerable<IpAddress> AddressesOf(EniMetadata eni, Belief belief) => eni.Addresses.Select(a => a.Address)
        .Concat(belief.HeldAddresses.Where(held => held.Mac == eni.Mac && eni.Subnet.Contains(held.Address)).Select(held => held.Address));

    private static BootEni Of(DesiredEni eni, DesiredState desired, ObservedState observed, List<DesiredEni> all, Belief belief, AgentOptions options)
    {
        var metadata = eni.Metadata!;
        var routes = options.Routes
            .Where(route => all.Where(e => route.Eni.Matches(e.Mac, e.Metadata!.Subnet, e.Link!.Name)).MinBy(e => e.Slot)?.Mac == eni.Mac)
            .Select(route => new BootRoute(route.Destination, route.Gateway.IsNone ? metadata.Gateway : route.Gateway));
        return new BootEni
        {
            Mac = eni.Mac,
            Interface = eni.Link!.Name,
            IsPrimary = eni.IsPrimary,
            Slot = eni.Slot,
            Table = eni.Table,
            Subnet = metadata.Subnet,
            Gateway = metadata.Gateway,
            Addresses = [metadata.PrimaryAddress, .. AddressesOf(metadata, belief).Except([metadata.PrimaryAddress]).Order()],
            Routes = [.. routes],
            PrefixMetric = desired.Addresses.Where(a => a.Eni == eni.Mac && !a.IsForeign).Select(a => a.Address.Metric).FirstOrDefault(),
            SubnetInMain = eni.IsPrimary || options.Network.SubnetRoute == SubnetRouteMode.Main,
            Settings = [.. desired.Settings.Where(s => s.Eni == eni.Mac && !s.Restores && s.Key.Name != SysctlKey.PromoteSecondaries).Select(s => (s.Key.Name, s.Value))],
            InForce = [.. SysctlKey.Names.Where(name => name != SysctlKey.PromoteSecondaries).Select(name => (name, observed.Sysctl(eni.Link.Name, name)))],
        };
    }
}
