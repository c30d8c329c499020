using CsCheck;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;

namespace EniAgent.Core.Tests.Properties;

/// <summary>What holds for every plan, whatever the machine looks like.</summary>
public class PlanProperties
{
    [Fact]
    public void A_plan_carried_out_leaves_nothing_for_a_second_one() => Check(world =>
    {
        var passes = world.Agent.Converge(world.Belief);

        // What the kernel makes of a link that comes up, or takes away with an address, is only seen by a fresh look.
        var surprising = passes[0].Steps.Any(step => step is SetLinkUp or DeleteAddress);
        Assert.True(passes.Count <= (surprising ? 3 : 2), string.Join("\n--\n", passes.Select(p => p.Text)));
        Assert.True(world.Agent.Plan(world.Belief).Steps.Count == 0);
    });

    [Fact]
    public void Nothing_foreign_is_in_a_plan_or_harmed_by_it() => Check(world =>
    {
        foreach (var step in world.Agent.Converge(world.Belief).SelectMany(pass => pass.Steps))
        {
            Assert.DoesNotContain(LineOf(step, world.Kernel), world.Foreign);
        }

        var after = world.Kernel.Print().ToHashSet();
        Assert.All(world.Foreign, line => Assert.Contains(line, after));
    });

    [Fact]
    public void The_inverse_of_a_plan_restores_exactly_what_was() => Check(world =>
    {
        world.Agent.Take(world.Belief);
        var before = WithoutOnLink(world.Kernel);
        var plan = world.Agent.Plan(world.Belief).Planning.Plan;

        Assert.All(world.Kernel.Apply(plan.Steps), o => Assert.True(o.Failure is null, o.ToString()));
        Assert.All(world.Kernel.Apply(plan.Inverse.Steps), o => Assert.True(o.Failure is null, o.ToString()));

        Assert.Equal(before, WithoutOnLink(world.Kernel));
    });

    [Fact]
    public void Killed_after_any_step_the_agent_comes_to_the_same_end() => Check(world =>
    {
        world.Agent.Take(world.Belief);
        var plan = world.Agent.Plan(world.Belief);
        var uninterrupted = world.Agent.Clone();
        uninterrupted.Converge(world.Belief);
        var stride = Math.Max(1, plan.Steps.Count / 8);
        for (var count = plan.Steps.Count % stride; count <= plan.Steps.Count; count += stride)
        {
            var restarted = world.Agent.Clone();
            restarted.ApplyAndDie(plan, count);
            restarted.Converge(world.Belief);
            Assert.Equal(uninterrupted.Kernel.PrintBasics(), restarted.Kernel.PrintBasics());
            Assert.Equal(uninterrupted.Ledger, restarted.Ledger);
        }
    });

    [Fact]
    public void Release_gives_everything_back() => WorldRecipe.Any.Sample(
        recipe =>
        {
            var world = new World(recipe);
            world.Agent.Converge(world.Belief);
            var kept = world.Agent.PlanRelease().Desired.Kept;
            world.Agent.Release();

            var untouched = Baseline(recipe, world.Kernel);
            var after = world.Kernel.PrintBasics().Where(line => !kept.Any(k => line.StartsWith(k, StringComparison.Ordinal)));
            Assert.Equal(untouched.PrintBasics().Where(line => kept.Count == 0 || after.Contains(line) || !IsPrefixRoute(line)), after.Where(line => kept.Count == 0 || untouched.PrintBasics().Contains(line) || !IsPrefixRoute(line)));
        },
        iter: Iterations,
        print: recipe => recipe.Print());

    [Fact]
    public void The_order_of_the_listing_does_not_matter() => WorldRecipe.Any.Sample(
        recipe =>
        {
            var (one, other) = (new World(recipe), new World(recipe));
            one.Agent.Converge(one.Belief);
            other.Agent.Converge(Vpc.Believe(other.Snapshot with { Enis = [.. other.Snapshot.Enis.Take(1), .. other.Snapshot.Enis.Skip(1).Reverse()] }));

            Assert.Equal(one.Kernel.Print(), other.Kernel.Print());
        },
        iter: Iterations,
        print: recipe => recipe.Print());

    // CsCheck_Iter=100000 in the environment for a long run.
    private static readonly int Iterations = Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? 200 : -1;

    // The machine as it would be without the agent ever having run, but for links, which stay up.
    private static FakeKernel Baseline(WorldRecipe recipe, FakeKernel after)
    {
        var kernel = new World(recipe, withLeftovers: false).Kernel;
        foreach (var link in kernel.Links.ToList())
        {
            if (!link.IsUp && after.LinkOf(link.Name).IsUp)
            {
                kernel.SetUp(link.Name, true);
            }

            if (link.Group == 31000)
            {
                kernel.SetGroup(link.Name, 0);
            }
        }

        return kernel;
    }

    // A route that was put back does not tell any more whether its gateway was looked for.
    private static List<string> WithoutOnLink(FakeKernel kernel) => [.. kernel.PrintBasics().Select(line => line.Replace(" onlink", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static bool IsPrefixRoute(string line) => line.EndsWith("proto kernel", StringComparison.Ordinal);

    private static string LineOf(Step step, FakeKernel kernel) => step switch
    {
        DeleteAddress s => IpWords.Of(s.Address, kernel.NameOf),
        DeleteRoute s => IpWords.Of(s.Route, kernel.NameOf),
        ReplaceRoute s => IpWords.Of(s.Old, kernel.NameOf),
        DeleteRule s => IpWords.Of(s.Rule),
        _ => "",
    };

    private static void Check(Action<World> property) =>
        WorldRecipe.Any.Sample(recipe => property(new World(recipe)), iter: Iterations, print: recipe => recipe.Print());
}
