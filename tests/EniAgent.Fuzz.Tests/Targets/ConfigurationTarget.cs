using System.Text;
using CsCheck;
using EniAgent.Configuration;
using EniAgent.Fuzz.Tests.Harness;

namespace EniAgent.Fuzz.Tests.Targets;

/// <summary>
/// The configuration's file, behind it a drop-in ("==> drop-in &lt;==") and the environment ("==> environment &lt;==", a NAME=VALUE a line): a configuration comes of it, or errors that name
/// the file and its line, or the variable; and what is in effect, written as a file, is a configuration with the same in effect.
/// </summary>
internal sealed class ConfigurationTarget : FuzzTarget
{
    private static readonly Dictionary<string, string> Nothing = [];

    // In memory where there is such a folder: a disk would be most of the time.
    private readonly string _root = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"eni-agent-fuzz-{Guid.NewGuid():n}");

    public ConfigurationTarget()
    {
        Directory.CreateDirectory(DropIns);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds => [Encoding.UTF8.GetBytes("==> file <==\n" + RepositoryFolder.Read("docs/eni-agent.conf.example"))];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words { get; } =
    [
        "[", "]", "=", "\\\n", "\\", "\r\n", "#", ";", " ", "\0", "\u001b", "\ufeff", "[Network]", "[Eni eth1]", "[Eni 52:54:00:bf:b3:51]", "[Route a]", "[Route a b:c]", "[Agent]", "[Metadata]", "[Persistence]", "RpFilter=loose", "Timeout=2s", "Endpoint=http://169.254.0.23:80",
        "Manage=no", "Destination=10.0.0.0/8", "Gateway=10.0.0.1", "Eni=eth1", "1h", "9999999999", "1.5s", "ENI_AGENT__Network__RpFilter=off", "ENI_AGENT__Route__a=1", "52:54:00:00:00:01", "::/0", "0.0.0.0/0",
    ];

    /// <inheritdoc/>
    public override int Share => 3_000;

    private string Main => _root + ConfigurationFiles.DefaultPath;

    private string DropIns => Main + ".d";

    /// <inheritdoc/>
    public override Gen<byte[]> Inputs(IReadOnlyList<byte[]> seeds) => new BundleMutations(seeds, Words, new Dictionary<string, IReadOnlyList<byte[]>>());

    /// <inheritdoc/>
    public override long MostAllocated(int length) => (2 << 20) + (8192L * length);

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        var parts = Bundle.Parse(input).Parts;
        var file = parts.Find(part => part.Name == "file").Content ?? [];
        var dropIn = parts.Find(part => part.Name == "drop-in").Content;
        var environment = Environment(Encoding.UTF8.GetString(parts.Find(part => part.Name == "environment").Content ?? []));
        Write(file, dropIn);
        if (Load(environment) is ConfigurationResult.Loaded { Value: var loaded })
        {
            Write(Encoding.UTF8.GetBytes(TextOf(loaded)), null);
            Same(loaded, Load(Nothing));
            return;
        }

        var invalid = Assert.IsType<ConfigurationResult.Invalid>(Load(environment));
        Assert.NotEmpty(invalid.Errors);
        foreach (var error in invalid.Errors)
        {
            Assert.DoesNotContain(error.ToString(), letter => letter != '\t' && char.IsControl(letter));
            var lines = error.File == Main ? Lines(file) : error.File.StartsWith(DropIns, StringComparison.Ordinal) ? Lines(dropIn!) : 0;
            Assert.True(lines > 0 ? error.Line >= 1 && error.Line <= lines : error.Line == 0 && environment.ContainsKey(error.File), error.ToString());
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        base.Dispose();
    }

    private static int Lines(byte[] content) => content.Count(letter => letter == '\n') + 1;

    private static Dictionary<string, string> Environment(string text)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Replace("\0", "", StringComparison.Ordinal).Split('\n').Where(line => line.IndexOf('=', StringComparison.Ordinal) > 0))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            environment[line[..equals]] = line[(equals + 1)..];
        }

        return environment;
    }

    private static string TextOf(LoadedConfiguration loaded) =>
        string.Concat(loaded.Values.GroupBy(value => value.Section).Select(section => $"[{section.Key}]\n{string.Concat(section.Select(value => $"{value.Key}={value.Value}\n"))}"));

    private static void Same(LoadedConfiguration expected, ConfigurationResult actual)
    {
        var again = actual is ConfigurationResult.Loaded { Value: var loaded } ? loaded
            : throw new InvalidOperationException($"what is in effect is no configuration:\n{string.Join('\n', ((ConfigurationResult.Invalid)actual).Errors)}\n{TextOf(expected)}");
        Assert.Equal(TextOf(expected), TextOf(again));
        Assert.True(expected.Options.Enis.SequenceEqual(again.Options.Enis), TextOf(expected));
        Assert.True(expected.Options.Routes.SequenceEqual(again.Options.Routes), TextOf(expected));
        Assert.Equal(expected.Options, again.Options with { Enis = expected.Options.Enis, Routes = expected.Options.Routes });
    }

    private void Write(byte[] file, byte[]? dropIn)
    {
        File.WriteAllBytes(Main, file);
        if (dropIn is not null)
        {
            File.WriteAllBytes(DropIns + "/10.conf", dropIn);
        }
        else
        {
            File.Delete(DropIns + "/10.conf");
        }
    }

    private ConfigurationResult Load(Dictionary<string, string> environment) => ConfigurationLoader.Load(null, _root, environment);
}
