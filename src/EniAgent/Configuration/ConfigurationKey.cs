namespace EniAgent.Configuration;

/// <summary>What is to be known of a key without knowing its type: enough to check a text, to print it and to write the manual.</summary>
internal abstract class ConfigurationKey
{
    /// <summary>The key's name, as it is written.</summary>
    public required string Name { get; init; }

    /// <summary>One line of help.</summary>
    public required string Help { get; init; }

    /// <summary>True when the key must be set.</summary>
    public bool Required { get; init; }

    /// <summary>The built-in default, as it would be written; empty for none.</summary>
    public required string Default { get; init; }

    /// <summary>What may be written: <c>loose | off | keep</c>, <c>100ms to 1min</c>.</summary>
    public abstract string Values { get; }

    /// <summary>What is wrong with a text that is not empty; null for nothing.</summary>
    public abstract string? Check(string text);

    /// <summary>A good text in the form that the agent itself would write.</summary>
    public abstract string Canonical(string text);
}

/// <summary>A key of a section that fills <typeparamref name="TOptions"/>.</summary>
internal abstract class ConfigurationKey<TOptions> : ConfigurationKey
{
    /// <summary>The options with this key's value from a good text.</summary>
    public abstract TOptions Apply(TOptions options, string text);

    /// <summary>This key's value in the options, as it would be written.</summary>
    public abstract string Format(TOptions options);
}

/// <summary>A key with the syntax of its values and its place in the options.</summary>
internal sealed class ConfigurationKey<TOptions, TValue>(
    ValueSyntax<TValue> syntax, Func<TOptions, TValue> get, Func<TOptions, TValue, TOptions> set) : ConfigurationKey<TOptions>
{
    /// <inheritdoc/>
    public override string Values => syntax.Values;

    /// <inheritdoc/>
    public override string? Check(string text) => syntax.Parse(text).Error;

    /// <inheritdoc/>
    public override string Canonical(string text) => text.Length == 0 ? "" : syntax.Format(Value(text));

    /// <inheritdoc/>
    public override TOptions Apply(TOptions options, string text) => text.Length == 0 ? options : set(options, Value(text));

    /// <inheritdoc/>
    public override string Format(TOptions options) => syntax.Format(get(options));

    private TValue Value(string text) => syntax.Parse(text) is { Error: null, Value: { } value }
        ? value
        : throw new ArgumentException($"{Name}: {Quote.Text(text)} was not checked", nameof(text));
}
