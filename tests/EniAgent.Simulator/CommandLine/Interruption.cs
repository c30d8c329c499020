using System.Runtime.InteropServices;

namespace EniAgent.Simulator.CommandLine;

/// <summary>Ctrl-C and SIGTERM end what runs by cancelling it, so that it can clean up.</summary>
internal static class Interruption
{
    private static readonly CancellationTokenSource Source = new();
    private static readonly PosixSignalRegistration[] Registrations =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(s => PosixSignalRegistration.Create(s, Cancel))];

    /// <summary>Cancelled by the first signal.</summary>
    internal static CancellationToken Token => Registrations.Length > 0 ? Source.Token : default;

    private static void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        Source.Cancel();
    }
}
