using System.CommandLine;
using System.CommandLine.Invocation;
using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary>Prints the help of a command, in two languages; the parser's own knows English only where no resources lie beside the program.</summary>
internal sealed class HelpText(HelpWords words) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.InvocationConfiguration.Output, parseResult.RootCommandResult.Command, parseResult.CommandResult.Command);
        return ExitCode.Done;
    }

    private void Write(TextWriter output, Command root, Command command)
    {
        Section(output, words.Description, Columns.Wrap(command.Description ?? "", Terminal.Width - 2));
        string[] usage =
        [
            .. command == root ? [root.Name] : new[] { root.Name, command.Name },
            .. command.Arguments.Select(ValueOf),
            .. command.Subcommands.Count > 0 ? [words.CommandPlace] : Array.Empty<string>(),
            words.OptionsPlace,
        ];
        Section(output, words.Usage, [string.Join(' ', usage)]);
        Section(output, words.Arguments, Rows(command.Arguments.Select(argument => ($"<{argument.HelpName ?? argument.Name}>", argument.Description))));
        Section(output, words.Options, Rows(OptionsOf(root, command).Select(option => (LabelOf(option), option.Description))));
        Section(output, words.Commands, Rows(command.Subcommands.Select(sub => (sub.Name, sub.Description))));
    }

    private static void Section(TextWriter output, string heading, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        output.WriteLine(heading);
        foreach (var line in lines)
        {
            output.WriteLine($"  {line}");
        }

        output.WriteLine();
    }

    // What a command has of its own, then what all have.
    private static IEnumerable<Option> OptionsOf(Command root, Command command) =>
        command == root ? root.Options : command.Options.Concat(root.Options.Where(option => option.Recursive));

    private static List<string> Rows(IEnumerable<(string Label, string? Text)> rows)
    {
        var all = rows.ToList();
        var width = all.Count == 0 ? 0 : all.Max(row => Columns.WidthOf(row.Label)) + 2;
        return [.. all.SelectMany(row => Columns.Wrap(row.Text ?? "", Terminal.Width - 2 - width)
            .Select((line, i) => (Columns.Pad(i == 0 ? row.Label : "", width) + line).TrimEnd()))];
    }

    private static string LabelOf(Option option)
    {
        var names = option.Aliases.Append(option.Name)
            .OrderBy(name => name.StartsWith("--", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal);
        var value = option.HelpName is { } name ? $" {(option.Arity.MinimumNumberOfValues == 0 ? $"[<{name}>]" : $"<{name}>")}" : "";
        return string.Join(", ", names) + value;
    }

    private static string ValueOf(Argument argument) =>
        argument.Arity.MinimumNumberOfValues == 0 ? $"[<{argument.HelpName ?? argument.Name}>]" : $"<{argument.HelpName ?? argument.Name}>";
}
