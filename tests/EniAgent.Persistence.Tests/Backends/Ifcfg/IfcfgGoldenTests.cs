using EniAgent.Persistence.Backends.Ifcfg;

namespace EniAgent.Persistence.Tests.Backends.Ifcfg;

public class IfcfgGoldenTests
{
    public static TheoryData<string> Cases { get; } = GoldenCases.Names("ifcfg");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_files_are_the_expected_ones(string name) => GoldenCases.Verify("ifcfg", name, new IfcfgRenderer());
}
