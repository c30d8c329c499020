using System.Net;

namespace EniAgent.Simulator;

// The cloud of a saved snapshot once more.
public sealed partial class Vpc
{
    /// <summary>Makes the VPC, the subnets, the instance and the ENIs that a snapshot tells of, with their own names and numbers. The VPC must be empty.</summary>
    public async Task<Guest> CreateGuestAsync(SavedCloud saved, GuestOptions? options = null)
    {
        if (Subnets.Count > 0)
        {
            throw new InvalidOperationException("a saved cloud takes an empty VPC");
        }
        if (saved.Enis[0].VpcId.Length > 0)
        {
            Id = saved.Enis[0].VpcId;
        }
        var subnets = new Dictionary<(string Id, string Network, string Gateway), Subnet>();
        foreach (var eni in saved.Enis)
        {
            var key = (eni.SubnetId, eni.Subnet, eni.Gateway);
            if (!subnets.ContainsKey(key))
            {
                subnets[key] = await CreateSubnetAsync(eni.Subnet, eni.Gateway, eni.SubnetId.Length > 0 ? eni.SubnetId : null);
            }
        }
        var enis = saved.Enis.Select(eni => Recreate(eni, subnets[(eni.SubnetId, eni.Subnet, eni.Gateway)], isPrimary: eni.Mac == saved.PrimaryMac)).ToArray();
        var guest = await CreateGuestAsync(enis[0], (options ?? new GuestOptions()) with { InstanceId = saved.InstanceId });
        foreach (var eni in enis[1..])
        {
            await AttachNetworkInterfaceAsync(guest, eni);
        }
        foreach (var (eni, address) in enis.Zip(saved.Enis).SelectMany(pair => pair.Second.Addresses, (pair, address) => (pair.First, address)).Where(a => a.address.PublicAddress is not null))
        {
            var mode = address.PublicAddressMode == "direct" ? EipMode.Direct : EipMode.Nat;
            await AssociateAddressAsync(eni, new Eip(IPAddress.Parse(address.PublicAddress!), mode), IPAddress.Parse(address.Address));
        }
        return guest;
    }

    private Eni Recreate(SavedEni saved, Subnet subnet, bool isPrimary)
    {
        lock (_gate)
        {
            _macs.Add(saved.Mac);
        }
        var addresses = saved.PrivateAddresses;
        subnet.Take(addresses);
        return new Eni(_gate, saved.Mac, subnet, addresses[0], addresses[1..], isPrimary);
    }
}
