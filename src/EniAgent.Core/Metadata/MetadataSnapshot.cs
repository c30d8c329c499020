using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Metadata;

/// <summary>
/// What the metadata service says about this instance: complete and validated, never half-read. It always lists the primary ENI, and every ENI in
/// <see cref="Enis"/> has its primary address; an ENI that is listed but cannot be used yet (or at all) is in <see cref="Faults"/> instead.
/// </summary>
public sealed record MetadataSnapshot
{
    /// <summary>The instance's id, e.g. "ins-0a1b2c3d".</summary>
    public required string InstanceId { get; init; }

    /// <summary>The MAC of the primary ENI.</summary>
    public required MacAddress PrimaryMac { get; init; }

    /// <summary>The usable ENIs, the primary one first, the others in the order of the listing.</summary>
    public required ImmutableArray<EniMetadata> Enis { get; init; }

    /// <summary>The listed ENIs that cannot be used, and why.</summary>
    public ImmutableArray<EniFault> Faults { get; init; } = [];

    /// <summary>The primary ENI; null only while it stands in <see cref="Faults"/>.</summary>
    public EniMetadata? Primary => Enis.FirstOrDefault(eni => eni.Mac == PrimaryMac);

    /// <summary>Equal when everything in it is equal, in order.</summary>
    public bool Equals(MetadataSnapshot? other) =>
        other is not null && InstanceId == other.InstanceId && PrimaryMac == other.PrimaryMac
        && Enis.SequenceEqual(other.Enis) && Faults.SequenceEqual(other.Faults);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(InstanceId, PrimaryMac, Enis.Length, Faults.Length);
}

/// <summary>One attached ENI, validated: every address lies in <see cref="Subnet"/>.</summary>
public sealed record EniMetadata
{
    /// <summary>Its identity.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>Whether it is the instance's primary ENI.</summary>
    public required bool IsPrimary { get; init; }

    /// <summary>The subnet's id, e.g. "subnet-5ruq9mzz"; empty where not known.</summary>
    public string SubnetId { get; init; } = "";

    /// <summary>The VPC's id; empty where not known.</summary>
    public string VpcId { get; init; } = "";

    /// <summary>The subnet's prefix.</summary>
    public required IpPrefix Subnet { get; init; }

    /// <summary>The subnet's gateway; it may lie outside <see cref="Subnet"/>.</summary>
    public required IpAddress Gateway { get; init; }

    /// <summary>The private addresses, the primary address first, the others in the order of the listing.</summary>
    public required ImmutableArray<AddressMetadata> Addresses { get; init; }

    /// <summary>The primary address.</summary>
    public IpAddress PrimaryAddress => Addresses[0].Address;

    /// <summary>Equal when everything in it is equal, in order.</summary>
    public bool Equals(EniMetadata? other) =>
        other is not null && Mac == other.Mac && IsPrimary == other.IsPrimary && SubnetId == other.SubnetId && VpcId == other.VpcId
        && Subnet == other.Subnet && Gateway == other.Gateway && Addresses.SequenceEqual(other.Addresses);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mac, Subnet, Gateway, Addresses.Length);
}

/// <summary>One private address of an ENI and the elastic public address behind it.</summary>
/// <param name="Address">The private address.</param>
/// <param name="PublicAddress">The EIP; none where there is none.</param>
/// <param name="PublicAddressMode">"NAT", "direct", or null where not known.</param>
public sealed record AddressMetadata(IpAddress Address, IpAddress PublicAddress = default, string? PublicAddressMode = null);

/// <summary>An ENI that metadata lists but that cannot be used.</summary>
/// <param name="Mac">The ENI.</param>
/// <param name="IsPending">True when documents are still missing (404), as they are shortly after an attach; false when they are wrong.</param>
/// <param name="Message">What is missing or wrong, naming the document and its value.</param>
public sealed record EniFault(MacAddress Mac, bool IsPending, Sentence Message);
