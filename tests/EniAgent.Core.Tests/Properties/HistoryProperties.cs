using System.Collections.Immutable;
using CsCheck;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;

namespace EniAgent.Core.Tests.Properties;

/// <summary>What holds while the control plane, the administrator and the machine change things under the agent.</summary>
public class HistoryProperties
{
    private static readonly int Iterations = Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? 100 : -1;

    private static readonly Gen<(WorldRecipe Recipe, ImmutableArray<(Change Change, int Choice)> Changes)> Histories =
        from recipe in WorldRecipe.Any.Select(r => r with { Configured = [.. r.Configured.Select(c => 2 * c)] }) // by the ENI's gateway, whichever that is
        from changes in Gen.Select(Gen.Enum<Change>(), Gen.Int[0, 1000]).Array[1, 5]
        select (recipe, changes.ToImmutableArray());

    private enum Change
    {
        Attach,
        Detach,
        Unplug,
        Assign,
        Unassign,
        ChangePrimaryAddress,
        MovePrimaryEni,
        ChangeGateway,
        ChangeSubnetRoute,
        ChangeRulesMode,
        Exclude,
        LinkDown,
        Rename,
        SomebodyDeletesOurAddress,
        SomebodyDeletesOurRoute,
        SomebodyDeletesOurRule,
    }

    [Fact]
    public void After_every_change_the_agent_converges_harming_nothing_foreign() => Check((history, change, choice) =>
    {
        history.Make(change, choice);
        var passes = history.Agent.Converge(history.Belief);

        foreach (var step in passes.SelectMany(pass => pass.Steps))
        {
            Assert.False(history.IsForeign(step), $"{change}: {step}");
        }

        var after = history.Agent.Kernel.Print();
        Assert.All(history.SurvivingForeign, line => Assert.Contains(line, after));
        Assert.All(history.RedirectedForeign, line => Assert.Contains(line, after.Select(History.WithoutWay)));
    });

    [Fact]
    public void The_end_state_does_not_depend_on_the_history() => Histories.Sample(
        sample =>
        {
            var history = new History(new World(sample.Recipe, withLeftovers: false));
            history.Agent.Converge(history.Belief);
            foreach (var (change, choice) in sample.Changes)
            {
                history.Make(change, choice);
                history.Agent.Converge(history.Belief);
            }

            // Somebody else starts the agent on the same machine with the same ledger, as after a reboot of the agent alone.
            var passes = history.Agent.Clone().Converge(history.Belief);
            Assert.Single(passes);
        },
        iter: Iterations,
        print: Print);

    [Fact]
    public void The_inverse_of_any_plan_restores_what_was() => Check((history, change, choice) =>
    {
        history.Make(change, choice);
        var agent = history.Agent.Clone();
        agent.Take(history.Belief);
        var plan = agent.Plan(history.Belief).Planning.Plan;
        var before = WithoutKernelRoutes(agent.Kernel);

        Assert.All(agent.Kernel.Apply(plan.Steps), o => Assert.True(o.Failure is null, $"{change}: {o}"));
        Assert.All(agent.Kernel.Apply(plan.Inverse.Steps), o => Assert.True(o.Failure is null, $"{change}, inverse: {o}"));
        Assert.Equal(before, WithoutKernelRoutes(agent.Kernel));
        history.Agent.Converge(history.Belief);
    });

    [Fact]
    public void Killed_after_any_step_of_any_plan_the_agent_comes_to_the_same_end() => Check((history, change, choice) =>
    {
        history.Make(change, choice);
        var interrupted = history.Agent.Clone();
        interrupted.Take(history.Belief);
        var plan = interrupted.Plan(history.Belief);
        history.Agent.Converge(history.Belief);
        for (var count = 0; count <= plan.Steps.Count; count += Math.Max(1, plan.Steps.Count / 6))
        {
            var restarted = interrupted.Clone();
            restarted.ApplyAndDie(plan, count);
            restarted.Converge(history.Belief);
            Assert.Equal(history.Agent.Kernel.PrintBasics(), restarted.Kernel.PrintBasics());
        }
    });

