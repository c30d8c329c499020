using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Desired;

/// <summary>Settings: changed only where what is in effect would hurt, and given back when it no longer would.</summary>
internal static class DesiredSettings
{
    public static IReadOnlyList<DesiredSetting> Of(DesiredContext context, IEnumerable<LinkAddress> released, List<Sentence> refusals)
    {
        var managed = context.Managed.ToDictionary(eni => eni.Link.Index);
        var losing = released.Select(a => a.LinkIndex).ToHashSet();
        var settings = new List<DesiredSetting>();

        // An ENI of which nothing is known may still need what it was given, and so may those that share its subnet.
        var mayRestore = !context.Input.Belief.HoldsUnknown;
        foreach (var link in context.Nics)
        {
            foreach (var name in SysctlKey.Names)
            {
                var key = new SysctlKey(link.Name, name);
                if (!context.Observed.Sysctls.TryGetValue(key, out var current))
                {
                    continue;
                }

                // What the value would be without us: a value that is not ours any more is somebody's new decision.
                var changed = context.Input.State.Settings.TryGetValue(new SettingOf(link.Mac, name), out var change) && change.Ours == current;
                var without = changed ? change.Original : current;
                var wanted = managed.TryGetValue(link.Index, out var eni) ? Wanted(context, eni, name, without, refusals)
                    : losing.Contains(link.Index) && name == SysctlKey.PromoteSecondaries ? Promotion(context, current)
                    : null;
                if (wanted is { } value)
                {
                    settings.Add(new DesiredSetting(link.Mac, key, value, false, ReasonOf(name)));
                }
                else if (changed && mayRestore)
                {
                    settings.Add(new DesiredSetting(link.Mac, key, change.Original, true, "no longer needed"));
                }
            }
        }

        return settings;
    }

    private static int? Wanted(DesiredContext context, ManagedEni eni, string name, int without, List<Sentence> refusals)
    {
        var all = context.Observed.Sysctl(SysctlKey.All, name);
        var effective = Math.Max(all, without);
        switch (name)
        {
            case SysctlKey.PromoteSecondaries:
                return Promotion(context, without);

            case SysctlKey.RpFilter when context.HasRules && context.Network.RpFilter == RpFilterMode.Loose:
                return effective == 1 ? 2 : null;

            case SysctlKey.RpFilter when context.HasRules && context.Network.RpFilter == RpFilterMode.Off:
                if (all != 0)
                {
                    refusals.Add(DesiredWords.FilterStaysOn(eni.Link.Name, all));
                    return null;
                }

                return without != 0 ? 0 : null;

            case SysctlKey.ArpIgnore when IsArpStrict(context, eni):
                return effective < 1 ? 1 : null;

            case SysctlKey.ArpAnnounce when IsArpStrict(context, eni):
                return effective < 2 ? 2 : null;

            default:
                return null;
        }
    }

    // Also on the NIC of an ENI that is not configured any more, where it is not on, while an address is to be deleted there.
    private static int? Promotion(DesiredContext context, int without) =>
        Math.Max(context.Observed.Sysctl(SysctlKey.All, SysctlKey.PromoteSecondaries), without) == 0 ? 1 : null;

    private static bool IsArpStrict(DesiredContext context, ManagedEni eni) => context.Network.Arp switch
    {
        ArpMode.Strict => true,
        ArpMode.Auto => context.Managed.Any(other => other != eni && other.Subnet == eni.Subnet),
        _ => false,
    };

    private static string ReasonOf(string name) => name switch
    {
        SysctlKey.PromoteSecondaries => "keeps other addresses",
        SysctlKey.RpFilter => "strict drops what is right",
        _ => "two ENIs share a subnet",
    };
}
