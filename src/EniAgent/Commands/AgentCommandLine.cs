using System.CommandLine;
using System.CommandLine.Parsing;

namespace EniAgent.Commands;

/// <summary>The command line: which commands and options there are. What they do stands in their own files.</summary>
internal static class AgentCommandLine
{
    private static readonly HelpWords Words = HelpWords.Current;

    private static readonly Option<string?> Config = new("--config")
    {
        Description = Words.Config,
        HelpName = Words.FilePlace,
        Recursive = true,
        Validators = { NotEmpty },
    };

    private static readonly Option<string> Root = new("--root")
    {
        Description = Words.Root,
        HelpName = Words.FolderPlace,
        Recursive = true,
        Validators = { NotEmpty },
        DefaultValueFactory = _ => "/",
    };

    private static readonly Option<bool> Json = new("--json") { Description = Words.Json, Recursive = true };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = Words.Verbose, Recursive = true };

    private static readonly Option<bool> Help = new("--help", "-h", "-?") { Description = Words.Help, Recursive = true, Action = new HelpText(Words) };

    private static readonly Option<string?> Report = new("--report")
    {
        Description = Words.Report,
        HelpName = Words.FilePlace,
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Saved = new("--metadata")
    {
        Description = Words.Saved,
        HelpName = Words.FilePlace,
        Validators = { NotEmpty },
    };

    private static readonly Argument<string?> SaveAs = new(Words.FilePlace)
    {
        Description = Words.SaveAs,
        Arity = ArgumentArity.ZeroOrOne,
        Validators = { NotEmpty },
    };

    private static readonly Option<bool> Version = new("--version") { Description = Words.Version, Action = new VersionText() };

    private static readonly Option<string?> Watch = new("--watch")
    {
        Description = Words.Watch,
        HelpName = Words.SecondsPlace,
        Arity = ArgumentArity.ZeroOrOne,
        Validators = { Refreshable },
    };

    private static readonly Option<bool> UseExitCode = new("--exit-code") { Description = Words.ExitCode };

    private static readonly Option<bool> ForImage = new("--for-image") { Description = Words.ForImage };

    private static readonly Option<bool> Check = new("--check") { Description = Words.Check };

    /// <summary>Runs the program.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false })
                .ConfigureAwait(false);
        }

        // That a command is missing is no news to who misspelled one.
        var unknown = parsed.UnmatchedTokens.Select(token => $"unknown command, option or argument '{token}'").ToList();
        foreach (var error in unknown.Count > 0 ? unknown : parsed.Errors.Select(error => error.Message))
        {
            await CommandContext.Complain(error).ConfigureAwait(false);
        }

        await Console.Error.WriteLineAsync("Try 'eni-agent --help'.").ConfigureAwait(false);
        return ExitCode.Usage;
    }

    private static Command Create()
    {
        // Not the RootCommand, which brings a help and a version of its own, in English.
        var root = new Command("eni-agent", Words.Program)
        {
            Config, Root, Json, Verbose, Help, Version,
        };
        root.Add(Make("daemon", Words.Daemon, (context, _, cancel) => DaemonCommand.RunAsync(context, cancel)));
        root.Add(Make("sync", Words.Sync, (context, _, cancel) => SyncCommand.RunAsync(context, cancel)));
        root.Add(Make(
            "plan",
            Words.Plan,
            (context, result, cancel) => PlanCommand.RunAsync(context, result.GetValue(UseExitCode), result.GetValue(Saved), cancel),
            UseExitCode,
            Saved));
        root.Add(Make(
            "status",
            Words.Status,
            (context, result, cancel) => StatusCommand.RunAsync(context, IntervalOf(result), cancel),
            Watch));
        var snapshot = Make(
            "snapshot",
            Words.Snapshot,
            (context, result, cancel) => SnapshotCommand.RunAsync(context, result.GetValue(SaveAs), cancel));
        snapshot.Add(SaveAs);
        root.Add(snapshot);
        root.Add(Make(
            "doctor",
            Words.Doctor,
            (context, result, cancel) => DoctorCommand.RunAsync(context, result.GetResult(Report) is null ? null : result.GetValue(Report) ?? "", cancel),
            Report));
        root.Add(Make(
            "release",
            Words.Release,
            (context, result, cancel) => ReleaseCommand.RunAsync(context, result.GetValue(ForImage), cancel),
            ForImage));
        root.Add(Make(
            "config",
            Words.ConfigCommand,
            (context, result, _) => Task.FromResult(ConfigCommand.Run(context, result.GetValue(Check))),
            Check));
        return root;
    }

    // Null where nothing is to be refreshed.
    private static TimeSpan? IntervalOf(ParseResult result) =>
        result.GetResult(Watch) is null ? null : result.GetValue(Watch) is { } text ? StatusWatch.Interval.Parse(text).Value : StatusWatch.Usual;

    private static void Refreshable(OptionResult option)
    {
        if (option.Tokens is [{ Value: var text }] && StatusWatch.Interval.Parse(text).Error is { } problem)
        {
            option.AddError($"{option.Option.Name}: {problem}");
        }

        if (option.GetValue(Json))
        {
            option.AddError($"{option.Option.Name} is for people: it does not go with {Json.Name}");
        }
    }

    private static void NotEmpty(OptionResult option) => NotEmpty(option, option.Option.Name);

    private static void NotEmpty(ArgumentResult argument) => NotEmpty(argument, argument.Argument.Name);

    private static void NotEmpty(SymbolResult result, string name)
    {
        if (result.Tokens is [{ Value: "" }])
        {
            result.AddError($"{name} must name something");
        }
    }

    private static Command Make(
        string name, string description, Func<CommandContext, ParseResult, CancellationToken, Task<int>> action, params Option[] options)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(async (result, cancel) =>
        {
            var settings = new GlobalOptions(
                result.GetValue(Config), Path.GetFullPath(result.GetValue(Root)!), result.GetValue(Json), result.GetValue(Verbose));
            using var context = new CommandContext(settings);
            return await CommandContext.GuardAsync(() => action(context, result, cancel)).ConfigureAwait(false);
        });
        return command;
    }
}

/// <summary>The options of all commands.</summary>
/// <param name="Config">--config; null for the default file.</param>
/// <param name="Root">--root, absolute.</param>
/// <param name="Json">--json.</param>
/// <param name="Verbose">--verbose.</param>
internal sealed record GlobalOptions(string? Config, string Root, bool Json, bool Verbose);