    // An address that comes back comes back behind the others of its subnet, of which another has made the prefix route in the meantime, if any does.
    private static List<string> WithoutKernelRoutes(FakeKernel kernel) =>
        [
            .. kernel.PrintBasics().Where(line => !line.StartsWith("route", StringComparison.Ordinal) || !line.EndsWith("proto kernel", StringComparison.Ordinal))
                .Select(line => line.Replace(" onlink", "", StringComparison.Ordinal)),
        ];

    private static void Check(Action<History, Change, int> property) => Histories.Sample(
        sample =>
        {
            var history = new History(new World(sample.Recipe));
            history.Agent.Converge(history.Belief);
            foreach (var (change, choice) in sample.Changes)
            {
                property(history, change, choice);
            }
        },
        iter: Iterations,
        print: Print);

    [Fact]
    public void A_packet_whose_way_is_the_same_before_and_after_a_plan_never_leaves_it_in_between() => Check((history, change, choice) =>
    {
        history.Make(change, choice);
        var kernel = history.Agent.Kernel.Clone();
        var during = history.Agent.Clone();
        during.Take(history.Belief);
        var steps = during.Plan(history.Belief).Steps;
        var (before, after) = (history.Ways(kernel), history.Ways(history.After()));
        var steady = before.Where(way => after[way.Key] == way.Value && !history.IsRuledByOthers(way.Key.Source)).ToDictionary();

        // A link must be up before its table can be filled: what stood on it already is in main before the rules are. An address whose prefix route changes
        // is away for the microseconds between two steps. And while the rules of one mode take over from another's, a subnet that comes or goes is behind neither.
        var modeChanges = steps.Any(step => step is AddRule { Rule.Table: Route.MainTable } or DeleteRule { Rule.Table: Route.MainTable });
        var moved = steps.OfType<DeleteAddress>().Select(step => step.Address.Key).Intersect(steps.OfType<AddAddress>().Select(step => step.Address.Key));
        foreach (var step in modeChanges || moved.Any() || steps.Any(step => step is SetLinkUp) ? [] : steps)
        {
            Assert.Null(during.Kernel.Apply([step])[0].Failure);
            var now = history.Ways(during.Kernel);
            Assert.All(steady, way => Assert.True(now[way.Key] == way.Value, $"{change}: after {step}: {way.Key} goes {now[way.Key]} instead of {way.Value}"));
        }

        history.Agent.Converge(history.Belief);
    });

    private static string Print((WorldRecipe Recipe, ImmutableArray<(Change Change, int Choice)> Changes) sample) =>
        $"{sample.Recipe.Print()}\n{string.Join(", ", sample.Changes)}";

    /// <summary>A world that goes on.</summary>
    private sealed class History(World world)
    {
        private readonly HashSet<string> _foreign = [.. world.Foreign];
        private ImmutableArray<EniMetadata> _enis = world.Snapshot.Enis;
        private int _next = 40;

        public FakeAgent Agent => world.Agent;

        public Belief Belief => Vpc.Believe(world.Snapshot with { Enis = _enis });

        /// <summary>The kernel as the next plan leaves it.</summary>
        public FakeKernel After()
        {
            var agent = Agent.Clone();
            agent.Take(Belief);
            agent.Apply(agent.Plan(Belief));
            return agent.Kernel;
        }

        /// <summary>Which way packets go: from every address of the machine, and from none, to a few of everything.</summary>
        public Dictionary<(IpAddress Source, IpAddress Destination), Way> Ways(FakeKernel kernel)
        {
            var sources = Agent.Kernel.Links.SelectMany(link => Agent.Kernel.AddressesOf(link.Name)).Select(a => a.Address.Address).Append(default).Distinct();
            var destinations = _enis.Select(eni => new IpAddress(AddressFamily.IPv4, eni.Subnet.Last.Value - 1))
                .Concat([Vpc.Ip("172.17.0.2"), Vpc.Ip("10.201.3.4"), Vpc.Ip("203.0.113.7"), Vpc.Ip("192.168.0.9"), Vpc.Ip("192.168.100.9")]).Distinct().ToList();
            return sources.SelectMany(source => destinations.Select(destination => (source, destination))).ToDictionary(p => p, p => kernel.Lookup(p.source, p.destination));
        }

        /// <summary>Somebody else has sent a source to one of our tables: it follows what becomes of that table.</summary>
        public bool IsRuledByOthers(IpAddress source) =>
            _foreign.Any(line => line.StartsWith($"rule 31010: from {source} lookup", StringComparison.Ordinal));

