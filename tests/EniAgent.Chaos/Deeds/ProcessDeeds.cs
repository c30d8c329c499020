using EniAgent.Simulator;

namespace EniAgent.Chaos.Deeds;

/// <summary>What happens to the agent's process.</summary>
internal static class ProcessDeeds
{
    public static Dictionary<string, Catalogue.Entry> All { get; } = new()
    {
        ["kill"] = new(3, KillAsync),
        ["kill-at-work"] = new(3, KillAtWorkAsync),
        ["restart"] = new(1, RestartAsync),
        ["freeze"] = new(2, FreezeAsync),
        ["reload"] = new(2, ReloadAsync),
        ["look"] = new(1, LookAsync),
        ["sync-without-daemon"] = new(1, SyncAsync),
        ["wait"] = new(3, (_, a, _) => Task.Delay(a % 300)),
    };

    private static async Task KillAsync(World world, int a, int b)
    {
        await world.Agent.KillAsync();
        await world.Agent.StartAsync();
    }

    // A moment after something new has come to it.
    private static async Task KillAtWorkAsync(World world, int a, int b)
    {
        var eni = world.Eni(a);
        if (eni.Addresses.Count < 8 && eni.FormerPrimaryAddress is null)
        {
            await world.Vpc.AssignPrivateIpAddressesAsync(eni, 1);
        }

        world.Agent.Reload();
        await Task.Delay(b % 30);
        await KillAsync(world, a, b);
    }

    private static async Task RestartAsync(World world, int a, int b)
    {
        await world.Agent.StopAsync();
        await world.Agent.StartAsync();
    }

    private static async Task FreezeAsync(World world, int a, int b)
    {
        world.Agent.Signal(Signals.Stop);
        await Task.Delay(a % 300);
        world.Agent.Signal(Signals.Continue);
    }

    private static Task ReloadAsync(World world, int a, int b)
    {
        for (var i = a % 10; i >= 0; i--)
        {
            world.Agent.Reload();
        }

        return Task.CompletedTask;
    }

    private static Task LookAsync(World world, int a, int b) => world.Agent.LookAsync(a % 2 == 0 ? "plan" : "status");

    private static async Task SyncAsync(World world, int a, int b)
    {
        await world.Agent.StopAsync();
        await world.Agent.SyncAsync(TimeSpan.FromMilliseconds(500 + b));
        await world.Agent.StartAsync();
    }
}
