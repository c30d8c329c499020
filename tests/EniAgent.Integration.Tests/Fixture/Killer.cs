using System.Diagnostics;
using EniAgent.Simulator;

namespace EniAgent.Integration.Tests.Fixture;

/// <summary>
/// Kills a command in the midst of its work. The work takes a few milliseconds of a run whose length the machine's load decides, so the moment is random around
/// a time that moves, earlier when a kill came after everything was done: by turns since the first sign of the command, which is before anything is done,
/// and since the first change of the kernel's routes.
/// </summary>
internal sealed class Killer(World world, string command, int seed)
{
    private readonly Random _random = new(seed);
    private readonly TimeSpan[] _centers = [TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(0.1)];
    private int _turn;

    /// <summary>How many were killed when something, but not everything, was done.</summary>
    public int Halfway { get; private set; }

    /// <summary>Starts the command and kills it somewhere on the way from one state of the kernel to another.</summary>
    public async Task KillAsync(GuestState from, GuestState to)
    {
        // The lock is taken first of all, the ledger written before anything is changed.
        var file = command == "release" ? world.Agent.LockFile : world.Agent.LedgerFile;
        var (written, routes) = (File.GetLastWriteTimeUtc(file), world.Guest.Namespace.Run(Routes));
        Func<bool> sign = _turn == 0 ? () => File.GetLastWriteTimeUtc(file) != written : () => !Routes().AsSpan().SequenceEqual(routes);
        await using var process = world.Agent.Start(command);
        world.Guest.Namespace.Run(() => KillAfter(process, sign, _centers[_turn] * (2 * _random.NextDouble())));
        await process.WaitAsync(Eventually.Patience);

        var state = await world.StateAsync();
        var (nothing, everything) = (from.DifferencesTo(state).Count == 0, to.DifferencesTo(state).Count == 0);
        Halfway += nothing || everything ? 0 : 1;
        _centers[_turn] *= nothing ? 1.4 : everything ? 0.7 : 1;
        _turn = 1 - _turn;
    }

    // Of the namespace that the calling thread is in; the kernel tells them without the lock that the work holds.
    private static byte[] Routes() => File.ReadAllBytes("/proc/thread-self/net/fib_trie");

    private static void KillAfter(GuestProcess process, Func<bool> sign, TimeSpan delay)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!sign() && !process.HasExited && Stopwatch.GetElapsedTime(begun) < Eventually.Patience)
        {
            Thread.SpinWait(10);
        }

        var seen = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(seen) < delay)
        {
            Thread.SpinWait(10);
        }
        try
        {
            if (!process.HasExited)
            {
                process.Signal(Signals.Kill);
            }
        }
        catch (IOException)
        {
            // It has ended by itself in between, as the wait for its end makes sure.
        }
    }
}
