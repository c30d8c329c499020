using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;

namespace EniAgent.Core.Desired;

/// <summary>Addresses: metadata's on every managed ENI, and those of others, which stay.</summary>
internal static class DesiredAddresses
{
    /// <summary>
    /// The least metric of a secondary ENI's prefix route. It is far behind what anybody gives the primary ENI's, so that it does not change with that:
    /// an address's metric cannot be changed while it is in use.
    /// </summary>
    public const uint LeastMetric = 31000;

    /// <summary>The addresses that stay or come, and those on the ENIs' links that go.</summary>
    public static (IReadOnlyList<DesiredAddress> Desired, IReadOnlyList<LinkAddress> Released) Of(DesiredContext context)
    {
        var desired = new List<DesiredAddress>();
        var listed = new HashSet<(int, IpAddress)>();
        var snapshot = context.Input.Belief.Snapshot;
        foreach (var eni in context.Managed)
        {
            // As metadata tells it, so that another prefix length in force is noticed.
            var told = snapshot.Enis.First(e => e.Mac == eni.Mac).Subnet;
            foreach (var address in eni.Metadata.Addresses)
            {
                listed.Add((eni.Link.Index, address.Address));
                desired.Add(new DesiredAddress(eni.Mac, Make(context, eni, address.Address, address.Address == eni.Metadata.PrimaryAddress ? told : eni.Subnet), IsForeign: false));
            }
        }

        var released = new List<LinkAddress>();
        var managed = context.Managed.Select(eni => eni.Link.Index).ToHashSet();
        var yielded = context.Enis.Where(eni => eni.Condition == EniCondition.Yielded).ToDictionary(eni => eni.Mac, eni => LastOn(context, eni));
        var attached = snapshot.Enis.Select(eni => eni.Mac).Concat(snapshot.Faults.Select(fault => fault.Mac)).ToHashSet();
        foreach (var address in context.Observed.Addresses)
        {
            if (context.Input.Owned.MacOf(address.LinkIndex) is not { } mac)
            {
                continue;
            }

            if (listed.Contains((address.LinkIndex, address.Address.Address)))
            {
                // Somebody else's of another prefix length may stand beside it.
                if (!context.Input.Owned.Owns(address))
                {
                    desired.Add(new DesiredAddress(mac, address, IsForeign: true));
                }

                continue;
            }

            var held = context.Input.Belief.HeldEnis.Contains(mac)
                || context.Input.Belief.HeldAddresses.Contains(new ListedAddress(mac, address.Address.Address));
            var isManaged = managed.Contains(address.LinkIndex);
            var goes = yielded.TryGetValue(mac, out var last) ? context.Input.Owned.Owns(address) && address.Address.Address != last
                : context.Input.Owned.GoesWhenUnlisted(address) && (isManaged || !attached.Contains(mac));
            if (!held && goes)
            {
                released.Add(address);
            }
            else
            {
                desired.Add(new DesiredAddress(mac, address, IsForeign: true));
            }
        }

        return (desired, released);
    }

    /// <summary>The metric of the prefix routes of an ENI; 0 for the kernel's default.</summary>
    public static uint MetricOf(DesiredContext context, ManagedEni eni) =>
        eni.IsPrimary ? 0 : Math.Max(context.PrimaryMetric, LeastMetric) + (uint)eni.Slot;

    // With the last address of a link the kernel takes every route through it away, also those of whom it is left to: where there is none of theirs, ours stays.
    private static IpAddress LastOn(DesiredContext context, DesiredEni eni) =>
        context.Observed.Addresses.Any(a => a.LinkIndex == eni.Link!.Index && !context.Input.Owned.Owns(a)) ? default : eni.Metadata!.PrimaryAddress;

    private static LinkAddress Make(DesiredContext context, ManagedEni eni, IpAddress address, IpPrefix subnet)
    {
        var metric = MetricOf(context, eni);
        var inMain = context.Network.SubnetRoute == SubnetRouteMode.Main;
        return new LinkAddress
        {
            LinkIndex = eni.Link.Index,
            Address = new InterfaceAddress(address, subnet.Length),
            Metric = inMain && context.Features.AddressMetric ? metric : 0,
            NoPrefixRoute = !eni.IsPrimary && context.Features.NoPrefixRoute && (!inMain || !context.Features.AddressMetric),
            Protocol = context.Features.AddressProtocol ? context.Network.RouteProtocol : (byte)0,
        };
    }
}
