using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;

namespace EniAgent.Core.Ownership;

/// <summary>The ledger's bookkeeping around a plan: claimed before, cleared after.</summary>
public static class LedgerKeeper
{
    /// <summary>Takes in what metadata says: its addresses and the primary ENI's gateway.</summary>
    public static Ledger Listing(Ledger ledger, MetadataSnapshot snapshot) => ledger with
    {
        Listed = ledger.Listed.Union(snapshot.Enis.SelectMany(eni => eni.Addresses, (eni, a) => new ListedAddress(eni.Mac, a.Address))),
        PrimaryGateways = snapshot.Primary is { } primary ? ledger.PrimaryGateways.Add(primary.Gateway) : ledger.PrimaryGateways,
    };

    /// <summary>Claims everything that the steps are about to add.</summary>
    public static (Ledger Ledger, PersistentState State) Before(Ledger ledger, PersistentState state, IEnumerable<Step> steps, OwnedObjects owned)
    {
        var addresses = ledger.Addresses.ToBuilder();
        var routes = ledger.Routes.ToBuilder();
        var rules = ledger.Rules.ToBuilder();
        var settings = state.Settings.ToBuilder();
        foreach (var step in steps)
        {
            switch (step)
            {
                case AddAddress s when owned.MacOf(s.Address.LinkIndex) is { } mac:
                    addresses.Add(new EniAddress(mac, s.Address.Address));
                    break;
                case AddRoute s:
                    routes.Add(owned.KeyOf(s.Route));
                    break;
                case ReplaceRoute s when owned.Owns(s.Old):
                    routes.Add(owned.KeyOf(s.New));
                    break;
                case AddRule s:
                    rules.Add(OwnedObjects.KeyOf(s.Rule));
                    break;
                case SetSysctl { Restores: false, Eni: { } mac } s:
                    // The former value is never overwritten by one of our own.
                    var key = new SettingOf(mac, s.Key.Name);
                    var isOurs = settings.TryGetValue(key, out var change) && change.Ours == s.From;
                    settings[key] = new SettingChange(isOurs ? change.Original : s.From, s.To);
                    break;
            }
        }

        return (ledger with { Addresses = addresses.ToImmutable(), Routes = routes.ToImmutable(), Rules = rules.ToImmutable() },
            state with { Settings = settings.ToImmutable() });
    }

    /// <summary>Clears what was deleted, and what could not be added.</summary>
    public static (Ledger Ledger, PersistentState State) After(Ledger ledger, PersistentState state, IEnumerable<StepOutcome> outcomes, OwnedObjects owned)
    {
        var addresses = ledger.Addresses.ToBuilder();
        var routes = ledger.Routes.ToBuilder();
        var rules = ledger.Rules.ToBuilder();
        var settings = state.Settings.ToBuilder();
        foreach (var (step, failure) in outcomes)
        {
            switch (step)
            {
                case AddAddress s when failure is not null && owned.MacOf(s.Address.LinkIndex) is { } mac:
                    addresses.Remove(new EniAddress(mac, s.Address.Address));
                    break;
                case AddAddress s when owned.MacOf(s.Address.LinkIndex) is { } mac:
                    // Claimed before; but where its prefix route changes, the same address has just been deleted.
                    addresses.Add(new EniAddress(mac, s.Address.Address));
                    break;
                case DeleteAddress s when failure is null && owned.MacOf(s.Address.LinkIndex) is { } mac:
                    addresses.Remove(new EniAddress(mac, s.Address.Address));
                    break;
                case AddRoute s when failure is not null:
                    routes.Remove(owned.KeyOf(s.Route));
                    break;
                case DeleteRoute s when failure is null:
                    routes.Remove(owned.KeyOf(s.Route));
                    break;
                case ReplaceRoute s:
                    routes.Remove(owned.KeyOf(failure is null ? s.Old : s.New));
                    break;
                case AddRule s when failure is not null:
                    rules.Remove(OwnedObjects.KeyOf(s.Rule));
                    break;
                case DeleteRule s when failure is null:
                    rules.Remove(OwnedObjects.KeyOf(s.Rule));
                    break;
                case SetSysctl { Restores: true, Eni: { } mac } s when failure is null:
                    settings.Remove(new SettingOf(mac, s.Key.Name));
                    break;
            }
        }

        return (ledger with { Addresses = addresses.ToImmutable(), Routes = routes.ToImmutable(), Rules = rules.ToImmutable() },
            state with { Settings = settings.ToImmutable() });
    }

    /// <summary>
    /// Clears what is not there any more, once the kernel has been seen to be in sync: objects went with their NIC, or somebody deleted what was not wanted
    /// any more. What metadata no longer lists is forgotten likewise.
    /// </summary>
    public static Ledger Settled(Ledger ledger, ObservedState observed, Belief belief, OwnedObjects owned)
    {
        var addresses = observed.Addresses.Where(a => owned.MacOf(a.LinkIndex) is not null)
            .Select(a => new EniAddress(owned.MacOf(a.LinkIndex)!.Value, a.Address)).ToHashSet();

        // Of somebody else's thousands none is worth a text.
        var routes = observed.Routes.Where(owned.Owns).Select(owned.KeyOf).ToHashSet(StringComparer.Ordinal);
        var rules = observed.Rules.Select(OwnedObjects.KeyOf).ToHashSet(StringComparer.Ordinal);
        var listed = belief.Snapshot.Enis.SelectMany(eni => eni.Addresses, (eni, a) => new ListedAddress(eni.Mac, a.Address))
            .Concat(belief.HeldAddresses).ToHashSet();
        return ledger with
        {
            Addresses = ledger.Addresses.Intersect(addresses),
            Routes = ledger.Routes.Intersect(routes),
            Rules = ledger.Rules.Intersect(rules),
            Listed = belief.HoldsUnknown ? ledger.Listed : ledger.Listed.Intersect(listed),
            PrimaryGateways = belief.Snapshot.Primary is { } primary ? [primary.Gateway] : ledger.PrimaryGateways,
        };
    }
}
