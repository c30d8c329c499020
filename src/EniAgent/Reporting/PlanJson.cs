using System.Text;
using System.Text.Json;
using EniAgent.Core.Planning;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;

namespace EniAgent.Reporting;

/// <summary>
/// The plan for programs (docs/json.md): steps in the order in which they are made. Fields may be added, never renamed. Written by hand: nobody reads it back, and
/// each type that a serializer knows is some 10 kB of the binary.
/// </summary>
internal static class PlanJson
{
    public static string Of(ReconcileResult result)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("steps");
            foreach (var step in result.Planning.Plan.Steps)
            {
                json.WriteStartObject();
                json.WriteString("action", Action(step.Sign));
                json.WriteString("object", StepText.Of(step, result.LinkName));
                json.WriteString("eni", step.Eni?.ToString());
                json.WriteString("reason", step.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("conflicts");
            foreach (var conflict in result.Planning.Conflicts)
            {
                json.WriteStringValue(conflict.Message.English);
            }

            json.WriteEndArray();
            json.WriteStartArray("files");
            foreach (var change in (result.Files?.Plan ?? FilePlan.Empty).Changes)
            {
                json.WriteStartObject();
                json.WriteString("action", Action(change.Sign));
                json.WriteString("path", change.Path);
                json.WriteString("change", change.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static string Action(char sign) => sign switch { '+' => "add", '-' => "remove", _ => "change" };
}
