using System.Diagnostics;

namespace EniAgent.Vm.Tests.Fixture;

/// <summary>The repository that is tested, and its scripts.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    // A deterministic build does not tell where the sources are: they are looked for from its output upwards.
    public static string Folder { get; } = Find();

    // An image of a distribution made anew, over a slow line.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs one of its scripts to the end; returns the last line of what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public static string Run(string script, params (string Name, string Value)[] environment) => Run(script, [], environment);

    /// <summary>The same, with arguments.</summary>
    public static string Run(string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(Folder, script), arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} {string.Join(' ', arguments)} has not ended after {Patience.TotalMinutes} minutes");
        }

        return process.ExitCode == 0 ? output.Result.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"{script} ended with {process.ExitCode}\n{output.Result}\n{error.Result}");
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EniAgent.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("EniAgent.sln");
    }
}
