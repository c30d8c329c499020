using System.Diagnostics;
using System.Text;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>A program that runs in a guest's namespace, with that namespace's /sys. Killed when disposed of.</summary>
public sealed class GuestProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Lazy<int> _id;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task _readers;

    private GuestProcess(Process process, Action<string>? onLine, Func<int?>? id)
    {
        _process = process;
        _id = id is null ? new(process.Id) : new(() => Find(id));
        _readers = Task.WhenAll(ReadAsync(process.StandardOutput, _output, onLine), ReadAsync(process.StandardError, _error, onLine));
    }

    /// <summary>Its process id: <c>ip netns exec</c> becomes the program, so it is the program's own.</summary>
    /// <exception cref="IOException">The program had somebody else start the process, and there is none, or none any more.</exception>
    public int Id => _id.Value;

    /// <summary>What it wrote to its standard output so far.</summary>
    public string StandardOutput => Text(_output);

    /// <summary>What it wrote to its standard error so far.</summary>
    public string StandardError => Text(_error);

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code once it has ended; 128 and the signal if a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>
    /// Starts a program; <paramref name="onLine"/> is told every line of both outputs as it comes. A program that has somebody else start the process that is meant, and
    /// ends as that does, comes with an <paramref name="id"/> that finds this process, or null as long as there is none.
    /// </summary>
    public static GuestProcess Start(
        Guest guest, string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null, Func<int?>? id = null)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", guest.Namespace.Name, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        var process = new GuestProcess(Process.Start(start)!, onLine, id);
        guest.Vpc.Own(process);
        return process;
    }

    /// <summary>Starts a program and waits for its end.</summary>
    public static async Task<GuestProcess> RunAsync(
        Guest guest, string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null, TimeSpan? timeout = null)
    {
        var process = Start(guest, program, arguments, environment);
        await process.WaitAsync(timeout ?? TimeSpan.FromSeconds(60));
        return process;
    }

    /// <summary>Writes to its standard input.</summary>
    public void Type(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    /// <summary>Sends a signal by kill(2).</summary>
    public void Signal(int signal) => Native.Check(Native.kill(Id, signal), $"signal {signal} to {Id}");

    /// <summary>Sends SIGTERM and waits for the end; returns the exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan? timeout = null)
    {
        Signal(Signals.Terminate);
        return await WaitAsync(timeout ?? TimeSpan.FromSeconds(10));
    }

    /// <summary>Waits for its end and the end of its output; returns the exit code. When time is up, throws with what it wrote.</summary>
    public async Task<int> WaitAsync(TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            await _readers.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_process.StartInfo.ArgumentList[3]} did not end within {timeout}\n{StandardOutput}\n{StandardError}");
        }
        return ExitCode;
    }

    /// <summary>Waits until a line of either output contains a text.</summary>
    public async Task WaitForTextAsync(string text, TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        while (!StandardOutput.Contains(text, StringComparison.Ordinal) && !StandardError.Contains(text, StringComparison.Ordinal))
        {
            if (HasExited || Stopwatch.GetElapsedTime(start) > timeout)
            {
                if (HasExited)
                {
                    // Its last words are what matters.
                    await Task.WhenAny(_readers, Task.Delay(TimeSpan.FromSeconds(1)));
                }
                throw new TimeoutException($"'{text}' was not written{(HasExited ? " before it ended" : "")}\n{StandardOutput}\n{StandardError}");
            }
            await Task.Delay(2);
        }
    }

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                Kill();
            }
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        catch (InvalidOperationException)
        {
            // Disposed of before: the test's own using and the VPC's both come here.
        }
    }

    private void Kill()
    {
        try
        {
            Signal(Signals.Kill);
        }
        catch (IOException)
        {
            // What it stands for has ended, or was never started.
            _process.Kill();
        }
    }

    private int Find(Func<int?> id)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (id() is { } found)
            {
                return found;
            }
            if (HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new IOException($"{_process.StartInfo.ArgumentList[3]} has no process\n{StandardOutput}\n{StandardError}");
            }

            // A property cannot be awaited; the wait is bounded by the check above.
            Thread.Sleep(1);
        }
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder text, Action<string>? onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
            onLine?.Invoke(line);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
