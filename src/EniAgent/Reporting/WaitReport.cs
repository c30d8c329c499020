using System.Text.Json.Serialization;
using EniAgent.Core.Wording;

namespace EniAgent.Reporting;

/// <summary>Something that is waited for, in status.json and <c>status --json</c>.</summary>
/// <param name="For">What for: one of <see cref="WaitFor"/>.</param>
/// <param name="Eni">Whose; null for none in particular.</param>
internal sealed record WaitReport(string For, string? Eni = null)
{
    /// <summary>Since when; null where that is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Until when; null where that is not known.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How often it was tried; null where that is not known.</summary>
    public int? Attempts { get; init; }

    /// <summary>What more there is to say; null for nothing.</summary>
    public string? Detail { get => More?.English; init => More = ReportWords.Read(value); }

    /// <summary>The same, for people.</summary>
    [JsonIgnore]
    public Sentence? More { get; init; }
}

/// <summary>What can be waited for.</summary>
internal static class WaitFor
{
    /// <summary>An answer of the metadata service.</summary>
    public const string Metadata = "metadata";

    /// <summary>The NIC of an ENI that metadata lists.</summary>
    public const string Nic = "nic";

    /// <summary>That metadata lists the ENI of a NIC that has appeared.</summary>
    public const string Eni = "eni";

    /// <summary>An ENI's documents, of which some are not there yet; the detail says which.</summary>
    public const string Documents = "documents";

    /// <summary>A second look that confirms that an ENI, or the addresses in the detail, are gone.</summary>
    public const string Confirmation = "confirmation";

    /// <summary>The time when changes are tried again that cost the machine its contact.</summary>
    public const string Retry = "retry";

    /// <summary>The time of the next repair, for somebody keeps undoing them.</summary>
    public const string Repair = "repair";
}
