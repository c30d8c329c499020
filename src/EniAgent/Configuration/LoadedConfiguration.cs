using EniAgent.Core.Options;
using Microsoft.Extensions.Configuration;

namespace EniAgent.Configuration;

/// <summary>A key's value in effect.</summary>
/// <param name="Section">The section, without brackets: <c>Network</c>, <c>Eni eth1</c>.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value as the agent would write it; may be empty.</param>
/// <param name="Origin">"built-in", FILE:LINE, or the environment variable's name.</param>
internal sealed record EffectiveValue(string Section, string Key, string Value, string Origin);

/// <summary>A configuration without errors.</summary>
/// <param name="Options">What the agent goes by.</param>
/// <param name="Values">Every key with its value and origin, in the order of the manual; named sections follow in the order of the files.</param>
/// <param name="Files">The files that were read, later ones overriding earlier ones.</param>
/// <param name="Configuration">The same for the host: paths as <see cref="Setting.PathOf"/> makes them.</param>
internal sealed record LoadedConfiguration(
    AgentOptions Options, IReadOnlyList<EffectiveValue> Values, IReadOnlyList<string> Files, IConfigurationRoot Configuration);

/// <summary>The outcome of loading: a configuration, or everything that is wrong with it.</summary>
internal abstract record ConfigurationResult
{
    private ConfigurationResult()
    {
    }

    /// <summary>A good configuration.</summary>
    /// <param name="Value">The configuration.</param>
    public sealed record Loaded(LoadedConfiguration Value) : ConfigurationResult;

    /// <summary>A bad one: nothing of it may be used.</summary>
    /// <param name="Errors">All errors, those of one file in the order of its lines.</param>
    public sealed record Invalid(IReadOnlyList<ConfigurationError> Errors) : ConfigurationResult;
}
