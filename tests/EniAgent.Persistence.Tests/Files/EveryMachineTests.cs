using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EniAgent.Core.Addressing;
using EniAgent.Linux.Files;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;
using EniAgent.Persistence.Tests.Backends;

namespace EniAgent.Persistence.Tests.Files;

/// <summary>What holds on the disk for every back end.</summary>
public class EveryMachineTests
{
    private static readonly BootState Nothing = new() { Enis = [] };

    public static TheoryData<string> Names => [.. Machines.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What may be found in the place of the definition of the primary NIC.</summary>
    public static TheoryData<string, string, int, string> Unreadable
    {
        get
        {
            var data = new TheoryData<string, string, int, string>();
            foreach (var name in Machines.All.Keys.Order(StringComparer.Ordinal))
            {
                data.Add(name, "folder", 0, "is a folder");
                data.Add(name, "socket", 0, "is no regular file");
                data.Add(name, "byte order mark", 1, "byte order mark");
                data.Add(name, "bytes", 2, "is not UTF-8");
                data.Add(name, "large", 0, "bytes, more than");
                data.Add(name, "carriage returns", 2, "carriage return");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_written_when_nothing_changed(string name)
    {
        var machine = Machines.All[name];
        using var root = new TemporaryRoot(machine.Files);
        Converge(root, machine, Samples.TwoEnis);

        var keeper = root.Keeper(new CrashingDisk(Disk.Instance, survives: 0));
        var plan = keeper.Plan(RenderersOf(machine), Samples.TwoEnis, machine.Host);

        Assert.Empty(plan.Changes);
        Assert.Empty(keeper.Apply(plan));
        Assert.Empty(machine.Renderer.Telling([]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_a_power_cut_between_any_two_changes_no_half_is_left(string name)
    {
        var machine = Machines.All[name];
        using var uncut = new TemporaryRoot(machine.Files);
        var disk = new CrashingDisk(Disk.Instance, int.MaxValue);
        Assert.Empty(uncut.Keeper(disk).Apply(uncut.Keeper(disk).Plan(RenderersOf(machine), Samples.TwoEnis, machine.Host)));
        var finished = uncut.Files;
        Assert.InRange(disk.Changes.Count, 15, 150);

        for (var survives = 0; survives < disk.Changes.Count; survives++)
        {
            using var root = new TemporaryRoot(machine.Files);
            var cut = root.Keeper(new CrashingDisk(Disk.Instance, survives));
            Assert.Throws<PowerCutException>(() => cut.Apply(cut.Plan(RenderersOf(machine), Samples.TwoEnis, machine.Host)));

            // Old or new; and nothing that a network manager would read besides: they pass over hidden files.
            foreach (var (path, text) in root.Files.Where(file => !Path.GetFileName(file.Key).StartsWith('.')))
            {
                Assert.Contains(text, new[] { machine.Files.Files.GetValueOrDefault(path), finished.GetValueOrDefault(path) });
            }

            // The next run finishes it, and the way back is open.
            Converge(root, machine, Samples.TwoEnis);
            Assert.Equal(finished, Visible(root));
            Converge(root, machine, Nothing);
            Assert.Equal(machine.Files.Files, Visible(root));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_power_cut_left_goes_though_nobody_wants_the_file_any_more(string name)
    {
        var machine = Machines.All[name];
        using var uncut = new TemporaryRoot(machine.Files);
        var disk = new CrashingDisk(Disk.Instance, int.MaxValue);
        Assert.Empty(uncut.Keeper(disk).Apply(uncut.Keeper(disk).Plan(RenderersOf(machine), Samples.TwoEnis, machine.Host)));

        var left = 0;
        for (var survives = 0; survives < disk.Changes.Count; survives++)
        {
            using var root = new TemporaryRoot(machine.Files);
            var cut = root.Keeper(new CrashingDisk(Disk.Instance, survives));
            Assert.Throws<PowerCutException>(() => cut.Apply(cut.Plan(RenderersOf(machine), Samples.TwoEnis, machine.Host)));
            left += Configuration(root).Keys.Count(path => Path.GetFileName(path).StartsWith('.'));

            Converge(root, machine, Nothing);

            // But for an empty one whose name, as those of network-scripts, is not the agent's alone.
            Assert.Equal(machine.Files.Files, Configuration(root).Where(file => file.Value.Length > 0 || file.Key.Contains("eni-agent", StringComparison.Ordinal)).ToDictionary());
        }

        Assert.NotEqual(0, left);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_others_left_stays(string name)
    {
        var machine = Machines.All[name];
        using var root = new TemporaryRoot(machine.Files);
        var folder = root.Path + machine.Renderer.Folders[0];
        Directory.CreateDirectory(folder);
        File.WriteAllText($"{folder}/.somebody.new", "");
        File.WriteAllText($"{root.Path}/target", "somebody's");
        File.CreateSymbolicLink($"{folder}/.eni-agent-link.new", $"{root.Path}/target");

        Converge(root, machine, Samples.TwoEnis);
        Converge(root, machine, Nothing);

        Assert.True(File.Exists($"{folder}/.somebody.new"));
        Assert.Equal("somebody's", File.ReadAllText($"{folder}/.eni-agent-link.new"));
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_cannot_be_edited_is_named_and_left(string name, string kind, int line, string problem)
    {
        var machine = Machines.All[name];
        using var root = new TemporaryRoot(machine.Files);
        var definition = machine.Files.Files.Keys.Order(StringComparer.Ordinal).First();
        var path = root.Path + definition;
        var text = File.ReadAllText(path);
        File.Delete(path);
        using var socket = new Socket(System.Net.Sockets.AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        switch (kind)
        {
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "socket":
                // The name of a socket may not be long.
                var folder = Directory.CreateTempSubdirectory();
                socket.Bind(new UnixDomainSocketEndPoint(folder.FullName + "/s"));
                File.Move(folder.FullName + "/s", path);
                folder.Delete();
                break;
            case "byte order mark":
                File.WriteAllText(path, text, new UTF8Encoding(true));
                break;
            case "bytes":
                File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(text.Split('\n')[0]), .. "\n# "u8, 0xff, 0xfe, .. "\n"u8]);
                break;
            case "large":
                File.WriteAllText(path, new string('#', 2 << 20));
                break;
            default:
                File.WriteAllText(path, text.Split('\n')[0] + "\n" + string.Join('\n', text.Split('\n').Skip(1)).Replace("\n", "\r\n", StringComparison.Ordinal));
                break;
        }

        var plan = root.Keeper().Plan(RenderersOf(machine), Samples.TwoEnis, machine.Host);

        var finding = Assert.Single(plan.Findings, finding => finding.Path == definition);
        Assert.Equal(line, finding.Line);
        Assert.Contains(problem, finding.Message.English, StringComparison.Ordinal);
        Assert.DoesNotContain(plan.Changes, change => change.Path == definition);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_ten_thousand_lines_every_one_is_kept(string name)
    {
        var machine = Machines.All[name];
        var lines = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"# line {i}\n"));
        var files = MemoryTree.Of([.. machine.Files.Files.Select(file => (file.Key, lines + file.Value))]);
        using var root = new TemporaryRoot(files);

        Converge(root, machine, Samples.TwoEnis);

        Assert.All(files.Files.Keys, path => Assert.StartsWith(lines, root.Files[path], StringComparison.Ordinal));
        Converge(root, machine, Nothing);
        Assert.Equal(files.Files, root.Files);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Eight_ENIs_of_thirty_addresses_are_compared_in_a_few_milliseconds(string name)
    {
        var machine = Machines.All[name];
        using var root = new TemporaryRoot(machine.Files);
        var state = new BootState
        {
            HasRules = true,
            Enis = [.. Enumerable.Range(0, 8).Select(i => Samples.Secondary with
            {
                Mac = MacAddress.Parse($"52:54:00:00:00:0{i}"), Interface = $"eth{i}", IsPrimary = i == 0, Slot = i, Table = 31000 + (uint)i,
                Subnet = IpPrefix.Parse($"10.0.{i + 1}.0/24"), Gateway = IpAddress.Parse($"10.0.{i + 1}.1"),
                Addresses = [.. Enumerable.Range(10, 30).Select(n => IpAddress.Parse($"10.0.{i + 1}.{n}"))],
            })],
        };
        Converge(root, machine, state);
        var keeper = root.Keeper();

        // The first rounds are the compiler's.
        var best = Enumerable.Range(0, 200).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Assert.Empty(keeper.Plan(RenderersOf(machine), state, machine.Host).Changes);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });

        Assert.InRange(best, 0, 5);
    }

    private static IReadOnlyList<IFileRenderer> RenderersOf(Machine machine) => [machine.Renderer, new CommonFiles()];

    private static void Converge(TemporaryRoot root, Machine machine, BootState state) =>
        Assert.Empty(root.Keeper().Apply(root.Keeper().Plan(RenderersOf(machine), state, machine.Host)));

    private static Dictionary<string, string> Configuration(TemporaryRoot root) => root.Files.Where(file => file.Key.StartsWith("/etc/", StringComparison.Ordinal)).ToDictionary();

    // What was begun in a hidden file and not finished is nobody's loss.
    private static Dictionary<string, string> Visible(TemporaryRoot root) => root.Files.Where(file => !Path.GetFileName(file.Key).StartsWith('.')).ToDictionary();
}
