using EniAgent.Core.Addressing;

namespace EniAgent.Configuration;

/// <summary>What a key alone cannot tell: that a [Route …] is complete and stands in nobody's way.</summary>
internal static class RouteChecks
{
    /// <summary>Every required key that is not set, at the section's first header.</summary>
    public static IEnumerable<ConfigurationError> Incomplete(EffectiveSettings settings) =>
        from section in settings.Routes
        from key in section.Section.Keys
        where key.Required && settings[section.Section, section.Name, key].Value.Length == 0
        select new ConfigurationError(section.Origin, $"[Route {section.Name}] {key.Name}", "must be set");

    /// <summary>Two routes to one destination: the main table has room for one. Everything must be complete and good.</summary>
    public static IEnumerable<ConfigurationError> Clashes(EffectiveSettings settings)
    {
        var taken = new Dictionary<IpPrefix, NamedSection>();
        foreach (var section in settings.Routes)
        {
            var destination = settings.Draft(section).Destination;
            if (!taken.TryAdd(destination, section))
            {
                var setting = settings[section.Section, section.Name, ConfigurationSchema.RouteDestination];
                yield return new ConfigurationError(setting.Origin, setting.KeyText,
                    $"{destination} is the destination of [Route {taken[destination].Name}] as well ({taken[destination].Origin})");
            }
        }
    }
}
