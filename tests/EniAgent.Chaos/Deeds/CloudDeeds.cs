using EniAgent.Simulator;

namespace EniAgent.Chaos.Deeds;

/// <summary>What the control plane does.</summary>
internal static class CloudDeeds
{
    private const int MostEnis = 5, MostAddresses = 8;

    public static Dictionary<string, Catalogue.Entry> All { get; } = new()
    {
        ["attach"] = new(6, AttachAsync),
        ["detach"] = new(4, DetachAsync),
        ["assign"] = new(6, AssignAsync),
        ["unassign"] = new(5, UnassignAsync),
        ["associate"] = new(2, AssociateAsync),
        ["disassociate"] = new(1, DisassociateAsync),
        ["new-primary-address"] = new(1, NewPrimaryAddressAsync),
    };

    // A new one, or one that was here before; the two sides come in any order.
    private static async Task AttachAsync(World world, int a, int b)
    {
        if (world.Guest.Enis.Count >= MostEnis)
        {
            return;
        }

        var eni = b % 2 == 0 && world.Detached.Count > 0 ? world.Detached[a % world.Detached.Count] : world.Vpc.CreateNetworkInterface(world.Subnets[a % world.Subnets.Count], b % 3);
        world.Detached.Remove(eni);
        await world.Vpc.AttachNetworkInterfaceAsync(world.Guest, eni, new AttachOptions
        {
            NicDelay = TimeSpan.FromMilliseconds(b % 7 * 10),
            MetadataDelay = TimeSpan.FromMilliseconds(b % 5 * 10),
            AddressesDelay = TimeSpan.FromMilliseconds(b % 3 * 10),
            DetailsDelay = TimeSpan.FromMilliseconds(a % 3 * 10),
        });
    }

    private static async Task DetachAsync(World world, int a, int b)
    {
        if (world.Secondaries is { Count: > 0 } secondaries)
        {
            var eni = secondaries[a % secondaries.Count];
            await world.Vpc.DetachNetworkInterfaceAsync(eni, new DetachOptions { NicDelay = TimeSpan.FromMilliseconds(a % 4 * 10), MetadataDelay = TimeSpan.FromMilliseconds(b % 4 * 10) });
            world.Detached.Add(eni);
        }
    }

    // With any such verb the fabric stops honouring a former primary address, and that may be the last one of which the agent knows: it could learn nothing any more.
    private static async Task AssignAsync(World world, int a, int b)
    {
        var eni = world.Eni(a);
        if (eni.Addresses.Count < MostAddresses && eni.FormerPrimaryAddress is null)
        {
            await world.Vpc.AssignPrivateIpAddressesAsync(eni, 1 + (b % 3));
        }
    }

    private static async Task UnassignAsync(World world, int a, int b)
    {
        if (world.Eni(a) is { SecondaryAddresses: { Count: > 0 } addresses, FormerPrimaryAddress: null } eni)
        {
            await world.Vpc.UnassignPrivateIpAddressesAsync(eni, addresses[b % addresses.Count]);
        }
    }

    private static async Task AssociateAsync(World world, int a, int b)
    {
        var eni = world.Eni(a);
        var free = eni.Addresses.Except(eni.Eips.Keys).ToList();
        if (free.Count > 0)
        {
            await world.Vpc.AssociateAddressAsync(eni, EipMode.Nat, free[b % free.Count]);
        }
    }

    private static async Task DisassociateAsync(World world, int a, int b)
    {
        if (world.Eni(a) is { Eips: { Count: > 0 } eips } eni)
        {
            await world.Vpc.DisassociateAddressAsync(eni, eips.Keys.ElementAt(b % eips.Count));
        }
    }

    // The fabric honours the former one until the guest has the new one.
    private static async Task NewPrimaryAddressAsync(World world, int a, int b)
    {
        if (world.Guest.PrimaryEni.FormerPrimaryAddress is null)
        {
            await world.Vpc.ModifyPrimaryAddressAsync(world.Guest);
        }
    }
}
