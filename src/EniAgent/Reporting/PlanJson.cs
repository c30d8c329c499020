using System.Text.Json;
using System.Text.Json.Serialization;
using EniAgent.Core.Planning;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;

namespace EniAgent.Reporting;

/// <summary>The plan for programs (docs/json.md): steps in the order in which they are made. Fields may be added, never renamed.</summary>
internal sealed record PlanJson(IReadOnlyList<StepJson> Steps, IReadOnlyList<string> Conflicts, IReadOnlyList<FileJson> Files)
{
    public static string Of(ReconcileResult result) => JsonSerializer.Serialize(
        new PlanJson(
            [.. result.Planning.Plan.Steps.Select(s => new StepJson(
                Action(s.Sign), StepText.Of(s, result.LinkName), s.Eni?.ToString(), s.Reason))],
            [.. result.Planning.Conflicts.Select(c => c.Message)],
            [.. (result.Files?.Plan ?? FilePlan.Empty).Changes.Select(c => new FileJson(Action(c.Sign), c.Path, c.ToString()))]),
        PlanJsonContext.Default.PlanJson);

    private static string Action(char sign) => sign switch { '+' => "add", '-' => "remove", _ => "change" };
}

internal sealed record FileJson(string Action, string Path, string Change);

internal sealed record StepJson(string Action, string Object, string? Eni, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PlanJson))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
