using System.Text;
using CsCheck;
using EniAgent.Configuration;
using EniAgent.Core.Options;

namespace EniAgent.Tests.Configuration;

/// <summary>What holds of every configuration.</summary>
public class ConfigurationPropertyTests
{
    private static readonly string[] Words =
    [
        "[", "]", "=", "\\\n", "\n", "\r\n", "#", ";", " ", "\0", "\u001b", "Network", "Eni", "Route", "eth1", "RpFilter", "loose", "Timeout", "Endpoint",
        "http://", "169.254.0.23", ":", "/", "24", "52:54:00:bf:b3:51", "[Network]\n", "[Eni eth1]\n", "[Route a]\n", "Manage=", "Destination=", "Gateway=", "-", "1h", ".", "9999999999",
    ];

    private static readonly Gen<string> Word = Gen.Int[0, Words.Length - 1].Select(index => Words[index]);

    [Fact]
    public void Any_bytes_give_a_configuration_or_errors_with_lines_of_that_file()
    {
        using var folder = new ConfigurationFolder();
        var bytes = Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Word.Array[0, 40].Select(words => Encoding.UTF8.GetBytes(string.Concat(words))),
            Gen.Select(Word.Array[0, 20], Gen.Byte.Array[0, 4], (words, tail) => (byte[])[.. Encoding.UTF8.GetBytes(string.Concat(words)), .. tail]));

        bytes.Sample(content =>
        {
            folder.With("eni-agent.conf", content);
            if (folder.Load() is ConfigurationResult.Invalid invalid)
            {
                Assert.NotEmpty(invalid.Errors);
                Assert.All(invalid.Errors, error =>
                {
                    Assert.Equal(folder.Main, error.File);
                    Assert.InRange(error.Line, 1, content.Count(part => part == '\n') + 1);
                    Assert.DoesNotContain(error.ToString(), character => char.IsControl(character));
                });
            }
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void Written_defaults_read_back_as_the_defaults()
    {
        using var folder = new ConfigurationFolder().With(Render(new AgentOptions()));

        ConfigurationFolder.AssertSame(new AgentOptions(), folder.Loaded().Options);
        Assert.All(folder.Loaded().Values.Where(value => value.Value.Length > 0), value => Assert.NotEqual("built-in", value.Origin));
    }

    [Fact]
    public void Any_written_options_read_back_the_same()
    {
        using var folder = new ConfigurationFolder();
        var network = Gen.Select(
            Gen.Enum<RpFilterMode>(), Gen.Enum<ArpMode>(), Gen.Enum<RulesMode>(), Gen.UInt[256, 4_294_900_000], Gen.UInt[100, 32_000], Gen.UInt[1, int.MaxValue],
            (rpFilter, arp, rules, table, priority, group) => new NetworkOptions
            {
                RpFilter = rpFilter, Arp = arp, Rules = rules, TableBase = table, RulePriority = priority, LinkGroup = group,
            });
        var agent = Gen.Select(Gen.Long[1_000_000, 3_600_000_000], Gen.Long[0, 600_000_000], Gen.Enum<LogLevelOption>(), (poll, start, level) =>
            new DaemonOptions { PollInterval = TimeSpan.FromMicroseconds(poll), StartTimeout = TimeSpan.FromMicroseconds(start), LogLevel = level });

        Gen.Select(network, agent, Gen.Enum<PersistenceBackend>(), (n, a, b) => new AgentOptions { Network = n, Agent = a, Backend = b }).Sample(options =>
        {
            folder.With(Render(options));
            ConfigurationFolder.AssertSame(options, folder.Loaded().Options);
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void No_two_names_of_sections_share_a_path()
    {
        var name = Gen.Char["aAbBäÄ:%23 /"].Array[1, 4].Select(letters => new string(letters));
        Gen.Select(name, name).Where((a, b) => a != b).Sample(
            (a, b) => !Path(a).Equals(Path(b), StringComparison.OrdinalIgnoreCase) && Path(a).Count(c => c == ':') == 2, iter: 20_000);
    }

    private static string Path(string name) => Setting.PathOf(ConfigurationSchema.Route, name, ConfigurationSchema.RouteDestination);

    private static string Render(AgentOptions options) =>
        string.Concat(ConfigurationSchema.AgentKeys.Select(pair => $"[{pair.Section.Kind}]\n{pair.Key.Name}={pair.Key.Format(options)}\n"));
}
