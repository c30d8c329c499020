using System.Text.Json;

namespace EniAgent.Bench.Worlds;

/// <summary>The agent's own plan as lines of <c>ip -batch</c>: the same objects, made by the tool of the trade.</summary>
/// <param name="Add">The lines that make what the plan makes.</param>
/// <param name="Delete">The lines that undo them.</param>
internal sealed record IpBatch(IReadOnlyList<string> Add, IReadOnlyList<string> Delete)
{
    /// <summary>Reads what <c>plan --json</c> says.</summary>
    public static IpBatch Of(string planJson)
    {
        var (add, delete) = (new List<string>(), new List<string>());
        using var plan = JsonDocument.Parse(planJson);
        foreach (var step in plan.RootElement.GetProperty("steps").EnumerateArray())
        {
            var words = step.GetProperty("object").GetString()!.Split(' ', 2);
            switch (words[0])
            {
                case "address":
                    add.Add($"address add {words[1]}");
                    delete.Add($"address del {words[1].Split(" metric ")[0]}");
                    break;
                case "route":
                    add.Add($"route add {words[1]} proto 131");
                    delete.Add($"route del {words[1]} proto 131");
                    break;
                case "rule":
                    var rule = words[1].Split(": ", 2);
                    var text = $"pref {rule[0]} {rule[1]} protocol 131";
                    add.Add($"rule add {text}");
                    delete.Add($"rule del {text}");
                    break;
                case "link" when words[1].EndsWith(" up", StringComparison.Ordinal):
                    add.Add($"link set {words[1]}");
                    delete.Add($"link set {words[1][..^3]} down");
                    break;
                case "link":
                    var link = words[1].Split(' ');
                    add.Add($"link set dev {link[0]} group {link[^1]}");
                    delete.Add($"link set dev {link[0]} group 0");
                    break;
            }
        }

        delete.Reverse();
        return new IpBatch(add, delete);
    }
}
