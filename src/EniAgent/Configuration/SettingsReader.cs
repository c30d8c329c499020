namespace EniAgent.Configuration;

/// <summary>A section that may stand any number of times under different names.</summary>
/// <param name="Section">Its kind.</param>
/// <param name="Name">Its name, canonical.</param>
/// <param name="Origin">Its first header.</param>
internal sealed record NamedSection(ConfigurationSection Section, string Name, Origin Origin);

/// <summary>Holds files and environment against the schema: what is known and good becomes settings, the rest errors.</summary>
internal sealed class SettingsReader
{
    /// <summary>What begins the name of every environment variable that sets a key.</summary>
    public const string EnvironmentPrefix = "ENI_AGENT__";

    private readonly List<ConfigurationError> _errors = [];
    private readonly List<NamedSection> _named = [];

    /// <summary>All that was wrong so far.</summary>
    public IReadOnlyList<ConfigurationError> Errors => _errors;

    /// <summary>The named sections so far, each once, in the order of their first headers.</summary>
    public IReadOnlyList<NamedSection> Named => _named;

    /// <summary>The settings of a file.</summary>
    public IReadOnlyList<Setting> Read(IniDocument document)
    {
        _errors.AddRange(document.Errors);
        var sections = new Dictionary<IniSection, NamedSection?>(ReferenceEqualityComparer.Instance);
        foreach (var header in document.Sections)
        {
            sections[header] = Resolve(header, new Origin(document.File, header.Line));
        }

        var layer = new Dictionary<string, Setting>();
        foreach (var entry in document.Entries)
        {
            if (sections[entry.Section] is { } section)
            {
                Add(layer, section, entry, new Origin(document.File, entry.Line));
            }
        }

        return [.. layer.Values.Select(OrBuiltIn)];
    }

    /// <summary>The settings of the environment: <c>ENI_AGENT__Section__Key</c>, whose case does not count.</summary>
    public IReadOnlyList<Setting> Read(IReadOnlyDictionary<string, string> environment)
    {
        var known = ConfigurationSchema.AgentKeys.ToDictionary(
            pair => $"{EnvironmentPrefix}{pair.Section.Kind}__{pair.Key.Name}", StringComparer.OrdinalIgnoreCase);
        var layer = new Dictionary<string, Setting>();
        foreach (var (variable, value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(EnvironmentPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            var origin = new Origin(variable);
            if (known.TryGetValue(variable, out var match))
            {
                Add(layer, new Setting(match.Section, "", match.Key, value.Trim(), origin));
            }
            else
            {
                var kind = variable[EnvironmentPrefix.Length..].Split("__")[0];
                _errors.Add(new ConfigurationError(origin, null,
                    ConfigurationSchema.Sections.FirstOrDefault(s => s.Name is not null && s.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase)) is { } section
                        ? $"{section.Header} is set in a file only, not by the environment"
                        : $"unknown variable; {Suggestion.For(variable, [.. known.Keys])}"));
            }
        }

        return [.. layer.Values.Select(OrBuiltIn)];
    }

    private NamedSection? Resolve(IniSection header, Origin origin)
    {
        if (ConfigurationSchema.Sections.FirstOrDefault(section => section.Kind == header.Kind) is not { } section)
        {
            var suggestion = Suggestion.For(header.Kind, [.. ConfigurationSchema.Sections.Select(known => known.Kind)]);
            _errors.Add(new ConfigurationError(origin, $"[{header.Kind}]", $"unknown section; {suggestion}"));
            return null;
        }

        if (section.Name is null || header.Name.Length == 0)
        {
            if ((section.Name is null) != (header.Name.Length == 0))
            {
                _errors.Add(new ConfigurationError(origin, header.ToString(), $"write {section.Header}"));
                return null;
            }

            return new NamedSection(section, "", origin);
        }

        if (section.Name.Parse(header.Name) is { Error: { } error })
        {
            _errors.Add(new ConfigurationError(origin, header.ToString(), error));
            return null;
        }

        var name = section.Name.Parse(header.Name).Value!;
        if (_named.Find(other => other.Section == section && other.Name == name) is not { } first)
        {
            _named.Add(first = new NamedSection(section, name, origin));
        }

        return first;
    }

    private void Add(Dictionary<string, Setting> layer, NamedSection section, IniEntry entry, Origin origin)
    {
        if (section.Section.Keys.FirstOrDefault(key => key.Name == entry.Key) is { } key)
        {
            Add(layer, new Setting(section.Section, section.Name, key, entry.Value, origin));
            return;
        }

        var elsewhere = ConfigurationSchema.Sections.FirstOrDefault(other => other.Keys.Any(key => key.Name == entry.Key));
        _errors.Add(new ConfigurationError(origin, $"{entry.Section} {entry.Key}", elsewhere is null
            ? $"unknown key; {Suggestion.For(entry.Key, [.. section.Section.Keys.Select(known => known.Name)])}"
            : $"unknown key here; it belongs in {elsewhere.Header}"));
    }

    private void Add(Dictionary<string, Setting> layer, Setting setting)
    {
        if (!layer.TryAdd(setting.Path, setting))
        {
            _errors.Add(new ConfigurationError(setting.Origin, setting.KeyText, $"set twice; first at {layer[setting.Path].Origin}"));
        }
        else if (setting.Value.Length > 0 && setting.Key.Check(setting.Value) is { } error)
        {
            var hint = setting.Value.Contains(" #", StringComparison.Ordinal) || setting.Value.Contains(" ;", StringComparison.Ordinal)
                ? "; a comment needs a line of its own" : "";
            _errors.Add(new ConfigurationError(setting.Origin, setting.KeyText, error + hint));
        }
    }

    /// <summary>Empty takes back what an earlier layer said.</summary>
    private static Setting OrBuiltIn(Setting setting) =>
        setting.Value.Length > 0 ? setting : setting with { Value = setting.Key.Default, Origin = Origin.BuiltIn };
}
