using System.Text.Encodings.Web;
using System.Text.Json;

namespace EniAgent.Bench.Results;

/// <summary>The folder with the raw results, a JSON file a figure.</summary>
internal sealed class ResultFolder(string path)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Puts a result in the place of the figure's former one.</summary>
    public void Write(Result result)
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, result.Name + ".json"), JsonSerializer.Serialize(result, Json) + "\n");
    }

    /// <summary>Puts a picture beside it.</summary>
    public void WritePicture(string name, string svg) => File.WriteAllText(Path.Combine(path, name + ".svg"), svg);

    /// <summary>The results that there are, by name.</summary>
    public IReadOnlyDictionary<string, Result> Read() => Directory.GetFiles(path, "*.json")
        .Select(file => JsonSerializer.Deserialize<Result>(File.ReadAllText(file), Json)!)
        .ToDictionary(result => result.Name);
}
