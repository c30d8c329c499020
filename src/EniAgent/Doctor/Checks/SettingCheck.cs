using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;
using EniAgent.Doctor.Words;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether reverse-path filtering and ARP are as they must be in effect, and whether a file undoes that at the next boot.</summary>
internal sealed class SettingCheck : ICheck
{
    private const string RpFilter = "rp-filter", Arp = "arp", Promotion = "promote-secondaries", File = "sysctl-file";

    private const string Ours = "/etc/sysctl.d/90-eni-agent.conf";

    public IReadOnlyList<string> Ids => [RpFilter, Arp, Promotion, File];

    public string Topic(Language language) => new SettingWords(language).Topic;

    public void Look(Examination facts, Findings found)
    {
        if (facts.Result is not { } result)
        {
            return;
        }

        var (words, files, troubled) = (new SettingWords(facts.Language), new SysctlFiles(facts.Files), new HashSet<string>(StringComparer.Ordinal));
        foreach (var step in result.Planning.Plan.Steps)
        {
            if (step is SetSysctl { Restores: false } set && set.Key.Name != SysctlKey.RpFilter)
            {
                troubled.Add(set.Key.Interface);
                var isArp = set.Key.Name is SysctlKey.ArpIgnore or SysctlKey.ArpAnnounce;
                found.Warn(
                    isArp ? Arp : Promotion,
                    set.Key.Interface,
                    isArp ? words.Arp(set.Key.Interface) : words.Promote(set.Key.Interface),
                    [words.Is($"{set.Key}", set.From, set.To), SetBy(files, set.Key, set.From, words)],
                    [Set(set.Key, set.To)]);
            }
        }

        foreach (var eni in facts.Managed.Where(_ => result.Desired.Mode != RoutingMode.None))
        {
            var nic = eni.Link!.Name;
            if (LookAtFilter(facts, nic, files, words, found) & LookAtFiles(facts, result.Desired, nic, files, words, found) & !troubled.Contains(nic))
            {
                found.Ok(RpFilter, nic, words.Fine(nic));
            }
        }

        foreach (var refusal in result.Desired.Refusals)
        {
            found.Warn(RpFilter, "", words.Refused, [facts.Language.Say(refusal), SetBy(files, new SysctlKey(SysctlKey.All, SysctlKey.RpFilter), result.Observed.Sysctl(SysctlKey.All, SysctlKey.RpFilter), words)], [Set(new SysctlKey(SysctlKey.All, SysctlKey.RpFilter), 0), facts.Converge]);
        }
    }

    private static bool LookAtFilter(Examination facts, string nic, SysctlFiles files, SettingWords words, Findings found)
    {
        var observed = facts.Result!.Observed;
        var (key, own, all) = (new SysctlKey(nic, SysctlKey.RpFilter), observed.Sysctl(nic, SysctlKey.RpFilter), observed.Sysctl(SysctlKey.All, SysctlKey.RpFilter));
        if (Math.Max(own, all) != 1 || facts.Options.Network.RpFilter == RpFilterMode.Off)
        {
            return true;
        }

        string[] evidence = [words.Effective(own, all), SetBy(files, key with { Interface = own == 1 ? nic : SysctlKey.All }, 1, words)];
        if (facts.Options.Network.RpFilter == RpFilterMode.Keep)
        {
            // As the configuration says.
            found.Note(RpFilter, nic, words.Strict(nic), evidence, [Set(key, 2)]);
            return false;
        }

        found.Warn(RpFilter, nic, words.Strict(nic), evidence, [Set(key, 2)]);
        return false;
    }

    private static bool LookAtFiles(Examination facts, DesiredState desired, string nic, SysctlFiles files, SettingWords words, Findings found)
    {
        var isFine = true;
        foreach (var setting in desired.Settings)
        {
            var (key, value, _) = (setting.Key, setting.Value, setting.Eni);
            if (key.Interface == nic && !setting.Restores && files.Of(nic, key.Name) is { Path: not Ours } line && IsUndone(key.Name, line.Value, value))
            {
                isFine = false;
                found.Warn(File, line.Path, words.FileUndoes(nic, key.Name), [$"{line}", words.WinsOver(Ours), words.Is($"{key}", line.Value, value)], [$"sed -i '{line.Line}s/^/#/' {Typed.File(facts, line.Path)}"]);
            }
        }

        return isFine;
    }

    // Of reverse-path filtering only strict (1) is in the way: off (0) is less than loose (2), and lets everything in as well.
    private static bool IsUndone(string setting, int value, int wanted) => setting == SysctlKey.RpFilter ? value == 1 && wanted > 1 : value < wanted;

    // A new NIC begins with the value of "default".
    private static string SetBy(SysctlFiles files, SysctlKey key, int value, SettingWords words) =>
        (files.Of(key.Interface, key.Name, value) ?? (key.Interface == SysctlKey.All ? null : files.Of("default", key.Name, value))) is { } line ? words.SetBy($"{line}") : words.SetByNone;

    private static string Set(SysctlKey key, int value) => $"sysctl -w {Typed.Word($"{key}={value}")}";
}
