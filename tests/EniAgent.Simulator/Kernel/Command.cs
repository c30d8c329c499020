using System.Diagnostics;

namespace EniAgent.Simulator.Kernel;

/// <summary>A program of the system (<c>ip</c>, <c>nft</c>) run to its end; failure is an exception that shows what it was given and what it said.</summary>
internal static class Command
{
    /// <summary>Runs a program in the namespace of the calling process.</summary>
    internal static Task<string> RunAsync(string program, IEnumerable<string> arguments, string? input = null) =>
        FinishAsync(Process.Start(Prepare(program, arguments))!, program, arguments, input);

    /// <summary>Runs a program in a network namespace. The child inherits the namespace of the thread that starts it, which saves an exec.</summary>
    internal static Task<string> RunAsync(NetworkNamespace inside, string program, IEnumerable<string> arguments, string? input = null)
    {
        var start = Prepare(program, arguments);
        return FinishAsync(inside.Run(() => Process.Start(start)!), program, arguments, input);
    }

    private static ProcessStartInfo Prepare(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };

    private static async Task<string> FinishAsync(Process process, string program, IEnumerable<string> arguments, string? input)
    {
        using var _ = process;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input);
            }
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended before it read everything: its exit code and its words say why.
        }
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new CommandFailedException(program, arguments, input, process.ExitCode, await error);
    }
}

/// <summary>A program of the system ended with an error.</summary>
public sealed class CommandFailedException(string program, IEnumerable<string> arguments, string? input, int exitCode, string error)
    : Exception($"{program} {string.Join(' ', arguments)} ended with {exitCode}: {error.Trim()}{(input is null ? "" : "\ninput was:\n" + input)}")
{
    /// <summary>What the program wrote to its standard error.</summary>
    public string StandardError { get; } = error;
}
