using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Fuzz.Tests.Targets.Netlink;

namespace EniAgent.Fuzz.Tests.Targets;

/// <summary>Every target by its name, which is also its folder's in the corpus.</summary>
internal static class AllTargets
{
    public static SortedDictionary<string, Func<FuzzTarget>> ByName { get; } = new(StringComparer.Ordinal)
    {
        ["netlink-messages"] = static () => new MessagesTarget(),
        ["netlink-events"] = static () => new EventsTarget(),
        ["netlink-answers"] = static () => new AnswersTarget(),
    };
}
