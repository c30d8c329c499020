using EniAgent.Doctor.Checks;

namespace EniAgent.Doctor;

/// <summary>Every check there is, in the order in which a person would look.</summary>
internal static class AllChecks
{
    public static IReadOnlyList<ICheck> InOrder { get; } =
    [
        new MetadataCheck(), new NicCheck(), new AddressCheck(), new PathCheck(), new NeighbourCheck(), new SettingCheck(), new FileCheck(), new ManagerCheck(), new MachineCheck(), new AgentCheck(),
    ];

    /// <summary>Those that have something to look at.</summary>
    /// <param name="hasBelief">Whether it is known which ENIs there are.</param>
    public static IReadOnlyList<ICheck> That(bool hasBelief) => [.. InOrder.Where(check => hasBelief || !check.NeedsBelief)];

    /// <summary>Looks for everything.</summary>
    public static IReadOnlyList<Finding> Look(Examination facts)
    {
        var found = new Findings();
        foreach (var check in InOrder)
        {
            check.Look(facts, found);
        }

        return found.All;
    }
}
