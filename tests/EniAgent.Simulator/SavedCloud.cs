using System.Net;
using System.Text.Json;

namespace EniAgent.Simulator;

/// <summary>What instance metadata said once, as <c>eni-agent snapshot</c> has saved it (docs/json.md), to build the same cloud again. ENIs that were not complete are left out.</summary>
public sealed record SavedCloud
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    /// <summary>The instance's identifier.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The primary ENI's MAC.</summary>
    public required string PrimaryMac { get; init; }

    /// <summary>The ENIs, the primary one first.</summary>
    public required IReadOnlyList<SavedEni> Enis { get; init; }

    /// <summary>Reads one.</summary>
    /// <exception cref="ArgumentException">It is none, or its primary ENI is not complete.</exception>
    public static SavedCloud Read(string path)
    {
        try
        {
            var saved = JsonSerializer.Deserialize<SavedCloud>(File.ReadAllText(path), Names);
            return saved is { Enis: [{ Mac: var first }, ..] } && first == saved.PrimaryMac ? saved : throw new ArgumentException($"{path}: it does not begin with the primary ENI");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{path}: {e.Message}", e);
        }
    }
}

/// <summary>An ENI as it was saved.</summary>
public sealed record SavedEni(string Mac, string SubnetId, string VpcId, string Subnet, string Gateway, IReadOnlyList<SavedAddress> Addresses)
{
    /// <summary>Its private addresses, the primary one first.</summary>
    internal IPAddress[] PrivateAddresses => [.. Addresses.Select(a => IPAddress.Parse(a.Address))];
}

/// <summary>An address as it was saved.</summary>
public sealed record SavedAddress(string Address, string? PublicAddress, string? PublicAddressMode);
