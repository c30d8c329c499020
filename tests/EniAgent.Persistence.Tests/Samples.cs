using EniAgent.Core.Addressing;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Tests;

/// <summary>States to start from.</summary>
internal static class Samples
{
    public static readonly BootEni Primary = new()
    {
        Mac = MacAddress.Parse("52:54:00:00:00:00"),
        Interface = "eth0",
        IsPrimary = true,
        Slot = 0,
        Table = 31000,
        Subnet = IpPrefix.Parse("10.0.1.0/24"),
        Gateway = IpAddress.Parse("10.0.1.1"),
        Addresses = [IpAddress.Parse("10.0.1.10"), IpAddress.Parse("10.0.1.11")],
    };

    public static readonly BootEni Secondary = new()
    {
        Mac = MacAddress.Parse("52:54:00:00:00:01"),
        Interface = "eth1",
        IsPrimary = false,
        Slot = 1,
        Table = 31001,
        Subnet = IpPrefix.Parse("10.0.3.0/24"),
        Gateway = IpAddress.Parse("10.0.3.1"),
        Addresses = [IpAddress.Parse("10.0.3.132"), IpAddress.Parse("10.0.3.133")],
        PrefixMetric = 31001,
    };

    public static readonly BootState TwoEnis = new() { Enis = [Primary, Secondary], HasRules = true };
}
