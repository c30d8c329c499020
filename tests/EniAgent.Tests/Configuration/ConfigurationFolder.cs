using System.Text;
using EniAgent.Configuration;
using EniAgent.Core.Options;

namespace EniAgent.Tests.Configuration;

/// <summary>A root directory of its own with configuration in it.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("eni-agent-conf-").FullName;

    public string Main => Root + "/etc/eni-agent/eni-agent.conf";

    public Dictionary<string, string> Environment { get; } = [];

    public ConfigurationFolder With(string text) => With("eni-agent.conf", text);

    public ConfigurationFolder With(string name, string text) => With(name, Encoding.UTF8.GetBytes(text));

    public ConfigurationFolder With(string name, byte[] content)
    {
        var path = Path.Combine(Root, "etc/eni-agent", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return this;
    }

    public ConfigurationFolder WithVariable(string name, string value)
    {
        Environment[name] = value;
        return this;
    }

    public ConfigurationResult Load(string? path = null) => ConfigurationLoader.Load(path, Root, Environment);

    public LoadedConfiguration Loaded(string? path = null) => Load(path) switch
    {
        ConfigurationResult.Loaded loaded => loaded.Value,
        ConfigurationResult.Invalid invalid => throw new InvalidOperationException(string.Join('\n', invalid.Errors)),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>The errors as a person reads them, without the root.</summary>
    public string[] Errors(string? path = null) =>
        [.. Assert.IsType<ConfigurationResult.Invalid>(Load(path)).Errors.Select(error => error.ToString().Replace(Root, "", StringComparison.Ordinal))];

    public EffectiveValue Value(string section, string key) =>
        Loaded().Values.Single(value => value.Section == section && value.Key == key) is var found
            ? found with { Origin = found.Origin.Replace(Root, "", StringComparison.Ordinal) }
            : throw new InvalidOperationException();

    /// <summary>Compares by value: two immutable arrays are equal only when they are one.</summary>
    public static void AssertSame(AgentOptions expected, AgentOptions actual)
    {
        Assert.Equal(expected.Enis.AsEnumerable(), actual.Enis.AsEnumerable());
        Assert.Equal(expected.Routes.AsEnumerable(), actual.Routes.AsEnumerable());
        Assert.Equal(expected, actual with { Enis = expected.Enis, Routes = expected.Routes });
    }

    public static EniSelector Selector(string text) =>
        EniSelector.TryParse(text, out var selector) ? selector! : throw new FormatException(text);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