        public bool IsForeign(Step step) => step switch
        {
            DeleteAddress s => _foreign.Contains(IpWords.Of(s.Address, Agent.Kernel.NameOf)),
            DeleteRoute s => _foreign.Contains(IpWords.Of(s.Route, Agent.Kernel.NameOf)),
            DeleteRule s => _foreign.Contains(IpWords.Of(s.Rule)),
            _ => false,
        };

        /// <summary>What others put there, and nothing that has happened has touched.</summary>
        public HashSet<string> SurvivingForeign => _foreign;

        /// <summary>Routes of others that had to get another gateway or preferred source, without either.</summary>
        public HashSet<string> RedirectedForeign { get; } = [];

        public static string WithoutWay(string line)
        {
            var words = line.Split(' ').Where(word => word != "onlink").ToList();
            while (words.FindIndex(word => word is "via" or "src") is >= 0 and var index)
            {
                words.RemoveRange(index, 2);
            }

            return string.Join(' ', words);
        }

        public void Make(Change change, int choice)
        {
            var kernel = Agent.Kernel;
            var eni = _enis.Length == 0 ? null : _enis[choice % _enis.Length];
            switch (change)
            {
                case Change.Attach:
                    var mac = Vpc.Mac(_next++);
                    kernel.AddLink(new Link { Index = 0, Name = $"eth{mac.Value & 0xff}", Mac = mac });
                    var subnet = world.Enis[choice % world.Enis.Count].Subnet;
                    _enis = _enis.Add(new EniMetadata
                    {
                        Mac = mac,
                        IsPrimary = false,
                        Subnet = subnet,
                        Gateway = world.Enis[choice % world.Enis.Count].Gateway,
                        Addresses = [new AddressMetadata(world.NextAddress(subnet))],
                    });
                    break;
                case Change.Detach when eni is { IsPrimary: false }:
                    Unlist(eni, eni.Addresses);
                    Forget(line => LinkOf(eni) is { } link && line.StartsWith("route", StringComparison.Ordinal) && line.Contains($" dev {link.Name} ", StringComparison.Ordinal));
                    _enis = _enis.Remove(eni);
                    break;
                case Change.Unplug when eni is not null && LinkOf(eni) is { } link:
                    Forget(line => line.Contains($" dev {link.Name}", StringComparison.Ordinal));
                    kernel.RemoveLink(link.Name);
                    break;
                case Change.Assign when eni is not null:
                    Set(eni, eni with { Addresses = eni.Addresses.Add(new AddressMetadata(world.NextAddress(eni.Subnet))) });
                    break;
                case Change.Unassign when eni is { Addresses.Length: > 1 }:
                    Unlist(eni, [eni.Addresses[^1]]);
                    Set(eni, eni with { Addresses = eni.Addresses.RemoveAt(eni.Addresses.Length - 1) });
                    break;
                case Change.ChangePrimaryAddress when eni is not null:
                    Unlist(eni, [eni.Addresses[0]]);
                    Set(eni, eni with { Addresses = eni.Addresses.SetItem(0, new AddressMetadata(world.NextAddress(eni.Subnet))) });
                    break;
                case Change.MovePrimaryEni when _enis is [{ IsPrimary: true } primary, ..]:
                    var moved = Vpc.Eni(primary.Mac, true, $"10.100.{_next}.0/24", $"10.100.{_next}.1", $"10.100.{_next++}.7");
                    Unlist(primary, primary.Addresses);
                    Redirect(primary);
                    Set(primary, moved);
                    break;
                case Change.ChangeGateway when _enis is [{ IsPrimary: true } primary, ..]:
                    Redirect(primary);
                    Set(primary, primary with { Gateway = Vpc.Ip($"10.254.0.{choice % 200 + 1}") });
                    break;
                case Change.ChangeSubnetRoute:
                    ChangeNetwork(n => n with { SubnetRoute = (SubnetRouteMode)(choice % 2) });
                    break;
                case Change.ChangeRulesMode:
                    ChangeNetwork(n => n with { Rules = (RulesMode)(choice % 3) });
                    break;
                case Change.Exclude when eni is not null:
                    Agent.Options = Agent.Options with { Enis = Agent.Options.Enis.Add(new EniOptions(Vpc.Selector(eni.Mac.ToString()), choice % 2 == 0)) };
                    break;
                case Change.LinkDown when eni is not null && LinkOf(eni) is { } link:
                    Forget(line => line.StartsWith("route", StringComparison.Ordinal) && line.Contains($" dev {link.Name}", StringComparison.Ordinal));
                    kernel.SetUp(link.Name, false);
                    break;
                case Change.Rename when eni is not null && LinkOf(eni) is { } link:
                    foreach (var set in new[] { _foreign, RedirectedForeign })
                    {
                        var renamed = set.Select(line => line.Replace($" dev {link.Name}", $" dev ens{_next}", StringComparison.Ordinal)).ToList();
                        set.Clear();
                        set.UnionWith(renamed);
                    }

                    kernel.Rename(link.Name, $"ens{_next++}");
                    break;
                case Change.SomebodyDeletesOurAddress when eni is not null && LinkOf(eni) is { } link:
                    if (kernel.AddressesOf(link.Name).FirstOrDefault(a => !_foreign.Contains(IpWords.Of(a, kernel.NameOf))) is { } address)
                    {
                        var lost = kernel.Routes.Where(r => r.PreferredSource == address.Address.Address).Select(r => IpWords.Of(r, kernel.NameOf)).ToList();
                        Forget(line => lost.Contains(line) || lost.Select(WithoutWay).Contains(line));
                        Assert.Null(kernel.Delete(address));
                    }

                    break;
                case Change.SomebodyDeletesOurRoute when kernel.Routes.Where(r => r.Protocol == 131).ToList() is { Count: > 0 } routes:
                    Assert.Null(kernel.Delete(routes[choice % routes.Count]));
                    break;
                case Change.SomebodyDeletesOurRule when kernel.Rules.Where(r => r.Protocol == 131).ToList() is { Count: > 0 } rules:
                    Assert.Null(kernel.Delete(rules[choice % rules.Count]));
                    break;
            }
        }

