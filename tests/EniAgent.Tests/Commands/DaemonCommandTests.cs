using EniAgent.Hosting;
using EniAgent.Commands;
using EniAgent.Metadata.Tests;
using EniAgent.Tests.Fakes;
using EniAgent.Tests.Hosting;

namespace EniAgent.Tests.Commands;

[Collection(ConsoleTests.Name)]
public sealed class DaemonCommandTests : DaemonTests
{
    [Fact]
    public async Task A_loop_that_fails_ends_the_process_with_1_and_says_why()
    {
        Daemon.Monitor.Break(new InvalidOperationException("the socket is gone"));

        var captured = await Captured.RunAsync(() => RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(1, captured.ExitCode);
        Assert.Contains("the socket is gone", captured.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Being_told_to_end_ends_it_with_0()
    {
        using var end = new CancellationTokenSource();
        var captured = await Captured.RunAsync(async () =>
        {
            var running = RunAsync(end.Token);
            await Patiently.UntilAsync(() => Daemon.Loop.Converged.IsCompleted);
            await end.CancelAsync();
            return await running.WaitAsync(TimeSpan.FromSeconds(30));
        });

        Assert.Equal(0, captured.ExitCode);
        Assert.True(Daemon.Machine.Has("10.0.1.10"));
    }

    [Fact]
    public async Task Without_metadata_the_service_is_ready_when_its_patience_ends()
    {
        Daemon.Script = _ => Reply.Hang();
        using var end = new CancellationTokenSource();

        var captured = await Captured.RunAsync(async () =>
        {
            var running = RunAsync(end.Token, startTimeout: TimeSpan.FromMilliseconds(50));
            await Patiently.UntilAsync(() => Daemon.Polls.Count > 0);
            await end.CancelAsync();
            return await running.WaitAsync(TimeSpan.FromSeconds(30));
        });

        Assert.Equal(0, captured.ExitCode);
    }

    [Fact]
    public async Task Told_to_end_before_it_has_started_it_ends_well()
    {
        using var end = new CancellationTokenSource();
        await end.CancelAsync();

        var captured = await Captured.RunAsync(async () => await RunAsync(end.Token).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(0, captured.ExitCode);
        Assert.DoesNotContain("BackgroundService", captured.Output + captured.Error, StringComparison.Ordinal);
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken, TimeSpan? startTimeout = null)
    {
        using var context = new CommandContext(new GlobalOptions(null, Daemon.Machine.Paths.Root, Json: false, Verbose: false));
        using var signals = new ServiceSignals(cancellationToken);
        return await DaemonCommand.RunAsync(Daemon.Loop, context, startTimeout ?? TimeSpan.FromSeconds(30), Daemon.Notifier.Object, Daemon.Manager, signals);
    }
}
