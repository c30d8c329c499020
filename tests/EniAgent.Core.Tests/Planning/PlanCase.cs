using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Tests.Planning;

/// <summary>
/// A case of the golden plans. Sections of its input.txt: [features] what this kernel lacks, [kernel] in the words of <c>ip</c>, [options], [before] metadata
/// to which the agent has converged, [between] what happened to the kernel since, [metadata] what it says now.
/// </summary>
internal sealed class PlanCase
{
    private readonly Dictionary<string, List<string>> _sections = new(StringComparer.Ordinal);

    private PlanCase(IEnumerable<string> lines)
    {
        var section = new List<string>();
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[')
            {
                section = _sections[line] = [];
            }
            else
            {
                section.Add(line);
            }
        }
    }

    /// <summary>Reads a case and plans it: a line a step, then a line a conflict.</summary>
    public static string PlanOf(string input)
    {
        var given = new PlanCase(input.Split('\n'));
        var kernel = new FakeKernel(given.Features());
        given.Each("[kernel]", line => Assert.True(IpWords.Make(kernel, line) is null, line));
        var agent = new FakeAgent(kernel, given.Options());
        var tracker = new SnapshotTracker(null, []);
        if (given._sections.TryGetValue("[before]", out var before))
        {
            agent.Converge(tracker.Take(SnapshotOf(before), TimeSpan.Zero));
        }

        given.Each("[between]", line => Change(agent, line));
        var now = SnapshotOf(given._sections["[metadata]"]);
        tracker.Take(now, TimeSpan.FromSeconds(10));
        var belief = tracker.Take(now, TimeSpan.FromSeconds(20));
        agent.Take(belief);
        var view = agent.Plan(belief);
        var lines = view.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Concat(view.Planning.Conflicts.Select(c => $"! {c.Message}"))
            .Concat(view.Desired.Refusals.Select(r => $"! {r}")).ToList();

        // Every case's plan can be carried out and taken back.
        Assert.All(agent.Apply(view), outcome => Assert.True(outcome.Failure is null, outcome.ToString()));
        Assert.All(kernel.Apply(view.Planning.Plan.Inverse.Steps), outcome => Assert.True(outcome.Failure is null, $"inverse: {outcome}"));

        return lines.Count == 0 ? "in sync\n" : string.Concat(lines.Select(line => line + "\n"));
    }

    private static void Change(FakeAgent agent, string line)
    {
        var words = line.Split(' ');
        switch (words[0])
        {
            case "unplug":
                agent.Kernel.RemoveLink(words[1]);
                break;
            case "rename":
                agent.Kernel.Rename(words[1], words[2]);
                break;
            case "down":
                agent.Kernel.SetUp(words[1], false);
                break;
            default:
                Assert.True(IpWords.Make(agent.Kernel, line) is null, line);
                break;
        }
    }

    private static MetadataSnapshot SnapshotOf(IReadOnlyList<string> lines)
    {
        var enis = new List<EniMetadata>();
        var faults = new List<EniFault>();
        foreach (var words in lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            var mac = MacAddress.Parse(words[1]);
            if (words[0] is "pending" or "fault")
            {
                faults.Add(new EniFault(mac, words[0] == "pending", Sentence.AsIs(string.Join(' ', words[2..]))));
                continue;
            }

            enis.Add(Vpc.Eni(mac, words[0] == "primary", words[3], words[5], words[7..]));
        }

        return new MetadataSnapshot { InstanceId = "ins-1", PrimaryMac = enis.First(eni => eni.IsPrimary).Mac, Enis = [.. enis], Faults = [.. faults] };
    }

    private KernelFeatures Features()
    {
        var features = new KernelFeatures();
        Each("[features]", line => features = line switch
        {
            "3.10" => new KernelFeatures
            {
                RuleSuppression = false,
                RuleSuppressGroup = false,
                RuleProtocol = false,
                AddressProtocol = false,
                AddressMetric = false,
                NoPrefixRoute = false,
                GatewayInOwnTable = false,
                StrictDump = false,
            },
            "4.16" => new KernelFeatures { RuleProtocol = false, AddressProtocol = false, AddressMetric = false, StrictDump = false },
            _ => throw new FormatException(line),
        });
        return features;
    }

    private AgentOptions Options()
    {
        var options = new AgentOptions();
        Each("[options]", line =>
        {
            var words = line.Split(' ', '=');
            options = words[0] switch
            {
                "SubnetRoute" => options with { Network = options.Network with { SubnetRoute = Enum.Parse<SubnetRouteMode>(words[1], true) } },
                "Rules" => options with { Network = options.Network with { Rules = Enum.Parse<RulesMode>(words[1], true) } },
                "RpFilter" => options with { Network = options.Network with { RpFilter = Enum.Parse<RpFilterMode>(words[1], true) } },
                "Exclude" => options with { Enis = options.Enis.Add(new EniOptions(Vpc.Selector(words[1]), false)) },
                "Route" => options with { Routes = options.Routes.Add(new RouteOptions(words[1], IpPrefix.Parse(words[1]), Vpc.Selector(words[2]))) },
                _ => throw new FormatException(line),
            };
        });
        return options;
    }

    private void Each(string section, Action<string> action)
    {
        foreach (var line in _sections.GetValueOrDefault(section, []))
        {
            action(line);
        }
    }
}
