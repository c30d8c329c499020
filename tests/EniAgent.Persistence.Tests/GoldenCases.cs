using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Ownership;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Tests;

/// <summary>
/// A case is a folder Golden/BACKEND/NAME: state.json (what is to be, and what the machine is), before/ (the files that are there), after/ (what all files
/// are then), findings.txt. UPDATE_GOLDEN=1 writes after/ and findings.txt; look at what it wrote before it is committed.
/// </summary>
internal static class GoldenCases
{
    public static IEnumerable<string> Names(string backend) => Directory.GetDirectories(Path.Combine(Root(), backend)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    /// <summary>What is to be, and what the machine is.</summary>
    public static (BootState State, HostFacts Host) StateOf(string backend, string name) => ReadState(Path.Combine(Root(), backend, name, "state.json"));

    /// <summary>The files that are there.</summary>
    public static MemoryTree Before(string backend, string name) => MemoryTree.Load(Path.Combine(Root(), backend, name, "before"));

    public static void Verify(string backend, string name, IFileRenderer renderer)
    {
        var folder = Path.Combine(Root(), backend, name);
        var (state, host) = StateOf(backend, name);
        var before = Before(backend, name);
        var rendering = renderer.Render(state, host, before);
        var after = Apply(rendering, renderer, before);
        var findings = string.Concat(rendering.Findings.Select(f => (f.IsNote ? "note " : "") + f + "\n"));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Write(Path.Combine(folder, "after"), after, findings, Path.Combine(folder, "findings.txt"));
        }

        var expected = MemoryTree.Load(Path.Combine(folder, "after"));
        Assert.Equal(expected.Files.Keys, after.Files.Keys);
        foreach (var (path, text) in expected.Files)
        {
            Assert.Equal($"{path}\n{text}", $"{path}\n{after.Files[path]}");
        }

        Assert.Equal(File.ReadAllText(Path.Combine(folder, "findings.txt")), findings);

        // Rendering over what was rendered changes nothing, and every file of ours carries the marker.
        var again = Apply(renderer.Render(state, host, after), renderer, after);
        Assert.Equal(after.Files, again.Files);
        Assert.All(rendering.Files.Where(file => !file.IsEdit), file => Assert.True(Marker.Is(file.Content), file.Path));
    }

    /// <summary>The files as they are after a rendering: what is wanted is there, what the agent created and is not wanted any more is gone.</summary>
    public static MemoryTree Apply(Rendering rendering, IFileRenderer renderer, MemoryTree before)
    {
        var after = new MemoryTree();
        foreach (var (path, text) in before.Files)
        {
            var isOurs = Marker.Is(text) && renderer.Folders.Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal));
            if (!isOurs || rendering.LeftAlone.Contains(path))
            {
                after.Files[path] = text;
            }
        }

        foreach (var file in rendering.Files)
        {
            Assert.DoesNotContain(file.Path, rendering.LeftAlone);
            after.Files[file.Path] = file.Content;
        }

        return after;
    }

    private static void Write(string folder, MemoryTree after, string findings, string findingsPath)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var (path, text) in after.Files)
        {
            var file = Path.Combine(folder, path[1..]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text, new UTF8Encoding(false));
        }

        File.WriteAllText(findingsPath, findings);
    }

    private static (BootState State, HostFacts Host) ReadState(string path)
    {
        var json = JsonSerializer.Deserialize(File.ReadAllText(path), GoldenJson.Default.CaseJson)!;
        var enis = json.Enis.Select((eni, position) =>
        {
            var slot = eni.Slot ?? position;
            return new BootEni
            {
                Mac = MacAddress.Parse(eni.Mac),
                Interface = eni.Interface,
                IsPrimary = position == 0 && !json.NoPrimary,
                Slot = slot,
                Table = 31000 + (uint)slot,
                Subnet = IpPrefix.Parse(eni.Subnet),
                Gateway = IpAddress.Parse(eni.Gateway),
                Addresses = [.. eni.Addresses.Select(IpAddress.Parse)],
                Routes = [.. eni.Routes.Select(r => r.Split(" via ")).Select(r =>
                    new BootRoute(IpPrefix.Parse(r[0]), r.Length > 1 ? IpAddress.Parse(r[1]) : IpAddress.Parse(eni.Gateway)))],
                PrefixMetric = slot == 0 ? 0 : 31000 + (uint)slot,
                SubnetInMain = eni.SubnetInMain,
                Settings = [.. eni.Settings.Select(s => (s.Key, s.Value))],
            };
        }).ToList();
        var state = new BootState
        {
            Enis = enis,
            HasRules = json.Rules ?? enis.Count > 1,
            Untouched = json.Untouched.Select(MacAddress.Parse).ToHashSet(),
            HoldRemovals = json.HoldRemovals,
            Former = json.Former.Select(f => f.Split(' ')).Select(f => new ListedAddress(MacAddress.Parse(f[0]), IpAddress.Parse(f[1]))).ToHashSet(),
        };
        var host = new HostFacts
        {
            SystemdVersion = json.Host.Systemd,
            NetworkManagerVersion = json.Host.NetworkManager is { } version ? Version.Parse(version) : null,
            NetworkManagerManages = json.Host.NetworkManagerManages,
            IprouteReadsFolders = json.Host.IprouteReadsFolders,
            Definitions = json.Host.Definitions,
            Profiles = json.Host.Profiles,
        };
        return (state, host);
    }

    // A deterministic build does not tell where the sources are: they are looked for from its output upwards.
    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var cases = Path.Combine(folder.FullName, "tests", "EniAgent.Persistence.Tests", "Golden");
            if (Directory.Exists(cases))
            {
                return cases;
            }
        }

        throw new DirectoryNotFoundException("tests/EniAgent.Persistence.Tests/Golden");
    }
}

// What may be missing has a setter: one that only initializes would be given nothing instead of its default.
internal sealed class CaseJson
{
    /// <summary>The first one is the primary ENI.</summary>
    public required EniCaseJson[] Enis { get; init; }

    public bool NoPrimary { get; set; }

    /// <summary>By default from two ENIs on.</summary>
    public bool? Rules { get; set; }

    public string[] Untouched { get; set; } = [];

    public bool HoldRemovals { get; set; }

    /// <summary>"MAC ADDRESS".</summary>
    public string[] Former { get; set; } = [];

    public HostJson Host { get; set; } = new();
}

internal sealed class EniCaseJson
{
    public required string Mac { get; init; }

    public required string Interface { get; init; }

    public required string Subnet { get; init; }

    public required string Gateway { get; init; }

    public required string[] Addresses { get; init; }

    /// <summary>By default its position.</summary>
    public int? Slot { get; set; }

    /// <summary>"PREFIX" or "PREFIX via GATEWAY".</summary>
    public string[] Routes { get; set; } = [];

    public bool SubnetInMain { get; set; } = true;

    public Dictionary<string, int> Settings { get; set; } = [];
}

internal sealed class HostJson
{
    public int Systemd { get; set; } = 252;

    public string? NetworkManager { get; set; }

    public bool NetworkManagerManages { get; set; }

    public bool IprouteReadsFolders { get; set; } = true;

    public Dictionary<string, string> Definitions { get; set; } = [];

    public Dictionary<string, string> Profiles { get; set; } = [];
}

/// <summary>Made at compile time: the fuzzer reads the cases as well, and is compiled ahead of time as the agent is.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, ReadCommentHandling = JsonCommentHandling.Skip, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CaseJson))]
internal sealed partial class GoldenJson : JsonSerializerContext;
