using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Doctor.Words;
using EniAgent.Linux.Kernel;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Who else does something to the same network that matters: a cluster, rules of others, containers with published ports.</summary>
internal sealed class NeighbourCheck : ICheck
{
    private const string Cluster = "cluster-network", Excluded = "excluded", Foreign = "foreign-rule", Published = "published-ports", Firewall = "firewall";

    private static readonly IpAddress Internet = PathText.Internet;

    public IReadOnlyList<string> Ids => [Cluster, Excluded, Foreign, Published, Firewall];

    public string Topic(Language language) => new NetworkWords(language).Neighbours;

    public void Look(Examination facts, Findings found)
    {
        var words = new NetworkWords(facts.Language);
        foreach (var eni in facts.Enis.Where(eni => eni.IsLeftAlone))
        {
            var name = eni.Link?.Name ?? $"{eni.Mac}";
            if (eni.Condition == EniCondition.Yielded)
            {
                found.Note(Cluster, name, words.Cluster(name), eni.Error is { } error ? [facts.Language.Say(error)] : []);
            }
            else
            {
                found.Note(Excluded, name, words.Excluded(name), []);
            }
        }

        if (facts.Result is { } result)
        {
            if (!found.HasTroubleBut(MetadataCheck.Answer))
            {
                LookAtRules(facts, words, found);
            }

            if (facts.Machine.Forwards && result.Desired.Mode != RoutingMode.None)
            {
                LookAtBridges(facts, words, found);
            }
        }

        LookAtFirewall(facts.Machine, words, found);
    }

    // What it lets through is its administrator's affair; but an ENI's address that does not answer for its sake is looked for elsewhere.
    private static void LookAtFirewall(MachineFacts machine, NetworkWords words, Findings found)
    {
        if (machine.FirewallTables.Length > 0)
        {
            found.Ok(Firewall, "iptables", machine.FirewallTables);
        }

        foreach (var chain in machine.FirewallChains)
        {
            if (chain.Drops)
            {
                found.Note(Firewall, chain.Name, words.Drops(chain.Hook), [], [$"nft list chain {chain.Name}"]);
            }
            else
            {
                found.Ok(Firewall, chain.Name, chain.Hook);
            }
        }
    }

    private static void LookAtRules(Examination facts, NetworkWords words, Findings found)
    {
        var (result, ours) = (facts.Result!, RulePriorities.From(facts.Options.Network));
        var sources = facts.Managed.Where(eni => !eni.IsPrimary).SelectMany(eni => eni.Metadata!.Addresses).Select(address => address.Address).ToList();
        foreach (var rule in result.Observed.Rules.Where(rule => rule.Priority > 0 && rule.Priority < ours.Source && !result.Owned.Owns(rule)))
        {
            if (RuleText.MarkOf(rule) is not null || sources.Exists(source => RuleText.IsFor(rule, source, Internet)))
            {
                found.Note(Foreign, $"{rule.Priority}", words.EarlyRule, [$"{rule.Priority}: {RuleText.Of(rule)}"]);
            }
        }
    }

    // A published port's reply is routed while it still has the container's address. What is translated no program tells without a firewall's tool, so this is
    // said wherever it could be.
    private static void LookAtBridges(Examination facts, NetworkWords words, Findings found)
    {
        var (result, priority) = (facts.Result!, RulePriorities.From(facts.Options.Network).PrimarySource);
        var marked = result.Observed.Rules.Where(rule => RuleText.MarkOf(rule) is not null).Select(rule => rule.Table).ToHashSet();
        var enis = facts.Managed.Where(eni => !eni.IsPrimary && !marked.Contains(eni.Table)).ToList();
        foreach (var bridge in facts.Links.Where(link => enis.Count > 0 && link is { Kind: "bridge", IsUp: true }))
        {
            if (result.Observed.Addresses.FirstOrDefault(a => a.LinkIndex == bridge.Index) is not { } address)
            {
                continue;
            }

            var container = new IpAddress(address.Address.Address.Family, address.Address.Prefix.Network.Value + 2);
            var nics = string.Join(", ", enis.Select(eni => eni.Link!.Name));
            var remedy = new List<string> { "nft add table ip eni-agent-ports", "nft add chain ip eni-agent-ports replies '{ type filter hook prerouting priority -150; }'" };
            foreach (var (nic, mark) in enis.Select(eni => (eni.Link!.Name, eni.Table)))
            {
                remedy.Add($"nft add rule ip eni-agent-ports replies iifname {Typed.Word(nic)} ct state new ct mark set {mark}");
                remedy.Add($"nft add rule ip eni-agent-ports replies iifname {Typed.Word(bridge.Name)} ct mark {mark} meta mark set ct mark");
                remedy.Add($"ip rule add pref {priority} fwmark {mark} lookup {mark}");
            }

            var way = PathText.Of(facts, facts.Kernel.PathOf(container, Internet, bridge.Index));
            found.Note(Published, nics, words.Published(nics), [words.PublishedWhy($"{container}", way), words.PublishedMark], remedy);
        }
    }
}
