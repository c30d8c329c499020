using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Ownership;

namespace EniAgent.Core.Metadata;

/// <summary>
/// Turns snapshots as they are read into what is believed. News is believed at once; that something is gone is believed when two complete snapshots at
/// least <see cref="ConfirmationTime"/> apart do not list it, and an ENI whose documents are faulty stays what it was.
/// </summary>
/// <param name="believed">The last belief of this boot; null where there is none.</param>
/// <param name="listed">Every address that metadata has listed since boot.</param>
public sealed class SnapshotTracker(MetadataSnapshot? believed, IEnumerable<ListedAddress> listed)
{
    /// <summary>How far apart the two snapshots must be.</summary>
    public static readonly TimeSpan ConfirmationTime = TimeSpan.FromSeconds(1);

    // Everything known, and since when it has been missing from complete snapshots of its ENI.
    private readonly Dictionary<ListedAddress, TimeSpan?> _addresses = Known(believed, listed);
    private readonly Dictionary<MacAddress, TimeSpan?> _absentEnis = [];
    private MetadataSnapshot? _believed = believed;
    private MetadataSnapshot? _taken;

    /// <summary>What is believed now; null before the first snapshot.</summary>
    public Belief? Current { get; private set; } = believed is null ? null : Remembered(believed, listed);

    /// <summary>Takes a snapshot in.</summary>
    /// <param name="fresh">The snapshot as read.</param>
    /// <param name="now">When it was read, on a clock that never jumps.</param>
    /// <returns>What is believed; the same object as before where a snapshot comes once more of which everything is believed already.</returns>
    public Belief Take(MetadataSnapshot fresh, TimeSpan now)
    {
        // Only what is held, and what is at fault, depends on the time or on what was believed before.
        if (ReferenceEquals(fresh, _taken) && Current is { HeldEnis.IsEmpty: true, HeldAddresses.IsEmpty: true, Snapshot.Faults.IsEmpty: true })
        {
            return Current;
        }

        _taken = fresh;
        var former = _believed?.Enis.ToDictionary(eni => eni.Mac) ?? [];
        var faulty = fresh.Faults.Select(fault => fault.Mac).ToHashSet();
        var valid = fresh.Enis.Select(eni => eni.Mac).ToHashSet();
        TimeSpan? confirmAt = null;

        // An ENI: listed and valid, listed and faulty (stays what it was), or not listed (held until confirmed).
        var enis = fresh.Enis.ToBuilder();
        enis.AddRange(faulty.Where(former.ContainsKey).Select(mac => former[mac]));
        var held = new HashSet<MacAddress>();
        foreach (var mac in _addresses.Keys.Select(a => a.Mac).Concat(former.Keys).Distinct().ToList())
        {
            if (valid.Contains(mac) || faulty.Contains(mac))
            {
                _absentEnis.Remove(mac);
                if (faulty.Contains(mac) && !former.ContainsKey(mac))
                {
                    held.Add(mac);
                }
            }
            else if (fresh.Primary is not null && Confirmed(_absentEnis, mac, now, ref confirmAt))
            {
                Forget(mac);
            }
            else
            {
                held.Add(mac);
                if (former.TryGetValue(mac, out var eni))
                {
                    enis.Add(eni);
                }
            }
        }

        // An address: only a complete snapshot of its ENI says anything about it.
        var heldAddresses = new HashSet<ListedAddress>();
        foreach (var eni in fresh.Enis)
        {
            var present = eni.Addresses.Select(a => new ListedAddress(eni.Mac, a.Address)).ToHashSet();
            foreach (var address in present)
            {
                _addresses[address] = null;
            }

            foreach (var address in _addresses.Keys.Where(a => a.Mac == eni.Mac && !present.Contains(a)).ToList())
            {
                if (Confirmed(_addresses, address, now, ref confirmAt))
                {
                    _addresses.Remove(address);
                }
                else
                {
                    heldAddresses.Add(address);
                }
            }
        }

        // What waited for its confirmation when its ENI became faulty goes on waiting.
        foreach (var eni in enis.Where(eni => faulty.Contains(eni.Mac)))
        {
            heldAddresses.UnionWith(_addresses.Keys.Where(a => a.Mac == eni.Mac && eni.Addresses.All(known => known.Address != a.Address)));
        }

        _believed = fresh with { Enis = [.. enis.OrderByDescending(eni => eni.IsPrimary)] };
        Current = new Belief(_believed, heldAddresses.ToImmutableHashSet(), held.ToImmutableHashSet(), confirmAt);
        return Current;
    }

