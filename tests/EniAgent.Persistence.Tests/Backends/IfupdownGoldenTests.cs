using EniAgent.Persistence.Backends.Ifupdown;

namespace EniAgent.Persistence.Tests.Backends;

public class IfupdownGoldenTests
{
    public static TheoryData<string> Cases { get; } = GoldenCases.Names("ifupdown");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_files_are_the_expected_ones(string name) => GoldenCases.Verify("ifupdown", name, new IfupdownRenderer());
}
