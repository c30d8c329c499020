using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Hosting;

/// <summary>Tests that have a daemon of their own, which is not started yet.</summary>
public abstract class DaemonTests : IAsyncLifetime
{
    private protected Daemon Daemon { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Daemon.DisposeAsync().AsTask();
}
