using System.Collections;
using System.Diagnostics;
using System.Globalization;
using EniAgent.Simulator;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Bench.Running;

/// <summary>
/// Runs programs in a namespace and measures each from exec to exit. The child inherits the namespace of the thread that starts it, so nothing of the measuring is in
/// the figures, as <c>ip netns exec</c> would be.
/// </summary>
/// <param name="inside">The namespace.</param>
/// <param name="errors">A file for what programs write to standard error; what they write to standard output is thrown away.</param>
internal sealed class Stage(NetworkNamespace inside, string errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string?[] Environment = [.. System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => $"{e.Key}={e.Value}"), null];

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it wrote.</exception>
    public Use Run(string program, params IEnumerable<string> arguments)
    {
        var (use, code) = Try(program, arguments);
        return code == 0
            ? use
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{program} {string.Join(' ', arguments)} ended with {code}: {File.ReadAllText(errors)}"));
    }

    /// <summary>Runs a program to its end, however it ends.</summary>
    public (Use Use, int Code) Try(string program, params IEnumerable<string> arguments)
    {
        string?[] words = [program, .. arguments, null];
        return inside.Run(() => SpawnAndWait(program, words));
    }

    /// <summary>Starts a program that runs until <see cref="End"/>; <paramref name="variable"/> is one more of its environment.</summary>
    /// <returns>Its process id, and the <see cref="Stopwatch"/> timestamp at which it was started.</returns>
    public (int Pid, long Started) Start(string program, IEnumerable<string> arguments, string variable)
    {
        string?[] words = [program, .. arguments, null];
        return inside.Run(() => Spawn(program, words, [variable, .. Environment]));
    }

    /// <summary>Ends a program by SIGTERM, and by SIGKILL when it has not ended soon.</summary>
    public static void End(int pid)
    {
        _ = Native.kill(pid, Signals.Terminate);
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; Thread.Sleep(1))
        {
            if (Native.wait4(pid, out _, Native.WNOHANG, out _) == pid)
            {
                return;
            }
        }

        _ = Native.kill(pid, Signals.Kill);
        Wait(pid);
    }

    private (Use, int) SpawnAndWait(string program, string?[] words)
    {
        var (pid, started) = Spawn(program, words, Environment);
        var (usage, status) = Wait(pid);
        var time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var processor = (1e3 * (usage.UserSeconds + usage.SystemSeconds)) + (1e-3 * (usage.UserMicroseconds + usage.SystemMicroseconds));

        // As a shell says it: the exit code, or 128 and the signal that ended it.
        var code = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
        return (new Use(time, processor, usage.VoluntarySwitches + usage.InvoluntarySwitches), code);
    }

    private unsafe (int Pid, long Started) Spawn(string program, string?[] words, string?[] environment)
    {
        Native.FileActions actions;
        _ = Native.posix_spawn_file_actions_init(&actions);
        _ = Native.posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", Native.O_RDONLY, 0);
        _ = Native.posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", Native.O_WRONLY, 0);
        _ = Native.posix_spawn_file_actions_addopen(&actions, 2, errors, Native.O_WRONLY | Native.O_CREAT | Native.O_TRUNC, 0b110_000_000);
        var started = Stopwatch.GetTimestamp();
        var error = Native.posix_spawnp(out var pid, program, &actions, 0, words, environment);
        _ = Native.posix_spawn_file_actions_destroy(&actions);
        return error == 0
            ? (pid, started)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} cannot be started: error {error}"));
    }

    private static (Native.Rusage Usage, int Status) Wait(int pid) => Native.wait4(pid, out var status, 0, out var usage) == pid
        ? (usage, status)
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"process {pid} cannot be waited for"));
}
