using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Doctor.Words;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether every ENI has its NIC, every NIC its ENI, and each is up.</summary>
internal sealed class NicCheck : ICheck
{
    private const string NoNic = "eni-without-nic", NoEni = "nic-without-eni", LinkState = "link";

    public IReadOnlyList<string> Ids => [NoNic, NoEni, LinkState];

    public string Topic(Language language) => new NetworkWords(language).Nics;

    public void Look(Examination facts, Findings found)
    {
        var words = new NetworkWords(facts.Language);
        foreach (var eni in facts.Enis)
        {
            var mac = $"{eni.Mac}";
            if (eni.Link is { IsUp: true } link)
            {
                found.Ok(LinkState, link.Name, words.IsUp(mac));
            }
            else if (eni.Condition == EniCondition.NoLink)
            {
                found.Error(NoNic, mac, words.NoNic(mac), [words.NoNicWhy, .. eni.Error is { } error ? [facts.Language.Say(error)] : Array.Empty<string>()], ["ip -br link", "echo 1 > /sys/bus/pci/rescan"]);
            }
            else if (eni is { Condition: EniCondition.Failed, Link: null } && facts.Links.Count(l => l.Mac == eni.Mac) > 1)
            {
                found.Error(NoNic, mac, words.ManyNics(mac), [.. facts.Links.Where(l => l.Mac == eni.Mac).Select(l => $"{l.Name} {l.Kind}".TrimEnd())], ["ip -d -br link"]);
            }
        }

        if (facts.Result is { } result)
        {
            LookForStrangers(facts, words, found);
            foreach (var step in result.Planning.Plan.Steps)
            {
                switch (step)
                {
                    case SetLinkUp { Up: true } up:
                        found.Error(LinkState, up.Link.Name, words.LinkDown(up.Link.Name), [], [$"ip link set {Typed.Word(up.Link.Name)} up", facts.Converge]);
                        break;
                    case SetLinkGroup { To: not 0 } group:
                        found.Warn(LinkState, group.Link.Name, words.LinkGroup(group.Link.Name), [words.Change(StepText.Of(step, result.LinkName))], [facts.Converge]);
                        break;
                }
            }
        }
    }

    // A physical NIC, or one that looks as the ENIs' do: in a container they are veths.
    private static void LookForStrangers(Examination facts, NetworkWords words, Findings found)
    {
        var known = facts.Enis.Select(eni => eni.Mac).ToHashSet();
        foreach (var link in facts.Links)
        {
            if (!link.Mac.IsZero && !known.Contains(link.Mac) && !link.IsPort && (link.Kind is null || (link.Kind == "veth" && known.Any(mac => mac.Oui == link.Mac.Oui))))
            {
                found.Warn(NoEni, link.Name, words.NoEni(link.Name, $"{link.Mac}"), [words.NoEniWhy], [$"ip -d link show {Typed.Word(link.Name)}", "eni-agent status"]);
            }
        }
    }
}
