using Microsoft.Extensions.Configuration;

namespace EniAgent.Configuration;

/// <summary>One layer of configuration for Microsoft.Extensions.Configuration: the built-in defaults, a file, or the environment.</summary>
/// <param name="Settings">What the layer sets, each key once.</param>
internal sealed record SettingsSource(IReadOnlyList<Setting> Settings) : IConfigurationSource
{
    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new SettingsProvider(Settings);
}

/// <summary>A layer that still knows where each of its values comes from.</summary>
internal sealed class SettingsProvider(IReadOnlyList<Setting> settings) : ConfigurationProvider
{
    private readonly Dictionary<string, Setting> _byPath = settings.ToDictionary(setting => setting.Path, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override void Load() =>
        Data = _byPath.ToDictionary(pair => pair.Key, string? (pair) => pair.Value.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>The setting of a path in the topmost layer that has it; every known key stands at least in the built-in layer.</summary>
    /// <exception cref="KeyNotFoundException">The path is in no layer.</exception>
    public static Setting InEffect(IConfigurationRoot configuration, string path) =>
        configuration.Providers.Reverse().OfType<SettingsProvider>().FirstOrDefault(layer => layer._byPath.ContainsKey(path)) is { } top
            ? top._byPath[path]
            : throw new KeyNotFoundException(path);
}
