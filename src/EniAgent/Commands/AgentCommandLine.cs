using System.CommandLine;
using System.CommandLine.Parsing;

namespace EniAgent.Commands;

/// <summary>The command line: which commands and options there are. What they do stands in their own files.</summary>
internal static class AgentCommandLine
{
    private static readonly Option<string?> Config = new("--config")
    {
        Description = "Configuration file",
        HelpName = "FILE",
        Recursive = true,
        Validators = { NotEmpty },
    };

    private static readonly Option<string> Root = new("--root")
    {
        Description = "Prefix of every file that is read or written",
        HelpName = "DIR",
        Recursive = true,
        Validators = { NotEmpty },
        DefaultValueFactory = _ => "/",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON", Recursive = true };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Log every detail", Recursive = true };

    private static readonly Option<bool> UseExitCode = new("--exit-code") { Description = "Exit with 4 when there are changes" };

    private static readonly Option<string?> Saved = new("--metadata")
    {
        Description = "Plan against a saved snapshot, and ask nobody",
        HelpName = "FILE",
        Validators = { NotEmpty },
    };

    private static readonly Argument<string?> SaveAs = new("FILE")
    {
        Description = "Where to; standard output when there is none",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> ForImage = new("--for-image") { Description = "Leave no trace of this instance, before an image is made of it" };

    private static readonly Option<bool> Check = new("--check") { Description = "Validate only" };

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

    private static RootCommand Create()
    {
        var root = new RootCommand("Configures the elastic network interfaces of this machine as its instance metadata says.")
        {
            Config, Root, Json, Verbose,
        };
        root.Add(Make("daemon", "Run as the service: converge, watch, until SIGTERM", (context, _, cancel) => DaemonCommand.RunAsync(context, cancel)));
        root.Add(Make("sync", "Converge once, now, and exit", (context, _, cancel) => SyncCommand.RunAsync(context, cancel)));
        root.Add(Make(
            "plan",
            "Show what sync would change; change nothing",
            (context, result, cancel) => PlanCommand.RunAsync(context, result.GetValue(UseExitCode), result.GetValue(Saved), cancel),
            UseExitCode,
            Saved));
        root.Add(Make(
            "status",
            "Show ENIs, addresses, routing, and whether all is in sync",
            (context, _, cancel) => StatusCommand.RunAsync(context, cancel)));
        var snapshot = Make(
            "snapshot",
            "Save what metadata says, to replay it anywhere",
            (context, result, cancel) => SnapshotCommand.RunAsync(context, result.GetValue(SaveAs), cancel));
        snapshot.Add(SaveAs);
        root.Add(snapshot);
        root.Add(Make(
            "release",
            "Remove everything the agent owns, restore what it changed",
            (context, result, cancel) => ReleaseCommand.RunAsync(context, result.GetValue(ForImage), cancel),
            ForImage));
        root.Add(Make(
            "config",
            "Show the configuration in effect and where each value comes from",
            (context, result, _) => Task.FromResult(ConfigCommand.Run(context, result.GetValue(Check))),
            Check));
        return root;
    }

    private static void NotEmpty(OptionResult option)
    {
        if (option.Tokens is [{ Value: "" }])
        {
            option.AddError($"{option.Option.Name} must name something");
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
