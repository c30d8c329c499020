using System.Diagnostics;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>
/// Kills a command in the midst of its work. The work takes a few milliseconds of a run whose length the machine's load decides, so the moment is random around
/// a time that moves: later when a kill came before anything was done, earlier when it came after everything was.
/// </summary>
internal sealed class Killer(World world, string command, int seed)
{
    private const int Kill = 9;

    private readonly Random _random = new(seed);
    private TimeSpan _center = TimeSpan.FromMilliseconds(5);

    /// <summary>How many were killed when something, but not everything, was done.</summary>
    public int Halfway { get; private set; }

    /// <summary>Starts the command and kills it somewhere on the way from one state of the kernel to another.</summary>
    public async Task KillAsync(GuestState from, GuestState to)
    {
        // The lock is taken first of all, the ledger written before anything is changed.
        var sign = command == "sync" ? world.Agent.LedgerFile : world.Agent.LockFile;
        var before = File.GetLastWriteTimeUtc(sign);
        await using var process = world.Agent.Start(command);
        var begun = Stopwatch.GetTimestamp();
        while (File.GetLastWriteTimeUtc(sign) == before && !process.HasExited && Stopwatch.GetElapsedTime(begun) < Eventually.Patience)
        {
            Thread.SpinWait(10);
        }

        var (seen, delay) = (Stopwatch.GetTimestamp(), _center * (2 * _random.NextDouble()));
        while (Stopwatch.GetElapsedTime(seen) < delay)
        {
            Thread.SpinWait(10);
        }
        try
        {
            if (!process.HasExited)
            {
                process.Signal(Kill);
            }
        }
        catch (IOException)
        {
            // It has ended by itself in between, as the wait below makes sure.
        }

        await process.WaitAsync(Eventually.Patience);

        var state = await world.StateAsync();
        var (nothing, everything) = (from.DifferencesTo(state).Count == 0, to.DifferencesTo(state).Count == 0);
        Halfway += nothing || everything ? 0 : 1;
        _center *= nothing ? 1.4 : everything ? 0.7 : 1;
    }
}
