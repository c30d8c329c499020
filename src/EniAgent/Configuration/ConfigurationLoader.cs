using System.Collections;
using Microsoft.Extensions.Configuration;

namespace EniAgent.Configuration;

/// <summary>Loads the configuration: built-in, the file, its drop-ins, the environment, later ones overriding earlier ones (eni-agent.conf(5)).</summary>
internal static class ConfigurationLoader
{
    /// <summary>Loads everything and reports every error at once; throws for none of them.</summary>
    /// <param name="path">The file that was named, taken as it stands; null for the default one, which may be missing.</param>
    /// <param name="root">The prefix of the default path; empty for nothing.</param>
    /// <param name="environment">The environment; only names that begin with <c>ENI_AGENT__</c> matter.</param>
    public static ConfigurationResult Load(string? path, string root, IReadOnlyDictionary<string, string> environment)
    {
        var files = ConfigurationFiles.Read(path, root);
        var reader = new SettingsReader();
        List<SettingsSource> layers = [.. files.Documents.Select(document => new SettingsSource(reader.Read(document)))];
        layers.Add(new SettingsSource(reader.Read(environment)));
        layers.Insert(0, BuiltIn(reader.Named));

        var configuration = new ConfigurationBuilder();
        layers.ForEach(layer => configuration.Add(layer));
        var loaded = new EffectiveSettings(configuration.Build(), reader.Named);
        List<ConfigurationError> errors = [.. files.Errors, .. reader.Errors, .. RouteChecks.Incomplete(loaded)];
        if (errors.Count == 0)
        {
            errors.AddRange(RouteChecks.Clashes(loaded));
        }

        return errors.Count > 0
            ? new ConfigurationResult.Invalid(Ordered(errors))
            : new ConfigurationResult.Loaded(new LoadedConfiguration(
                loaded.Options(), loaded.Values(), [.. files.Documents.Select(document => document.File)], loaded.Configuration));
    }

    /// <summary>The environment of this process, as <see cref="Load"/> wants it.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    private static SettingsSource BuiltIn(IReadOnlyList<NamedSection> named) => new(
    [
        .. ConfigurationSchema.AgentKeys.Select(pair => new Setting(pair.Section, "", pair.Key, pair.Key.Default, Origin.BuiltIn)),
        .. named.SelectMany(section => section.Section.Keys,
            (section, key) => new Setting(section.Section, section.Name, key, key.Default, Origin.BuiltIn)),
    ]);

    /// <summary>By line within each file; files stay in the order in which they were read.</summary>
    private static List<ConfigurationError> Ordered(List<ConfigurationError> errors) =>
        [.. errors.GroupBy(error => error.File).SelectMany(file => file.OrderBy(error => error.Line))];
}
