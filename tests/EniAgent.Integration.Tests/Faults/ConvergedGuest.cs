using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>A guest of three ENIs, two of them in one subnet, that has converged: tests share it, and each leaves it as it was.</summary>
public sealed class ConvergedGuest : IAsyncLifetime
{
    internal World World { get; private set; } = null!;

    /// <summary>What the guest's kernel holds as long as nothing is lost.</summary>
    internal GuestState Converged { get; private set; } = null!;

    internal Eni Second { get; private set; } = null!;

    internal Eni Third { get; private set; } = null!;

    internal MetadataService Metadata => World.Vpc.Metadata;

    public async Task InitializeAsync()
    {
        World = await World.CreateAsync(null, new() { SecondaryAddresses = 1 });
        Second = await World.AttachAsync(World.B, secondaryAddresses: 1);
        Third = await World.AttachAsync(World.B);
        await World.Agent.SyncAsync();
        Converged = await World.StateAsync();
        await World.EverythingAnswersAsync();
    }

    public Task DisposeAsync() => World.DisposeAsync().AsTask();

    /// <summary>Forgets what metadata said before, as at the first start of a boot.</summary>
    internal void ForgetMetadata() => File.Delete(Path.Combine(World.Agent.Root, "run/eni-agent/snapshot.json"));

    /// <summary>Runs <c>sync</c>, which must change nothing in the kernel; then, with the faults gone, again, which must find all in sync.</summary>
    internal async Task<CommandResult> SyncUnderFaultAsync()
    {
        CommandResult result;
        try
        {
            result = await World.Agent.RunAsync("sync", "--json");
            await NothingIsLostAsync(result);
        }
        finally
        {
            FaultCatalogue.Clear(Metadata);
        }
        await World.Agent.SyncAsync();
        await NothingIsLostAsync(result);
        return result;
    }

    /// <summary>The kernel is as it was.</summary>
    internal async Task NothingIsLostAsync(object? explanation = null)
    {
        var changes = await World.ChangesSinceAsync(Converged);
        Assert.True(changes.Count == 0, $"{string.Join('\n', changes)}\n{explanation}");
    }
}
