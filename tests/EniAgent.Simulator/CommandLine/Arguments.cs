using System.Globalization;

namespace EniAgent.Simulator.CommandLine;

/// <summary>A command and its options, each with a value.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];

    internal Arguments(string[] arguments)
    {
        Command = arguments.Length > 0 ? arguments[0] : "";
        for (var i = 1; i < arguments.Length; i += 2)
        {
            _options[arguments[i]] = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value");
        }
    }

    internal string Command { get; }

    internal string Text(string name) => _options.Remove(name, out var value) ? value : throw new ArgumentException($"{name} is missing");

    internal bool Has(string name) => _options.ContainsKey(name);

    internal int Number(string name, int otherwise) =>
        !_options.Remove(name, out var value) ? otherwise
        : int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"{name} {value}: not a number");

    /// <summary>Complains about options that nobody asked for; gives a token that Ctrl-C and SIGTERM cancel.</summary>
    internal CancellationToken Done() =>
        _options.Count == 0 ? Interruption.Token : throw new ArgumentException($"unknown option '{_options.Keys.First()}'");
}
