using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;

namespace EniAgent.Core.Tests.Fakes;

// net/ipv4/devinet.c: the first address of a subnet on a link is primary, the others are its secondaries.
internal sealed partial class FakeKernel
{
    private readonly List<FakeAddress> _addresses = [];

    public IEnumerable<LinkAddress> AddressesOf(string link) =>
        Locked(() => _addresses.Where(a => a.Value.LinkIndex == LinkOf(link).Index).Select(a => a.Value).ToList());

    public bool IsLocal(IpAddress address) => Locked(() => _addresses.Any(a => a.Value.Address.Address == address));

    public StepFailure? Add(LinkAddress address)
    {
        using var held = _lock.EnterScope();
        if (LinkOf(address.LinkIndex) is null)
        {
            return Fail(FailureKind.Transient, "ENODEV");
        }

        if ((address.Metric != 0 && !Features.AddressMetric) || (address.NoPrefixRoute && !Features.NoPrefixRoute)
            || (address.Protocol != 0 && !Features.AddressProtocol))
        {
            return Fail(FailureKind.Unsupported, "this kernel ignores an attribute of the address");
        }

        var sameSubnet = _addresses.Where(a => SharesSubnet(a.Value, address)).ToList();
        if (sameSubnet.Any(a => a.Value.Address.Address == address.Address.Address))
        {
            return Fail(FailureKind.Conflict, $"EEXIST: address {address.Address}");
        }

        var added = new FakeAddress(address, IsSecondary: sameSubnet.Count > 0);
        Insert(added);
        MakePrefixRoute(added);
        return null;
    }

    public StepFailure? Delete(LinkAddress address)
    {
        using var held = _lock.EnterScope();
        var found = _addresses.FirstOrDefault(a => a.Value.Key == address.Key);
        if (found is null)
        {
            return Fail(FailureKind.Invalid, $"EADDRNOTAVAIL: address {address.Address}");
        }

        _addresses.Remove(found);
        DropPrefixRoute(found);
        if (!found.IsSecondary && _addresses.Where(a => SharesSubnet(a.Value, address)).ToList() is [var next, ..] others)
        {
            if (Promotes(address.LinkIndex))
            {
                _addresses.Remove(next);
                var promoted = next with { IsSecondary = false };
                Insert(promoted);
                MakePrefixRoute(promoted);
            }
            else
            {
                foreach (var other in others)
                {
                    _addresses.Remove(other);
                    DropRoutesPreferring(other.Value.Address.Address);
                }
            }
        }

        DropRoutesPreferring(address.Address.Address);
        return null;
    }

    private static bool SharesSubnet(LinkAddress a, LinkAddress b) => a.LinkIndex == b.LinkIndex && a.Address.Prefix == b.Address.Prefix;

    private void Insert(FakeAddress address)
    {
        var after = address.IsSecondary
            ? _addresses.Count - 1
            : _addresses.FindLastIndex(a => a.Value.LinkIndex == address.Value.LinkIndex && !a.IsSecondary);
        _addresses.Insert(after < 0 ? _addresses.Count : after + 1, address);
    }

    private bool Promotes(int linkIndex) =>
        _sysctls[new SysctlKey(SysctlKey.All, SysctlKey.PromoteSecondaries)] != 0
        || _sysctls[new SysctlKey(NameOf(linkIndex), SysctlKey.PromoteSecondaries)] != 0;

    private sealed record FakeAddress(LinkAddress Value, bool IsSecondary);
}
