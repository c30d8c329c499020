using EniAgent.Core.Options;
using Microsoft.Extensions.Configuration;

namespace EniAgent.Configuration;

/// <summary>All layers together: the setting in effect of every key, and the options that they make.</summary>
internal sealed class EffectiveSettings(IConfigurationRoot configuration, IReadOnlyList<NamedSection> named)
{
    /// <summary>The layers.</summary>
    public IConfigurationRoot Configuration => configuration;

    /// <summary>The [Route …] sections.</summary>
    public IEnumerable<NamedSection> Routes => named.Where(section => section.Section == ConfigurationSchema.Route);

    /// <summary>A key's setting in effect.</summary>
    public Setting this[ConfigurationSection section, string name, ConfigurationKey key] =>
        SettingsProvider.InEffect(configuration, Setting.PathOf(section, name, key));

    /// <summary>Every setting in effect, in the order of the manual.</summary>
    public IReadOnlyList<EffectiveValue> Values() =>
    [
        .. ConfigurationSchema.AgentKeys.Select(pair => this[pair.Section, "", pair.Key])
            .Concat(ConfigurationSchema.Sections.SelectMany(kind => named.Where(section => section.Section == kind))
                .SelectMany(section => section.Section.Keys, (section, key) => this[section.Section, section.Name, key]))
            .Select(setting => new EffectiveValue(
                setting.SectionText, setting.Key.Name, setting.Key.Canonical(setting.Value), setting.Origin.ToString())),
    ];

    /// <summary>The options; every text must be good.</summary>
    public AgentOptions Options() =>
        ConfigurationSchema.AgentKeys.Aggregate(
            new AgentOptions(), (options, pair) => pair.Key.Apply(options, this[pair.Section, "", pair.Key].Value))
        with
        {
            Enis = [.. named.Where(section => section.Section == ConfigurationSchema.Eni).Select(Eni)],
            Routes = [.. Routes.Select(section => Route(section.Name, Draft(section)))],
        };

    /// <summary>A [Route …] as far as it is set.</summary>
    public RouteDraft Draft(NamedSection section) => ConfigurationSchema.RouteKeys.Aggregate(
        new RouteDraft(), (draft, key) => key.Apply(draft, this[section.Section, section.Name, key].Value));

    private EniOptions Eni(NamedSection section) => ConfigurationSchema.EniKeys.Aggregate(
        new EniOptions(ValueSyntax.Eni.Parse(section.Name).Value!, Manage: true),
        (options, key) => key.Apply(options, this[section.Section, section.Name, key].Value));

    private static RouteOptions Route(string name, RouteDraft draft) => new(name, draft.Destination, draft.Eni!, draft.Gateway);
}
