using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EniAgent.Core.Wording;

namespace EniAgent.Reporting;

/// <summary>The report of <c>status --json</c> and /run/eni-agent/status.json. Fields may be added, never renamed.</summary>
internal sealed record StatusReport
{
    public required string Version { get; init; }

    public string? InstanceId { get; init; }

    /// <summary>in-sync, converging, degraded or waiting-for-metadata.</summary>
    public required string State { get; init; }

    /// <summary>The last time that everything was looked at.</summary>
    public DateTimeOffset? LastSync { get; init; }

    /// <summary>The last time that something was changed.</summary>
    public DateTimeOffset? LastChange { get; init; }

    public string? LastError { get => Trouble?.English; init => Trouble = ReportWords.Read(value); }

    /// <summary>The last error, for people.</summary>
    [JsonIgnore]
    public Sentence? Trouble { get; init; }

    public required BackendReport Backend { get; init; }

    public IReadOnlyList<EniReport> Enis { get; init; } = [];

    public CountersReport Counters { get; init; } = new();

    /// <summary>The daemon's process id; null where it does not run.</summary>
    public int? DaemonPid { get; init; }

    /// <summary>The process that holds the lock and is not the daemon; null where there is none.</summary>
    public int? LockHolder { get; init; }

    /// <summary>What is waited for.</summary>
    public IReadOnlyList<WaitReport> WaitingFor { get; init; } = [];

    /// <summary>The files of the agent that <c>status</c> may not read, so that what stands in them is missing here.</summary>
    public IReadOnlyList<string> NotSeen { get; init; } = [];

    public string ToJson() => JsonSerializer.Serialize(this, StatusJsonContext.Default.StatusReport);

    /// <summary>Reads a report; null for anything that is none.</summary>
    public static StatusReport? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StatusJsonContext.Default.StatusReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record BackendReport(string Name, string Reason)
{
    /// <summary>The reason, for people.</summary>
    [JsonIgnore]
    public Sentence Why { get; init; } = Sentence.AsIs(Reason);

    /// <summary>Whether its files are what they must be.</summary>
    public bool InSync { get; init; } = true;

    /// <summary>What it found in files. A report that says nothing of it is read as one that has found nothing.</summary>
    public IReadOnlyList<string> Notes { get => Array.ConvertAll(Findings, finding => finding.English); init => Findings = Array.ConvertAll([.. value ?? []], Sentence.AsIs); }

    /// <summary>The same, for people.</summary>
    [JsonIgnore]
    public Sentence[] Findings { get; init; } = [];
}

internal sealed record EniReport
{
    public required string Mac { get; init; }

    public string? Interface { get; init; }

    public bool Primary { get; init; }

    public string? SubnetId { get; init; }

    public string? VpcId { get; init; }

    public string? Subnet { get; init; }

    public int Slot { get; init; }

    public uint Table { get; init; }

    public string? Gateway { get; init; }

    /// <summary>in-sync, failed, excluded, no-link or pending.</summary>
    public required string State { get; init; }

    public IReadOnlyList<AddressReport> Addresses { get; init; } = [];

    public IReadOnlyList<string> Routes { get; init; } = [];

    public IReadOnlyList<string> Rules { get; init; } = [];

    public string? Error { get => Trouble?.English; init => Trouble = ReportWords.Read(value); }

    /// <summary>The error, for people.</summary>
    [JsonIgnore]
    public Sentence? Trouble { get; init; }
}

internal sealed record AddressReport
{
    public required string Address { get; init; }

    public bool Primary { get; init; }

    public string? PublicAddress { get; init; }

    public string? PublicAddressMode { get; init; }

    /// <summary>ok, missing, adopted or conflict.</summary>
    public required string State { get; init; }
}

internal sealed record CountersReport
{
    public long Syncs { get; init; }

    public long Changes { get; init; }

    public long DriftRepairs { get; init; }

    public long MetadataRequests { get; init; }

    public long MetadataFailures { get; init; }
}

/// <summary>A time in UTC with a Z, to the millisecond: 2026-01-02T03:04:05.678Z.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(UtcTimeConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJsonContext : JsonSerializerContext;
