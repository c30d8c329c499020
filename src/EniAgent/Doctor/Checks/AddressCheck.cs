using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Planning;
using EniAgent.Doctor.Words;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether every address stands on its NIC, there only, and with nothing in its way.</summary>
internal sealed class AddressCheck : ICheck
{
    private const string Missing = "address-missing", Duplicate = "address-duplicate", Conflict = "address-conflict", Released = "address-released", Foreign = "address-foreign";

    private const string Dummy = "dummy", Loopback = "lo";

    public IReadOnlyList<string> Ids => [Missing, Duplicate, Conflict, Released, Foreign];

    public string Topic(Language language) => new NetworkWords(language).Addresses;

    public void Look(Examination facts, Findings found)
    {
        if (facts.Result is not { } result)
        {
            return;
        }

        var words = new NetworkWords(facts.Language);
        foreach (var eni in facts.Managed)
        {
            LookAt(facts, eni, words, found);
        }

        var added = result.Planning.Plan.Steps.OfType<AddAddress>().Select(add => add.Address.Key).ToHashSet();
        foreach (var step in result.Planning.Plan.Steps)
        {
            // An address that is to be added anew is none that goes.
            if (step is DeleteAddress delete && !added.Contains(delete.Address.Key))
            {
                var (address, nic) = ($"{delete.Address.Address}", result.LinkName(delete.Address.LinkIndex));
                found.Warn(Released, nic, words.Unlisted(address, nic), [words.ListedNoMore], [facts.Converge]);
            }
        }
    }

    private static void LookAt(Examination facts, DesiredEni eni, NetworkWords words, Findings found)
    {
        var (result, nic, known) = (facts.Result!, eni.Link!.Name, new HashSet<IpAddress>());
        var (present, word) = (0, Typed.Word(nic));
        var conflicts = result.Planning.Conflicts.Where(c => c.Eni == eni.Mac && c.Address is not null).ToList();
        foreach (var (address, _, _) in eni.Metadata!.Addresses)
        {
            known.Add(address);
            var wanted = new InterfaceAddress(address, eni.Metadata.Subnet.Length);
            if (conflicts.Find(c => c.Address == address) is { } conflict)
            {
                var other = facts.AllOf(address).First(a => a.LinkIndex == eni.Link.Index).Address;

                // Of the primary address not a moment may be without.
                found.Warn(Conflict, nic, words.WrongLength($"{other}", nic), [facts.Language.Say(conflict.Message)], eni.IsPrimary
                    ? [$"ip address add {wanted} dev {word}", $"ip address del {other} dev {word}", facts.Converge]
                    : [$"ip address del {other} dev {word}", facts.Converge]);
            }
            else if (!facts.IsPresent(eni, address))
            {
                found.Error(Missing, nic, words.Missing($"{wanted}", nic), [words.Listed], [facts.Converge]);
            }
            else
            {
                present++;
            }

            foreach (var other in facts.AllOf(address).Where(a => a.LinkIndex != eni.Link.Index))
            {
                var name = facts.LinkName(other.LinkIndex);
                var (summary, kind) = (words.Duplicated($"{address}", nic, name), facts.Links.FirstOrDefault(link => link.Index == other.LinkIndex)?.Kind);
                if (kind == Dummy || (name == Loopback && other.Address.PrefixLength == address.Bits))
                {
                    // Load balancers keep their virtual addresses so.
                    found.Note(Duplicate, nic, summary, [words.DuplicatedOnPurpose]);
                    continue;
                }

                // Where the NIC is a bridge's port, or does not have the address, whoever is logged in on it came through the other link.
                var mayGo = !eni.IsPrimary && !eni.Link.IsPort && facts.IsPresent(eni, address);
                found.Warn(Duplicate, nic, summary, [words.DuplicatedWhy], [mayGo ? $"ip address del {other.Address} dev {Typed.Word(name)}" : $"ip -d address show dev {Typed.Word(name)}"]);
            }
        }

        foreach (var address in result.Observed.Addresses.Where(a => a.LinkIndex == eni.Link.Index && !known.Contains(a.Address.Address) && !result.Owned.GoesWhenUnlisted(a)))
        {
            found.Note(Foreign, nic, words.Foreign($"{address.Address}", nic), [words.ForeignWhy]);
        }

        if (present == known.Count)
        {
            found.Ok(Missing, nic, words.Present(present));
        }
    }
}
