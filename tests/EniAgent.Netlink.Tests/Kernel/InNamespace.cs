using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Tmds.Linux;

namespace EniAgent.Netlink.Tests.Kernel;

/// <summary>Runs tests in a fresh network namespace, on a thread of its own that ends with it.</summary>
internal static class InNamespace
{
    public static void Run(Action test)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (LibC.unshare(LibC.CLONE_NEWNET) != 0)
                {
                    throw new InvalidOperationException($"unshare: errno {LibC.errno}");
                }

                Ip("link set lo up");
                test();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Runs <c>ip</c> in the namespace of this thread, as a child inherits it.</summary>
    public static string Ip(string arguments) => Start("ip", arguments, null);

    /// <summary>Runs <c>ip -batch</c> on lines, in the namespace of this thread.</summary>
    public static void IpBatch(IEnumerable<string> lines) => Start("ip", "-batch -", string.Join('\n', lines) + "\n");

    /// <summary>Runs <c>nft</c> on a script, in the namespace of this thread.</summary>
    public static void Nft(string script) => Start("nft", "-f -", script);

    private static string Start(string program, string arguments, string? input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.Write(input);
        }

        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {arguments}: exit {process.ExitCode}: {error.GetAwaiter().GetResult()}");
    }
}
