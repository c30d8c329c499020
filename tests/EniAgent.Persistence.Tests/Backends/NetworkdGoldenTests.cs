using EniAgent.Persistence.Backends.Networkd;

namespace EniAgent.Persistence.Tests.Backends;

public class NetworkdGoldenTests
{
    public static TheoryData<string> Cases { get; } = GoldenCases.Names("networkd");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_files_are_the_expected_ones(string name) => GoldenCases.Verify("networkd", name, new NetworkdRenderer());
}
