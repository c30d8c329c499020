using System.Text.Json;
using System.Text.Json.Serialization;
using EniAgent.Core.Planning;
using EniAgent.Persistence.Files;
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

        var files = result.Files?.Plan ?? FilePlan.Empty;
        foreach (var change in files.Changes)
        {
            var text = $"{change.Sign} {change}";
            output.WriteLine(change.Sign switch { '+' => terminal.Green(text), '-' => terminal.Red(text), _ => terminal.Yellow(text) });
        }

        foreach (var problem in (result.Files?.Problems ?? []).Concat(files.Findings.Select(finding => finding.ToString())))
        {
            terminal.WriteWrapped(output, "! ", problem);
        }

        foreach (var conflict in result.Planning.Conflicts)
        {
            terminal.WriteWrapped(output, "! ", conflict.Message);
        }

        char[] signs = [.. steps.Select(s => s.Sign), .. files.Changes.Select(c => c.Sign)];
        output.WriteLine(signs.Length == 0 ? "in sync, nothing to do" : Count(signs));
    }

    public static string ToJson(ReconcileResult result) => JsonSerializer.Serialize(
        new PlanJson(
            [.. result.Planning.Plan.Steps.Select(s => new StepJson(
                Action(s.Sign), StepText.Of(s, result.LinkName), s.Eni?.ToString(), s.Reason))],
            [.. result.Planning.Conflicts.Select(c => c.Message)],
            [.. (result.Files?.Plan ?? FilePlan.Empty).Changes.Select(c => new FileJson(Action(c.Sign), c.Path, c.ToString()))]),
        PlanJsonContext.Default.PlanJson);

    private static string Action(char sign) => sign switch { '+' => "add", '-' => "remove", _ => "change" };

    private static string Count(char[] signs) =>
        $"{signs.Length} {(signs.Length == 1 ? "step" : "steps")}: {signs.Count(s => s == '+')} to add, "
        + $"{signs.Count(s => s == '~')} to change, {signs.Count(s => s == '-')} to remove";
}

internal sealed record PlanJson(IReadOnlyList<StepJson> Steps, IReadOnlyList<string> Conflicts, IReadOnlyList<FileJson> Files);

internal sealed record FileJson(string Action, string Path, string Change);

internal sealed record StepJson(string Action, string Object, string? Eni, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PlanJson))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
