using EniAgent.Bench.Results;

namespace EniAgent.Bench.Running;

/// <summary>Lets contestants run in turn, A B A B …, so that whatever the machine does besides falls on all of them.</summary>
internal static class Rounds
{
    /// <summary>Runs them once for nothing, then in rounds.</summary>
    /// <returns>A series for each, in their order.</returns>
    public static async Task<Series[]> RunAsync(int rounds, params (string Name, Func<Task<Use>> Run)[] contestants)
    {
        var uses = contestants.Select(_ => new List<Use>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < contestants.Length; i++)
            {
                var use = await contestants[i].Run();
                if (round >= 0)
                {
                    uses[i].Add(use);
                }
            }
        }

        return [.. contestants.Select((contestant, i) => Series.Of(contestant.Name, uses[i]))];
    }
}
