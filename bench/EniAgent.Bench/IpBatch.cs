using System.Text.Json;

namespace EniAgent.Bench;

/// <summary>Turns the agent's own plan into the same objects for <c>ip -batch</c>.</summary>
internal static class IpBatch
{
    /// <summary>The lines that add what the plan adds, and those that take it away again.</summary>
    public static (string Add, string Delete, int Count) From(string planJson)
    {
        var add = new List<string>();
        var delete = new List<string>();
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
                    break;
                case "link":
                    var link = words[1].Split(' ');
                    add.Add($"link set dev {link[0]} group {link[^1]}");
                    break;
            }
        }

        delete.Reverse();
        return (string.Join('\n', add) + "\n", string.Join('\n', delete) + "\n", add.Count);
    }
}
