using System.ComponentModel;
using System.Diagnostics;

namespace EniAgent.Linux.Host;

/// <summary>Runs a program of the machine's.</summary>
public static class HostProgram
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="command">Its name, looked for in PATH, and its arguments.</param>
    /// <param name="patience">How long it may take; it is killed then.</param>
    /// <returns>What went wrong, in words; null where it ended with 0.</returns>
    public static string? Run(IReadOnlyList<string> command, TimeSpan patience)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(patience))
            {
                process.Kill();
                return $"took longer than {patience.TotalSeconds} s";
            }

            return process.ExitCode == 0 ? null : $"exit {process.ExitCode}: {string.Concat(error.Result, output.Result).Trim()}";
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }
}