    /// <summary>Takes the same snapshot in as it would be confirmed: for showing what would be done then.</summary>
    public void AssumeConfirmed()
    {
        if (Current is { ConfirmAt: { } confirmAt } belief)
        {
            // What was listed and valid, without what this class has added: held ENIs, and faulty ones as they were.
            var faulty = belief.Snapshot.Faults.Select(fault => fault.Mac).ToHashSet();
            Take(belief.Snapshot with { Enis = [.. belief.Snapshot.Enis.Where(eni => !belief.HeldEnis.Contains(eni.Mac) && !faulty.Contains(eni.Mac))] }, confirmAt);
        }
    }

    private static Dictionary<ListedAddress, TimeSpan?> Known(MetadataSnapshot? believed, IEnumerable<ListedAddress> listed) =>
        listed.Concat(believed?.Enis.SelectMany(eni => eni.Addresses, (eni, a) => new ListedAddress(eni.Mac, a.Address)) ?? [])
            .Distinct().ToDictionary(a => a, _ => (TimeSpan?)null);

    // Before metadata has answered again nothing is confirmed to be gone.
    private static Belief Remembered(MetadataSnapshot believed, IEnumerable<ListedAddress> listed)
    {
        var known = believed.Enis.ToDictionary(eni => eni.Mac);
        var unlisted = listed.Where(a => !known.TryGetValue(a.Mac, out var eni) || eni.Addresses.All(b => b.Address != a.Address)).ToList();
        return new Belief(
            believed,
            [.. unlisted.Where(a => known.ContainsKey(a.Mac))],
            [.. unlisted.Where(a => !known.ContainsKey(a.Mac)).Select(a => a.Mac)],
            null);
    }

    private static bool Confirmed<T>(Dictionary<T, TimeSpan?> absentSince, T key, TimeSpan now, ref TimeSpan? confirmAt)
        where T : notnull
    {
        if (absentSince.GetValueOrDefault(key) is { } since && now - since >= ConfirmationTime)
        {
            return true;
        }

        since = absentSince.GetValueOrDefault(key) ?? now;
        absentSince[key] = since;
        var due = since + ConfirmationTime;
        confirmAt = confirmAt < due ? confirmAt : due;
        return false;
    }

    private void Forget(MacAddress mac)
    {
        _absentEnis.Remove(mac);
        foreach (var address in _addresses.Keys.Where(a => a.Mac == mac).ToList())
        {
            _addresses.Remove(address);
        }
    }
}

/// <summary>What is believed about the attached ENIs.</summary>
/// <param name="Snapshot">The snapshot, with ENIs that are faulty or not yet confirmed to be gone as they were.</param>
/// <param name="HeldAddresses">Addresses that are not listed any more, but whose release is not confirmed yet: they stay where they are.</param>
/// <param name="HeldEnis">ENIs of which nothing is removed: not listed any more but not confirmed to be gone, or faulty without a former picture.</param>
/// <param name="ConfirmAt">When another snapshot would confirm the first of them; null when there is nothing to confirm.</param>
public sealed record Belief(
    MetadataSnapshot Snapshot, ImmutableHashSet<ListedAddress> HeldAddresses, ImmutableHashSet<MacAddress> HeldEnis, TimeSpan? ConfirmAt)
{
    /// <summary>True when an ENI is held of which nothing but its MAC is known any more: then no rule or route can be told from its, and none is removed.</summary>
    public bool HoldsUnknown => HeldEnis.Any(mac => Snapshot.Enis.All(eni => eni.Mac != mac));
}
