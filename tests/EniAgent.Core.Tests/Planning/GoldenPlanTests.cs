namespace EniAgent.Core.Tests.Planning;

/// <summary>Every folder under Plans is a case: input.txt and the plan that is expected. UPDATE_GOLDEN=1 rewrites what is expected.</summary>
public class GoldenPlanTests
{
    public static TheoryData<string> Cases { get; } = [.. Directory.GetDirectories(Root()).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_plan_is_the_expected_one(string name)
    {
        var folder = Path.Combine(Root(), name);
        var plan = PlanCase.PlanOf(File.ReadAllText(Path.Combine(folder, "input.txt")));
        var expected = Path.Combine(folder, "plan.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Path.Combine(Source(), name, "plan.txt"), plan);
            return;
        }

        Assert.Equal(File.ReadAllText(expected), plan);
    }

    private static string Root() => Path.Combine(AppContext.BaseDirectory, "Plans");

    // A deterministic build does not tell where the sources are: they are looked for from its output upwards.
    private static string Source()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var plans = Path.Combine(folder.FullName, "tests", "EniAgent.Core.Tests", "Plans");
            if (Directory.Exists(plans))
            {
                return plans;
            }
        }

        throw new DirectoryNotFoundException("tests/EniAgent.Core.Tests/Plans");
    }
}
