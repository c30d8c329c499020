using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;

namespace EniAgent.Metadata.Tests;

/// <summary>What every snapshot promises, whatever the service said.</summary>
internal static class SnapshotInvariants
{
    public static void Check(MetadataSnapshot snapshot)
    {
        Assert.NotEqual("", snapshot.InstanceId);
        var listed = snapshot.Enis.Select(eni => eni.Mac).Concat(snapshot.Faults.Select(fault => fault.Mac)).ToList();
        Assert.Distinct(listed);
        Assert.Contains(snapshot.PrimaryMac, listed);
        Assert.All(listed, mac => Assert.False(mac.IsZero || mac.IsMulticast));
        Assert.All(snapshot.Faults, fault => Assert.NotEqual("", fault.Message.English));
        Assert.Distinct(snapshot.Enis.SelectMany(eni => eni.Addresses).Select(address => address.Address));
        for (var i = 0; i < snapshot.Enis.Length; i++)
        {
            Check(snapshot.Enis[i]);
            Assert.Equal(snapshot.Enis[i].Mac == snapshot.PrimaryMac, snapshot.Enis[i].IsPrimary);
            Assert.True(!snapshot.Enis[i].IsPrimary || i == 0);
        }
    }

    private static void Check(EniMetadata eni)
    {
        Assert.NotEmpty(eni.Addresses);
        Assert.InRange(eni.Subnet.Length, 8, 32);
        Assert.False(eni.Gateway.IsNone || eni.Gateway.IsMulticast || eni.Gateway.IsLoopback || eni.Gateway.IsUnspecified);
        Assert.All(eni.Addresses, address =>
        {
            Assert.Equal(AddressFamily.IPv4, address.Address.Family);
            Assert.True(eni.Subnet.Contains(address.Address));
            Assert.False(IpPrefix.Parse("169.254.0.0/16").Contains(address.Address));
            Assert.False(address.Address.IsLoopback || address.Address.IsMulticast || address.Address.IsUnspecified);
        });
        Assert.Distinct(eni.Addresses.Where(address => !address.PublicAddress.IsNone).Select(address => address.PublicAddress));
    }
}
