using System.Diagnostics;
using EniAgent.Simulator;

namespace EniAgent.Bench.Worlds;

/// <summary>The daemon on a machine.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly World _world;
    private readonly GuestProcess _process;

    private Daemon(World world)
    {
        _world = world;
        _process = GuestProcess.Start(world.Guest, world.Agent, ["daemon", "--root", world.Root]);
    }

    /// <summary>What it holds and has used.</summary>
    public ProcessState State => ProcessState.Of(_process.Id);

    /// <summary>Starts it, and waits until all is as metadata says.</summary>
    public static async Task<Daemon> StartAsync(World world)
    {
        var status = Path.Combine(world.Root, "run/eni-agent/status.json");
        if (File.Exists(status))
        {
            File.Delete(status);
        }

        var daemon = new Daemon(world);
        await daemon.UntilAsync(
            () => File.Exists(status) && File.ReadAllText(status).Contains("\"state\": \"in-sync\"", StringComparison.Ordinal),
            "be in sync");
        return daemon;
    }

    /// <summary>Waits until it has asked metadata so many times more for what there is; a poll asks once.</summary>
    public async Task PollsAsync(int polls)
    {
        var (metadata, from) = (_world.Vpc.Metadata, _world.Vpc.Metadata.RequestCount);
        await UntilAsync(() => metadata.Requests.Skip(from).Count(r => r.Path.EndsWith("/macs/", StringComparison.Ordinal)) >= polls, "poll");
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.TerminateAsync(Patience);
        await _process.DisposeAsync();
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(20))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"the daemon does not {what}\n{_process.StandardError}");
            }
        }
    }
}
