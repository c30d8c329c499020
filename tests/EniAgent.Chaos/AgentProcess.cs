using System.Globalization;
using EniAgent.Simulator;

namespace EniAgent.Chaos;

/// <summary>The agent's daemon in a guest, with its files in a root of its own: started again and again.</summary>
internal sealed class AgentProcess(Guest guest, string program) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<string> _log = [];
    private readonly Lock _gate = new();
    private GuestProcess? _daemon;

    /// <summary>What <c>--root</c> says.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("eni-chaos-").FullName;

    /// <summary>/run/eni-agent/status.json.</summary>
    public string StatusFile => Path.Combine(Root, "run/eni-agent/status.json");

    /// <summary>Whether the daemon runs.</summary>
    public bool IsRunning => _daemon is { HasExited: false };

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>The lines of its log.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _log];
            }
        }
    }

    /// <summary>The last lines of its log.</summary>
    public string Log => string.Join('\n', Lines.TakeLast(40));

    /// <summary>Starts the daemon.</summary>
    public async Task StartAsync()
    {
        Starts++;
        _daemon = GuestProcess.Start(guest, program, ["daemon", "--root", Root], onLine: Note);

        // No program can help what comes before its first line.
        while (IsRunning && !CatchesHangup())
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Has it read its configuration and converge.</summary>
    public void Reload() => Signal(Signals.Hangup);

    /// <summary>Sends a signal to the daemon.</summary>
    /// <exception cref="ViolationException">It has ended by itself.</exception>
    public void Signal(int signal)
    {
        if (!IsRunning)
        {
            throw Ended();
        }

        _daemon!.Signal(signal);
    }

    /// <summary>Kills the daemon.</summary>
    public async Task KillAsync()
    {
        Signal(Signals.Kill);
        await _daemon!.WaitAsync(Patience);
    }

    /// <summary>Tells the daemon to end, and waits until it has.</summary>
    public async Task StopAsync()
    {
        Signal(Signals.Continue);
        if (await _daemon!.TerminateAsync(Patience) is var code and not 0)
        {
            throw new ViolationException(string.Create(CultureInfo.InvariantCulture, $"told to end, the daemon ended with {code}"));
        }
    }

    /// <summary>Runs <c>sync</c> while no daemon runs, and kills it when it takes longer than that.</summary>
    public async Task SyncAsync(TimeSpan limit)
    {
        await using var sync = GuestProcess.Start(guest, program, ["sync", "--root", Root], onLine: Note);
        try
        {
            await sync.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            sync.Signal(Signals.Kill);
            await sync.WaitAsync(Patience);
        }
    }

    /// <summary>Runs a command that only looks.</summary>
    public async Task LookAsync(string command)
    {
        if (await RunAsync(command) is var (code, output) && code is not (0 or 3))
        {
            throw new ViolationException($"{command} ended with {code}: {output}");
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = await GuestProcess.RunAsync(guest, program, [.. arguments, "--root", Root]);
        return (process.ExitCode, process.StandardOutput + process.StandardError);
    }

    /// <summary>What the daemon holds and has used.</summary>
    /// <exception cref="ViolationException">It has ended by itself.</exception>
    public ProcessUse Use() => IsRunning ? ProcessUse.Of(_daemon!.Id) : throw Ended();

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
        }

        Directory.Delete(Root, recursive: true);
    }

    private ViolationException Ended() => new(string.Create(CultureInfo.InvariantCulture, $"the daemon has ended by itself with {_daemon?.ExitCode}"));

    private bool CatchesHangup()
    {
        try
        {
            var caught = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_daemon!.Id}/status")).First(line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
            return (ulong.Parse(caught.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & 1) != 0;
        }
        catch (IOException)
        {
            // It has ended.
            return false;
        }
    }

    private void Note(string line)
    {
        lock (_gate)
        {
            _log.Add(line);
        }
    }
}
