namespace EniAgent.Tests.Commands;

/// <summary>What a command printed, and its exit code.</summary>
internal sealed record Captured(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command with the console captured; the console is one for the whole process, so only tests of <see cref="ConsoleTests"/> do.</summary>
    public static async Task<Captured> RunAsync(Func<Task<int>> command)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var capturedOutput = new StringWriter();
        using var capturedError = new StringWriter();
        try
        {
            Console.SetOut(capturedOutput);
            Console.SetError(capturedError);
            var exitCode = await command();
            return new Captured(exitCode, capturedOutput.ToString(), capturedError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}

/// <summary>Tests that capture the console: one at a time, and none beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleTests
{
    public const string Name = "console";
}
