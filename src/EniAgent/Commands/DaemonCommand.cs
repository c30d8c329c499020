using EniAgent.Hosting;
using EniAgent.Linux.Kernel;
using EniAgent.Linux.State;
using EniAgent.Monitoring;
using EniAgent.Reconciliation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace EniAgent.Commands;

/// <summary><c>eni-agent daemon</c>: the service.</summary>
internal static class DaemonCommand
{
    // A `status` that looks whether the lock is held holds it for a moment itself.
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        // Never disposed of: a signal that comes while the process ends must not end it in another way.
        var signals = new ServiceSignals(cancellationToken);
        try
        {
            return await RunAsync(context, signals).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (signals.End.IsCancellationRequested)
        {
            // Before it had begun.
            return ExitCode.Done;
        }
    }

    private static async Task<int> RunAsync(CommandContext context, ServiceSignals signals)
    {
        var agent = context.LoadConfiguration().Options;
        var notifier = new SystemdNotifier();
        using var held = await TakeLockAsync(context, notifier.IsEnabled, signals.End).ConfigureAwait(false);
        using var stack = CommandContext.OpenKernel(agent, mayTry: true);

        // Before anything is observed: what happens from now on is not missed.
        using var monitor = KernelMonitor.Open(agent.Network.TableBase, agent.Network.RouteProtocol);
        var store = context.OpenStore(mayWrite: true);
        var reconciler = context.OpenReconciler(agent, stack, store);
        using var metadata = context.OpenMetadata(agent, store, reconciler);
        using var metrics = new MetricsPublisher(context.Paths, metadata.Latency, agent.MetricsSocket, context.Time);
        var guard = new ContactGuard(reconciler, metadata, stack, context.Time, context.Loggers.CreateLogger<ContactGuard>());
        var manager = new ServiceManager(notifier, Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), context.Time);
        using var loop = new AgentLoop(
            reconciler,
            guard,
            metadata,
            context.OpenFiles(reconciler),
            monitor,
            new StatusPublisher(context.Paths, () => metadata.Counters, metrics, context.Time) { Published = manager.Status },
            manager,
            context.Time,
            new Random(Environment.ProcessId),
            context.Loggers.CreateLogger<AgentLoop>());

        return await RunAsync(loop, context, agent.Agent.StartTimeout, notifier, manager, signals).ConfigureAwait(false);
    }

    // A service that ends because its disk is full or read-only, or its folder open to others, would be started again and again, and the machine be without its network.
    private static async Task<InstanceLock?> TakeLockAsync(CommandContext context, bool isService, CancellationToken cancellationToken)
    {
        try
        {
            return await InstanceLock.TakeAsync(context.Paths.Lock, LockPatience, context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (isService && InstanceLock.IsImpossible(e))
        {
            DaemonLog.NotLocked(context.Loggers.CreateLogger(typeof(DaemonCommand)), e.Message);
            return null;
        }
    }

    /// <summary>Runs the loop as a service until it is told to end.</summary>
    internal static async Task<int> RunAsync(
        AgentLoop loop, CommandContext context, TimeSpan startTimeout, ISystemdNotifier notifier, ServiceManager manager, ServiceSignals signals)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(context.Loggers);

        // AddSystemd() looks for a parent of systemd's name, which a sandboxed service does not see.
        if (notifier.IsEnabled)
        {
            builder.Services.AddSingleton(notifier);
            builder.Services.AddSingleton<IHostLifetime, SystemdLifetime>();
        }

        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        using var service = new AgentService(loop, context, startTimeout, manager, signals, context.Loggers.CreateLogger<AgentService>());
        builder.Services.AddHostedService(_ => service);
        using var host = builder.Build();
        try
        {
            await host.RunAsync(signals.End).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (signals.End.IsCancellationRequested)
        {
            // Told to end while it started: what it has begun is finished.
            await service.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }

        // A service that fails stops its host, and the host returns as if it had been told to: whoever restarts us would not.
        return service.ExecuteTask is { IsFaulted: true } ? ExitCode.Failed : ExitCode.Done;
    }
}

internal static partial class DaemonLog
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "NotLocked", Message = "the lock that keeps another eni-agent away could not be taken, and the service goes on without: {Problem}")]
    public static partial void NotLocked(ILogger logger, string problem);
}
