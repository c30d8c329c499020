using System.Text.Json;
using System.Text.Json.Serialization;
using EniAgent.Core.Planning;
using EniAgent.Reconciliation;

namespace EniAgent.Reporting;

/// <summary>Prints a plan: a line a step in the words of <c>ip</c>, then a count.</summary>
internal static class PlanText
{
    public static void Write(TextWriter output, Terminal terminal, ReconcileResult result)
    {
        var steps = result.Planning.Plan.Steps;
        foreach (var step in steps)
        {
            var text = $"{step.Sign} {StepText.Of(step, result.LinkName)}";
            var painted = step.Sign switch
            {
                '+' => terminal.Green(text),
                '-' => terminal.Red(text),
                _ => terminal.Yellow(text),
            };

            // A step is a line of its own; its reason stands behind it where the line has room.
            var hasRoom = step.Reason.Length > 0 && text.Length + 4 + step.Reason.Length <= Terminal.Width;
            output.WriteLine(hasRoom ? $"{painted}  {terminal.Dim("# " + step.Reason)}" : painted);
        }

        foreach (var conflict in result.Planning.Conflicts)
        {
            terminal.WriteWrapped(output, "! ", conflict.Message);
        }

        output.WriteLine(steps.IsEmpty ? "in sync, nothing to do" : Count(steps));
    }

    public static string ToJson(ReconcileResult result) => JsonSerializer.Serialize(
        new PlanJson(
            [.. result.Planning.Plan.Steps.Select(s => new StepJson(
                s.Sign switch { '+' => "add", '-' => "remove", _ => "change" }, StepText.Of(s, result.LinkName), s.Eni?.ToString(), s.Reason))],
            [.. result.Planning.Conflicts.Select(c => c.Message)]),
        PlanJsonContext.Default.PlanJson);

    private static string Count(IReadOnlyList<Step> steps) =>
        $"{steps.Count} {(steps.Count == 1 ? "step" : "steps")}: {steps.Count(s => s.Sign == '+')} to add, "
        + $"{steps.Count(s => s.Sign == '~')} to change, {steps.Count(s => s.Sign == '-')} to remove";
}

internal sealed record PlanJson(IReadOnlyList<StepJson> Steps, IReadOnlyList<string> Conflicts);

internal sealed record StepJson(string Action, string Object, string? Eni, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PlanJson))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
