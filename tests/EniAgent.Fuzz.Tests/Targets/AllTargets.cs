using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Fuzz.Tests.Targets.Metadata;
using EniAgent.Fuzz.Tests.Targets.Netlink;
using EniAgent.Fuzz.Tests.Targets.Persistence;

namespace EniAgent.Fuzz.Tests.Targets;

/// <summary>Every target by its name, which is also its folder's in the corpus.</summary>
internal static class AllTargets
{
    public static SortedDictionary<string, Func<FuzzTarget>> ByName { get; } = new(StringComparer.Ordinal)
    {
        ["netlink-messages"] = static () => new MessagesTarget(),
        ["netlink-events"] = static () => new EventsTarget(),
        ["netlink-answers"] = static () => new AnswersTarget(),
        ["metadata-http"] = static () => new HttpTarget(),
        ["metadata-snapshot"] = static () => new SnapshotTarget(),
        ["ifcfg"] = static () => new RendererTarget("ifcfg"),
        ["networkd"] = static () => new RendererTarget("networkd"),
        ["networkmanager"] = static () => new RendererTarget("networkmanager"),
        ["netplan"] = static () => new RendererTarget("netplan"),
        ["ifupdown"] = static () => new RendererTarget("ifupdown"),
        ["configuration"] = static () => new ConfigurationTarget(),
        ["state"] = static () => new StateTarget(),
    };
}
