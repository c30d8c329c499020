using System.Net;

namespace EniAgent.Simulator;

// The control plane's verbs for addresses. A former primary address is honoured until ForgetOldPrimaryAsync or the next verb on its ENI.
public sealed partial class Vpc
{
    /// <summary>AssignPrivateIpAddresses: that many free addresses of the subnet.</summary>
    public async Task<IReadOnlyList<IPAddress>> AssignPrivateIpAddressesAsync(Eni eni, int count = 1)
    {
        var addresses = Enumerable.Range(0, count).Select(_ => eni.Subnet.NextAddress()).ToArray();
        await AssignPrivateIpAddressesAsync(eni, addresses);
        return addresses;
    }

    /// <summary>AssignPrivateIpAddresses: these.</summary>
    public async Task AssignPrivateIpAddressesAsync(Eni eni, params IPAddress[] addresses)
    {
        await ForgetOldPrimaryAsync(eni);
        await SourceFilter.AllowAsync(eni.Port, addresses);
        await _fabric.ForgetNeighboursAsync(eni.Subnet, addresses);
        eni.Add(addresses);
    }

    /// <summary>UnassignPrivateIpAddresses: metadata forgets them, and from then on the fabric drops what the guest sends from them.</summary>
    public async Task UnassignPrivateIpAddressesAsync(Eni eni, params IPAddress[] addresses)
    {
        if (addresses.Contains(eni.PrimaryAddress))
        {
            throw new InvalidOperationException("only secondary addresses can be released");
        }
        await ForgetOldPrimaryAsync(eni);
        foreach (var address in addresses)
        {
            if (eni.Eips.ContainsKey(address))
            {
                await DisassociateAddressAsync(eni, address);
            }
            eni.Remove(address);
        }
        await SourceFilter.RefuseAsync(eni.Port, addresses);
        await _fabric.ForgetNeighboursAsync(eni.Subnet, addresses);
    }

    /// <summary>ModifyPrivateIpAddresses: another primary address for the primary ENI; returns it.</summary>
    public async Task<IPAddress> ModifyPrimaryAddressAsync(Guest guest, IPAddress? address = null)
    {
        var eni = guest.PrimaryEni;
        await ForgetOldPrimaryAsync(eni);
        address ??= eni.Subnet.NextAddress();
        await MoveEipAsync(eni, async () =>
        {
            await SourceFilter.AllowAsync(eni.Port, address);
            eni.Move(eni.Subnet, address);
        });
        return address;
    }

    /// <summary>
    /// MigrateNetworkInterface: the primary ENI to another subnet, with a free address of that; returns the address. The former gateway
    /// goes on answering for the former address, so that the guest can still ask metadata where it is now.
    /// </summary>
    public async Task<IPAddress> MigratePrimaryEniAsync(Guest guest, Subnet subnet)
    {
        var eni = guest.PrimaryEni;
        if (eni.SecondaryAddresses.Count > 0)
        {
            throw new InvalidOperationException("an ENI with secondary addresses cannot move: release them first");
        }
        await ForgetOldPrimaryAsync(eni);
        var (from, address) = (eni.Subnet, subnet.NextAddress());
        await MoveEipAsync(eni, async () =>
        {
            await SourceFilter.AllowAsync(eni.Port, address);
            eni.Move(subnet, address);
            await _fabric.MoveAsync(eni.Port!, eni, from);
        });
        return address;
    }

    /// <summary>Stops honouring the former primary address, as the fabric does once the guest has moved; nothing to do if there is none.</summary>
    public async Task ForgetOldPrimaryAsync(Eni eni)
    {
        if (eni.FormerPrimaryAddress is not { } former)
        {
            return;
        }
        await SourceFilter.RefuseAsync(eni.Port, former);
        if (eni.FormerSubnet is { } from)
        {
            await _fabric.ForgetAsync(eni, from);
        }
        else
        {
            await _fabric.ForgetNeighboursAsync(eni.Subnet, [former]);
        }
        eni.ForgetFormer();
    }

    /// <summary>AssociateAddress: binds an EIP to a private address of the ENI, the primary one unless another is given.</summary>
    public Task<Eip> AssociateAddressAsync(Eni eni, EipMode mode = EipMode.Nat, IPAddress? privateAddress = null) =>
        AssociateAddressAsync(eni, new Eip(NextEip(), mode), privateAddress ?? eni.PrimaryAddress);

    private async Task<Eip> AssociateAddressAsync(Eni eni, Eip eip, IPAddress address)
    {
        await ForgetOldPrimaryAsync(eni);
        if (eip.Mode == EipMode.Direct)
        {
            await SourceFilter.AllowAsync(eni.Port, eip.Address);
        }
        await _fabric.BindAsync(eni, address, eip);
        eni.Bind(address, eip);
        return eip;
    }

    /// <summary>DisassociateAddress: the EIP of a private address of the ENI, the primary one unless another is given.</summary>
    public async Task DisassociateAddressAsync(Eni eni, IPAddress? privateAddress = null)
    {
        await ForgetOldPrimaryAsync(eni);
        var address = privateAddress ?? eni.PrimaryAddress;
        var eip = eni.Unbind(address) ?? throw new InvalidOperationException($"{address} has no EIP");
        await _fabric.UnbindAsync(address, eip);
        if (eip.Mode == EipMode.Direct)
        {
            await SourceFilter.RefuseAsync(eni.Port, eip.Address);
        }
    }

    // An EIP stays with the primary address when that changes.
    private async Task MoveEipAsync(Eni eni, Func<Task> move)
    {
        var (before, eip) = (eni.PrimaryAddress, eni.Eips.GetValueOrDefault(eni.PrimaryAddress));
        if (eip is not null)
        {
            await _fabric.UnbindAsync(before, eip);
        }
        await move();
        if (eip is not null)
        {
            await _fabric.BindAsync(eni, eni.PrimaryAddress, eip);
        }
    }

    private IPAddress NextEip() => Ipv4.From(Ipv4.Bits(IPAddress.Parse("203.0.113.0")) + (uint)Interlocked.Increment(ref _lastEip));
}
