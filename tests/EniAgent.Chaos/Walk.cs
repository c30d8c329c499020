using EniAgent.Simulator;

namespace EniAgent.Chaos;

/// <summary>Deeds, one after the other, in a world of their own.</summary>
internal static class Walk
{
    /// <summary>Walks, and leaves the machine at the end.</summary>
    /// <param name="program">The agent.</param>
    /// <param name="deeds">What happens.</param>
    /// <param name="onStep">Called after every deed with the number of deeds done.</param>
    /// <returns>Null when all was well at every calm; else what was not.</returns>
    public static async Task<Violation?> RunAsync(string program, IReadOnlyList<Deed> deeds, Action<int>? onStep = null)
    {
        await using var world = await World.CreateAsync(program);
        var calm = new Calm(world);
        var done = 0;
        try
        {
            await world.Agent.StartAsync();
            await calm.ReachAsync();
            foreach (var deed in deeds)
            {
                done++;
                await (deed.Name == Deed.Calm ? calm.ReachAsync() : Catalogue.Deeds[deed.Name].Do(world, deed.A, deed.B));
                onStep?.Invoke(done);
            }

            await calm.ReachAsync();
            await LeaveAsync(world);
            return null;
        }
        catch (Exception e)
        {
            // Whatever it was, it ends this walk and is told.
            return new Violation(done, e is ViolationException ? e.Message : e.ToString(), await ShownAsync(world));
        }
    }

    // Of the agent there is nothing any more, and of others everything.
    private static async Task LeaveAsync(World world)
    {
        await world.Agent.StopAsync();
        if (await world.Agent.RunAsync("release") is var (code, output) && code != 0)
        {
            throw new ViolationException($"release ended with {code}: {output}");
        }

        var state = await GuestState.CaptureAsync(world.Guest);
        var left = state.Lines.Where(line => line.Contains("protocol 131", StringComparison.Ordinal) && !line.Contains("dst default", StringComparison.Ordinal))
            .Concat(world.Lost(state)).Concat(world.Files.Where(file => !file.EndsWith("ifcfg-eth0", StringComparison.Ordinal))).ToList();
        if (left.Count > 0)
        {
            throw new ViolationException($"after release: {string.Join('\n', left)}");
        }

        var wanted = $"DEVICE=eth0\nBOOTPROTO=dhcp\nONBOOT=yes\n{string.Concat(world.Lines.Select(line => line + "\n"))}";
        if (File.ReadAllText(world.PrimaryFile) is var text && text != wanted)
        {
            throw new ViolationException($"after release ifcfg-eth0 is\n{text}");
        }
    }

    private static async Task<string> ShownAsync(World world)
    {
        var (_, status) = world.Agent.IsRunning ? await world.Agent.RunAsync("status") : (0, "the daemon does not run");
        return $"{await GuestState.CaptureAsync(world.Guest)}\n{status}\nthe agent's log:\n{world.Agent.Log}";
    }
}

/// <summary>What was not as it must be.</summary>
/// <param name="Step">After how many deeds.</param>
/// <param name="Message">What.</param>
/// <param name="Shown">What the machine showed.</param>
internal sealed record Violation(int Step, string Message, string Shown)
{
    /// <summary>What it is about, by which two of the same are known.</summary>
    public string Kind => Message.Split(':')[0];
}
