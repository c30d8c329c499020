using EniAgent.Core.Addressing;

namespace EniAgent.Metadata;

/// <summary>Paths of documents, relative to /latest/meta-data/.</summary>
internal static class DocumentPath
{
    /// <summary>The instance's id.</summary>
    public const string InstanceId = "instance-id";

    /// <summary>The MAC of the primary ENI.</summary>
    public const string PrimaryMac = "mac";

    /// <summary>The listing of the ENIs.</summary>
    public const string Enis = "network/interfaces/macs/";

    /// <summary>Whether a path is one that this client asks for: what a stored file claims to be a path must not become a request otherwise.</summary>
    public static bool IsKnown(string path)
    {
        if (path is InstanceId or PrimaryMac)
        {
            return true;
        }

        if (!path.StartsWith(Enis, StringComparison.Ordinal) || path[Enis.Length..].Split('/', 2) is not [var name, var document]
            || !MacAddress.TryParse(name, out _))
        {
            return false;
        }

        var eni = new EniPaths(name, AddressListNames.IPv4);
        return eni.IsLeaf(path) || path == eni.AddressList
            || (document.Split('/') is [_, var address, _] && IpAddress.TryParse(address, out _)
                && (path == eni.Gateway(address) || path == eni.Mask(address) || path == eni.Public(address) || path == eni.PublicMode(address)));
    }

    /// <summary>The folder of the ENI that a document belongs to, with its final slash; null for the documents of the instance.</summary>
    public static string? EniFolder(string path) =>
        path.Length > Enis.Length && path.StartsWith(Enis, StringComparison.Ordinal) && path.IndexOf('/', Enis.Length) is > 0 and var end
            ? path[..(end + 1)]
            : null;

    /// <summary>The MAC of the ENI that a document belongs to.</summary>
    public static MacAddress? EniMac(string path) =>
        EniFolder(path) is { } folder && MacAddress.TryParse(folder.AsSpan(Enis.Length).TrimEnd('/'), out var mac) ? mac : null;
}

/// <summary>The names of the documents that speak of addresses: one set a family, so that the family comes from the names.</summary>
/// <param name="Family">The family of the addresses in them.</param>
/// <param name="List">The list of private addresses.</param>
/// <param name="Primary">The primary address.</param>
/// <param name="PublicList">The list of EIPs.</param>
/// <param name="Public">The EIP behind one private address.</param>
/// <param name="PublicMode">How that EIP reaches the guest.</param>
internal sealed record AddressListNames(AddressFamily Family, string List, string Primary, string PublicList, string Public, string PublicMode)
{
    /// <summary>The documented, IPv4 names.</summary>
    public static readonly AddressListNames IPv4 =
        new(AddressFamily.IPv4, "local-ipv4s", "primary-local-ipv4", "public-ipv4s", "public-ipv4", "public-ipv4-mode");
}

/// <summary>The paths of one ENI's documents.</summary>
/// <param name="Name">The MAC exactly as the listing spells it, for URLs are case-sensitive.</param>
/// <param name="Names">The family's names.</param>
internal sealed record EniPaths(string Name, AddressListNames Names)
{
    /// <summary>The ENI's folder.</summary>
    public string Folder { get; } = $"{DocumentPath.Enis}{Name}/";

    /// <summary>The list of private addresses.</summary>
    public string AddressList => $"{Folder}{Names.List}/";

    /// <summary>The primary address.</summary>
    public string Primary => Folder + Names.Primary;

    /// <summary>The subnet's id.</summary>
    public string SubnetId => Folder + "subnet-id";

    /// <summary>The VPC's id.</summary>
    public string VpcId => Folder + "vpc-id";

    /// <summary>The list of EIPs.</summary>
    public string PublicList => Folder + Names.PublicList;

    /// <summary>The gateway of one address's subnet.</summary>
    public string Gateway(string address) => $"{AddressList}{address}/gateway";

    /// <summary>The mask of one address's subnet.</summary>
    public string Mask(string address) => $"{AddressList}{address}/subnet-mask";

    /// <summary>The EIP behind one address.</summary>
    public string Public(string address) => $"{AddressList}{address}/{Names.Public}";

    /// <summary>The mode of the EIP behind one address.</summary>
    public string PublicMode(string address) => $"{AddressList}{address}/{Names.PublicMode}";

    /// <summary>Whether a path is one of the documents directly in the ENI's folder.</summary>
    public bool IsLeaf(string path) => path == Primary || path == SubnetId || path == VpcId || path == PublicList;
}
