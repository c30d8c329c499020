using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Detection;

namespace EniAgent.Persistence.Tests.Backends;

public class GoldenTests
{
    /// <summary>Every case of every back end that writes network files.</summary>
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var backend in Renderers.Keys)
            {
                foreach (var name in GoldenCases.Names(backend))
                {
                    cases.Add(backend, name);
                }
            }

            return cases;
        }
    }

    private static Dictionary<string, IFileRenderer> Renderers =>
        BackendDetector.All.Where(renderer => renderer is not CommonFiles).ToDictionary(renderer => renderer.Backend.ToString().ToLowerInvariant());

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_files_are_the_expected_ones(string backend, string name) => GoldenCases.Verify(backend, name, Renderers[backend]);
}