        private Link? LinkOf(EniMetadata eni) => Agent.Kernel.Links.FirstOrDefault(link => link.Mac == eni.Mac);

        private void Set(EniMetadata old, EniMetadata @new) => _enis = _enis.Replace(old, @new);

        private void ChangeNetwork(Func<NetworkOptions, NetworkOptions> change) => Agent.Options = Agent.Options with { Network = change(Agent.Options.Network) };

        // What metadata listed goes when it does not any more, whoever put it there; routes that prefer it are changed.
        private void Unlist(EniMetadata eni, IEnumerable<AddressMetadata> addresses)
        {
            foreach (var address in addresses.Select(a => a.Address))
            {
                Forget(line => LinkOf(eni) is { } link && line.StartsWith($"address {address}/{eni.Subnet.Length} dev {link.Name}", StringComparison.Ordinal));
                Redirect(eni, line => line.Contains($" src {address} ", StringComparison.Ordinal));
            }
        }

        // A route of main through the former gateway of the primary ENI follows to the present one.
        private void Redirect(EniMetadata primary) =>
            Redirect(primary, line => line.Contains($" via {primary.Gateway} dev ", StringComparison.Ordinal) && !line.Contains(" table ", StringComparison.Ordinal));

        private void Redirect(EniMetadata eni, Predicate<string> which)
        {
            var isManaged = Agent.Options.Enis.LastOrDefault(o => o.Selector.Mac == eni.Mac)?.Manage ?? true;
            bool IsMeant(string line) => LinkOf(eni) is { } link && line.Contains($" dev {link.Name} ", StringComparison.Ordinal) && which(line);
            RedirectedForeign.UnionWith(_foreign.Where(line => isManaged && IsMeant(line)).Select(WithoutWay));
            RedirectedForeign.RemoveWhere(line => line.StartsWith($"route {eni.Subnet} dev ", StringComparison.Ordinal));
            Forget(IsMeant, forgetRedirected: false);
        }

        private void Forget(Predicate<string> which, bool forgetRedirected = true)
        {
            _foreign.RemoveWhere(which);
            if (forgetRedirected)
            {
                RedirectedForeign.RemoveWhere(which);
            }
        }
    }
}
