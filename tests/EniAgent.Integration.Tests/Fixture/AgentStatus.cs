using System.Text.Json;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>The report of <c>status --json</c> and of status.json, read by the names that its readers rely on.</summary>
internal sealed record AgentStatus(
    string Version, string? InstanceId, string State, DateTimeOffset? LastSync, DateTimeOffset? LastChange, string? LastError,
    AgentStatus.BackendStatus Backend, IReadOnlyList<AgentStatus.EniStatus> Enis, AgentStatus.CounterStatus Counters)
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    public static AgentStatus Parse(string json) =>
        JsonSerializer.Deserialize<AgentStatus>(json, Names) ?? throw new FormatException($"no status: {json}");

    /// <summary>The ENI with a MAC.</summary>
    public EniStatus this[string mac] => Enis.Single(eni => eni.Mac == mac);

    internal sealed record BackendStatus(string Name, string Reason);

    internal sealed record EniStatus(
        string Mac, string? Interface, bool Primary, string? SubnetId, string? VpcId, int Slot, uint Table, string? Gateway, string State,
        IReadOnlyList<AddressStatus> Addresses, IReadOnlyList<string> Routes, string? Error);

    internal sealed record AddressStatus(string Address, bool Primary, string? PublicAddress, string? PublicAddressMode, string State);

    internal sealed record CounterStatus(long Syncs, long Changes, long DriftRepairs, long MetadataRequests, long MetadataFailures);
}
