using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Desired;

/// <summary>Everything that the desired state follows from.</summary>
public sealed record DesiredInput
{
    /// <summary>What is believed about the ENIs.</summary>
    public required Belief Belief { get; init; }

    /// <summary>What the kernel has.</summary>
    public required ObservedState Observed { get; init; }

    /// <summary>The configuration.</summary>
    public required AgentOptions Options { get; init; }

    /// <summary>What this kernel can do.</summary>
    public required KernelFeatures Features { get; init; }

    /// <summary>What is ours.</summary>
    public required OwnedObjects Owned { get; init; }

    /// <summary>What is remembered; every ENI of the belief has its slot in it.</summary>
    public required PersistentState State { get; init; }
}

/// <summary>Computes the desired state. Pure; linear in the number of objects.</summary>
public static class DesiredStateBuilder
{
    /// <summary>Computes the desired state.</summary>
    public static DesiredState Build(DesiredInput input)
    {
        var enis = PlaceEnis(input);
        var context = DesiredContext.Create(input, enis);
        var (addresses, released) = DesiredAddresses.Of(context);
        var refusals = new List<Sentence>();
        return new DesiredState
        {
            Enis = enis,
            Mode = context.Mode,
            Links = DesiredLinks.Of(context),
            Addresses = addresses,
            Routes = DesiredRoutes.Of(context),
            Replacements = DesiredRoutes.ReplacementsOf(context, released),
            Rules = DesiredRules.Of(context, addresses),
            Settings = DesiredSettings.Of(context, released, refusals),
            Refusals = refusals,
            HoldRemovals = input.Belief.HoldsUnknown,
        };
    }

    /// <summary>
    /// The desired state of a machine that the agent leaves: nothing of ours, but for the address and the default route that would cut the machine off
    /// where nobody else provides them.
    /// </summary>
    public static DesiredState Release(DesiredInput input)
    {
        var context = DesiredContext.Create(input, []);
        var (observed, owned) = (input.Observed, input.Owned);
        var lastResort = observed.MainHasForeignDefault
            ? null
            : observed.Routes.FirstOrDefault(r => r.Table == Route.MainTable && r.Destination.IsDefault && owned.Owns(r));
        var defaultLinks = observed.Routes.Where(r => r.Table == Route.MainTable && r.Destination.IsDefault).Select(r => r.LinkIndex).ToHashSet();
        var kept = observed.Addresses.Where(a => owned.MacOf(a.LinkIndex) is not null).GroupBy(a => a.LinkIndex)
            .SelectMany(link => link.Any(a => !owned.Owns(a)) || !defaultLinks.Contains(link.Key) ? link.Where(a => !owned.Owns(a)) : link.Take(1)).ToList();
        var names = observed.Links.ToDictionary(link => link.Index, link => link.Name);
        return new DesiredState
        {
            Enis = [],
            Mode = RoutingMode.None,
            Links = DesiredLinks.Of(context),
            Addresses = [.. kept.Select(a => new DesiredAddress(owned.MacOf(a.LinkIndex)!.Value, a, IsForeign: true))],
            Routes = lastResort is null ? [] : [new DesiredRoute(owned.MacOf(lastResort.LinkIndex)!.Value, lastResort, "the machine's only default route")],
            Replacements = [],
            Rules = [],
            Settings = DesiredSettings.Of(context, observed.Addresses.Where(a => owned.Owns(a) && !kept.Contains(a)), []),
            Kept =
            [
                .. kept.Where(owned.Owns).Select(a => "address " + StepText.Of(a, index => names[index])),
                .. lastResort is null ? [] : new[] { "route " + StepText.Of(lastResort, index => names[index]) },
            ],
        };
    }

    private static ImmutableArray<DesiredEni> PlaceEnis(DesiredInput input)
    {
        var snapshot = input.Belief.Snapshot;
        var cluster = new ClusterNetwork(input);
        var enis = ImmutableArray.CreateBuilder<DesiredEni>();
        foreach (var listed in snapshot.Enis)
        {
            var link = LinkMatcher.Find(input.Observed.Links, listed.Mac);
            var eni = listed with { Subnet = SubnetInForce(input, listed, link) };
            var manage = input.Options.Enis.LastOrDefault(o => o.Selector.Matches(eni.Mac, eni.Subnet, link?.Name))?.Manage;
            var claim = manage is null && !eni.IsPrimary && link is not null ? cluster.ClaimOn(link) : null;
            var fault = snapshot.Faults.FirstOrDefault(f => f.Mac == eni.Mac);
            var hasSlot = input.State.Slots.TryGetValue(eni.Mac, out var slot);
            var (condition, error) = manage == false ? (EniCondition.Excluded, null)
                : claim is not null ? (EniCondition.Yielded, claim)
                : !hasSlot ? (EniCondition.Failed, DesiredWords.NoTable)
                : link is not null ? (EniCondition.Managed, fault?.Message)
                : input.Observed.Links.Any(l => l.Mac == eni.Mac) ? (EniCondition.Failed, DesiredWords.ManyLinks)
                : (EniCondition.NoLink, fault?.Message);
            enis.Add(new DesiredEni(eni.Mac, eni.IsPrimary, condition, slot, input.Options.Network.TableBase + (uint)slot, eni, link, error));
        }

        foreach (var fault in snapshot.Faults.Where(f => snapshot.Enis.All(eni => eni.Mac != f.Mac)))
        {
            var slot = input.State.Slots.GetValueOrDefault(fault.Mac, -1);
            var link = LinkMatcher.Find(input.Observed.Links, fault.Mac);
            var managed = input.Options.Enis.LastOrDefault(o => o.Selector.Matches(fault.Mac, default, link?.Name))?.Manage ?? true;
            enis.Add(new DesiredEni(
                fault.Mac,
                fault.Mac == snapshot.PrimaryMac,
                !managed ? EniCondition.Excluded : fault.IsPending ? EniCondition.Pending : EniCondition.Failed,
                slot,
                input.Options.Network.TableBase + (uint)Math.Max(slot, 0),
                null,
                link,
                fault.Message));
        }

        return enis.ToImmutable();
    }

    // Where somebody has put the primary address there with a longer prefix than metadata tells, that is what the machine's routes go by, and what was reachable
    // through the gateway stays so: were the mask wrong, whole networks would be looked for on the link. A prefix that leaves an address of the ENI or
    // its gateway out, as /32 does, says nothing about the subnet.
    private static IpPrefix SubnetInForce(DesiredInput input, EniMetadata eni, Link? link)
    {
        var standing = input.Observed.Addresses.FirstOrDefault(a => a.LinkIndex == link?.Index && a.Address.Address == eni.PrimaryAddress && !input.Owned.Owns(a));
        return standing?.Address.Prefix is { } prefix && prefix.Length > eni.Subnet.Length && prefix.Contains(eni.Gateway) && eni.Addresses.All(a => prefix.Contains(a.Address))
            ? prefix
            : eni.Subnet;
    }
}
