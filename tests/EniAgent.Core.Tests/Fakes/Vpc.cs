using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;

namespace EniAgent.Core.Tests.Fakes;

/// <summary>Short words for metadata and options.</summary>
internal static class Vpc
{
    /// <summary>The MAC of ENI <paramref name="number"/>; 0 is the primary one.</summary>
    public static MacAddress Mac(int number) => new(0x525400000000UL + (ulong)number);

    public static IpAddress Ip(string text) => IpAddress.Parse(text);

    public static EniMetadata Eni(MacAddress mac, bool isPrimary, string subnet, string gateway, params IEnumerable<string> addresses) => new()
    {
        Mac = mac,
        IsPrimary = isPrimary,
        Subnet = IpPrefix.Parse(subnet),
        Gateway = Ip(gateway),
        Addresses = [.. addresses.Select(a => new AddressMetadata(Ip(a)))],
    };

    /// <summary>The primary ENI, in 10.0.0.0/24.</summary>
    public static EniMetadata Primary(params string[] addresses) => Eni(Mac(0), true, "10.0.0.0/24", "10.0.0.1", addresses.Length == 0 ? ["10.0.0.10"] : addresses);

    /// <summary>Secondary ENI <paramref name="number"/>, in 10.0.NUMBER.0/24.</summary>
    public static EniMetadata Secondary(int number, params string[] addresses) =>
        Eni(Mac(number), false, $"10.0.{number}.0/24", $"10.0.{number}.1", addresses.Length == 0 ? [$"10.0.{number}.10"] : addresses);

    public static MetadataSnapshot Snapshot(params EniMetadata[] enis) => new() { InstanceId = "ins-1", PrimaryMac = Mac(0), Enis = [.. enis] };

    public static EniSelector Selector(string text) => EniSelector.TryParse(text, out var selector) ? selector! : throw new FormatException(text);

    /// <summary>What is believed when nothing is held back.</summary>
    public static Belief Believe(MetadataSnapshot snapshot) => new(snapshot, [], [], null);
}
