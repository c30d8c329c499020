using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;

namespace EniAgent.Core.Ownership;

/// <summary>Gives every ENI a number that it keeps, from which its routing table is computed: interface indexes change, and numbers made of them collide.</summary>
public static class Slots
{
    /// <summary>The primary ENI's slot.</summary>
    public const int Primary = 0;

    /// <summary>How many slots there are.</summary>
    public const int Count = (int)OwnedObjects.TableCount;

    /// <summary>
    /// The slots of every ENI of <paramref name="snapshot"/>: the remembered ones, and the lowest free ones for new ENIs. ENIs that are not attached keep
    /// theirs until they are needed.
    /// </summary>
    public static ImmutableSortedDictionary<MacAddress, int> Assign(ImmutableSortedDictionary<MacAddress, int> remembered, MetadataSnapshot snapshot)
    {
        var attached = snapshot.Enis.Select(eni => eni.Mac).Concat(snapshot.Faults.Select(fault => fault.Mac)).ToHashSet();
        var slots = remembered.Where(s => s.Value is > Primary and < Count && s.Key != snapshot.PrimaryMac).DistinctBy(s => s.Value)
            .ToDictionary(s => s.Key, s => s.Value);
        var taken = slots.Values.ToHashSet();
        slots[snapshot.PrimaryMac] = Primary;
        foreach (var mac in attached.Where(mac => !slots.ContainsKey(mac)).Order())
        {
            var free = Enumerable.Range(Primary + 1, Count - 1).FirstOrDefault(slot => !taken.Contains(slot), -1);
            if (free < 0)
            {
                var absent = slots.Where(s => !attached.Contains(s.Key)).Select(s => (MacAddress?)s.Key).FirstOrDefault();
                if (absent is not { } forgotten)
                {
                    continue;
                }

                free = slots[forgotten];
                slots.Remove(forgotten);
            }

            slots[mac] = free;
            taken.Add(free);
        }

        return slots.ToImmutableSortedDictionary();
    }
}
