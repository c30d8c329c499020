using System.Runtime.ExceptionServices;

namespace EniAgent.Simulator.Kernel;

/// <summary>
/// A named network namespace as <c>ip netns</c> knows it. Sockets that are created inside stay there, whoever uses them later,
/// so a process can hold sockets in any number of namespaces.
/// </summary>
public sealed class NetworkNamespace
{
    private const string Directory = "/run/netns";

    /// <summary>Describes a namespace; it is made by <c>ip netns add</c>.</summary>
    public NetworkNamespace(string name) => Name = name;

    /// <summary>The name under /run/netns.</summary>
    public string Name { get; }

    /// <summary>Whether the name is there.</summary>
    public bool Exists => File.Exists(Path.Combine(Directory, Name));

    /// <summary>Names of all namespaces of this machine.</summary>
    public static IReadOnlyList<string> Names() =>
        System.IO.Directory.Exists(Directory) ? [.. System.IO.Directory.GetFiles(Directory).Select(f => Path.GetFileName(f)!)] : [];

    /// <summary>Makes namespaces, all with one process.</summary>
    public static async Task<NetworkNamespace[]> AddAsync(params string[] names)
    {
        await Command.RunAsync("ip", ["-batch", "-"], Lines(names.Select(n => $"netns add {n}")));
        return [.. names.Select(n => new NetworkNamespace(n))];
    }

    /// <summary>Gives a process's namespace a name.</summary>
    public static async Task<NetworkNamespace> AttachAsync(string name, int processId)
    {
        await Command.RunAsync("ip", ["netns", "attach", name, $"{processId}"]);
        return new NetworkNamespace(name);
    }

    /// <summary>Removes those of the names that exist.</summary>
    public static async Task DeleteAsync(IEnumerable<string> names)
    {
        var there = names.Where(n => new NetworkNamespace(n).Exists).ToArray();
        if (there.Length > 0)
        {
            await Command.RunAsync("ip", ["-force", "-batch", "-"], Lines(there.Select(n => $"netns del {n}")));
        }
    }

    /// <summary>Runs something on a thread of its own inside the namespace and returns its result.</summary>
    public T Run<T>(Func<T> action)
    {
        T result = default!;
        Exception? failure = null;
        // A fresh thread: one of the pool would have to be brought back whatever happens.
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        }, 256 * 1024);
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
        return result;
    }

    /// <summary>Runs something on a thread of its own inside the namespace.</summary>
    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <summary>Applies lines of <c>ip -batch</c> (such as <c>link set eth1 up</c>) with one process; nothing to do for no lines.</summary>
    public Task IpAsync(params IEnumerable<string> lines)
    {
        var input = Lines(lines);
        return input.Length == 0 ? Task.CompletedTask : Command.RunAsync(this, "ip", ["-batch", "-"], input);
    }

    /// <summary>The output of <c>ip</c> with these arguments, separated by blanks.</summary>
    public Task<string> IpOutputAsync(string arguments) =>
        Command.RunAsync(this, "ip", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Applies a script of <c>nft</c> as one transaction.</summary>
    public Task NftAsync(string script) => Command.RunAsync(this, "nft", ["-f", "-"], script);

    /// <summary>The output of <c>nft</c> with these arguments, separated by blanks.</summary>
    public Task<string> NftOutputAsync(string arguments) =>
        Command.RunAsync(this, "nft", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Writes sysctls, named by their path below /proc/sys/net/ipv4 (or ../ipv6).</summary>
    public void SetSysctls(params (string Path, int Value)[] settings) => Run(() =>
    {
        foreach (var (path, value) in settings)
        {
            File.WriteAllText(SysctlPath(path), value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    });

    /// <summary>Reads a sysctl, named by its path below /proc/sys/net/ipv4.</summary>
    public string Sysctl(string path) => Run(() => File.ReadAllText(SysctlPath(path)).Trim());

    /// <summary>The namespace's name.</summary>
    public override string ToString() => Name;

    private static string SysctlPath(string path) => "/proc/sys/net/ipv4/" + path;

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(l => l + "\n"));

    private void Enter()
    {
        var fd = Native.Check(Native.open(Path.Combine(Directory, Name), Native.O_RDONLY | Native.O_CLOEXEC), $"open namespace {Name}");
        try
        {
            Native.Check(Native.setns(fd, Native.CLONE_NEWNET), $"enter namespace {Name}");
        }
        finally
        {
            _ = Native.close(fd);
        }
    }
}
