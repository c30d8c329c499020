using System.Diagnostics;
using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Vm.Tests.Fixture;

/// <summary>
/// A container with a Debian system of its own (build/consumers.sh), whose first process is systemd, and with a network of its own: all that needs a service manager
/// and no reboot. Ends when disposed of.
/// </summary>
internal sealed class Container : IAsyncDisposable
{
    private static readonly Lazy<string> System = new(() => Repository.Run("build/consumers.sh"));

    private readonly string _folder;
    private readonly Process _process;

    private Container(string folder, Process process) => (_folder, _process) = (folder, process);

    /// <summary>Its first process.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Boots one.</summary>
    /// <param name="prepare">Puts files into a folder that lies over the system; null for none.</param>
    public static async Task<Container> StartAsync(Action<string>? prepare = null)
    {
        var folder = Directory.CreateTempSubdirectory("eni-agent-container-").FullName;
        var upper = Directory.CreateDirectory(Path.Combine(folder, "upper")).FullName;
        prepare?.Invoke(upper);
        var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Fixture/container.sh"), [System.Value, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var container = new Container(folder, process);
        try
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(process.HasExited ? throw new InvalidOperationException($"{output.Result}{error.Result}") : (container.ProcessId = FirstProcess(process.Id)) > 0),
                timeout: TimeSpan.FromSeconds(60));
            await Eventually.TrueAsync(
                async () => (await container.RunAsync("systemctl", "is-system-running")).Output.Trim() is "running" or "degraded",
                state: async () => $"{await container.RunAsync("systemctl", "list-jobs", "--no-pager")}{await container.RunAsync("journalctl", "--no-pager", "-n", "50")}",
                timeout: TimeSpan.FromSeconds(60));
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a path of its own is for us.</summary>
    public string PathOf(string path) => $"/proc/{ProcessId}/root{path}";

    /// <summary>Puts a file in.</summary>
    public void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    /// <summary>Puts a package in and installs it.</summary>
    public async Task<CommandResult> InstallAsync(string package)
    {
        var name = Path.GetFileName(package);
        File.Copy(package, PathOf($"/root/{name}"), overwrite: true);
        return await SucceedAsync("dpkg", "--install", $"/root/{name}");
    }

    /// <summary>Runs a command in it.</summary>
    public async Task<CommandResult> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo("nsenter", ["--target", $"{ProcessId}", "--all", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await process.WaitForExitAsync(deadline.Token);
        return new CommandResult(process.ExitCode, await output.WaitAsync(deadline.Token), await error.WaitAsync(deadline.Token));
    }

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<CommandResult> SucceedAsync(params string[] command)
    {
        var result = await RunAsync(command);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: {result}");
        return result;
    }

    /// <summary>A property of the agent's unit.</summary>
    public async Task<string> UnitAsync(string property) => (await SucceedAsync("systemctl", "show", "--value", "--property", property, "eni-agent.service")).Output.Trim();

    /// <summary>What the agent's unit has logged in this boot.</summary>
    public async Task<string> JournalAsync(params string[] options)
    {
        await SucceedAsync("journalctl", "--sync");
        return (await SucceedAsync(["journalctl", "--no-pager", "--unit", "eni-agent.service", .. options])).Output;
    }

    public async ValueTask DisposeAsync()
    {
        // Everything in it dies with its first process, and then the programs that hold it end and clear up. Where that process was not found, they are ended themselves.
        if (ProcessId > 0 && Directory.Exists($"/proc/{ProcessId}"))
        {
            using var init = Process.GetProcessById(ProcessId);
            init.Kill();
        }
        else
        {
            _process.Kill(entireProcessTree: true);
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(deadline.Token);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FirstProcess(int script) =>
        Children(script).Where(child => Name(child) == "systemd-nspawn").SelectMany(Children).FirstOrDefault(child => Name(child) is "systemd" or "init");

    private static IEnumerable<int> Children(int process) =>
        Told($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    private static string Name(int process) => Told($"/proc/{process}/comm").Trim();

    // A process may end at any moment, also while its file is being read.
    private static string Told(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
