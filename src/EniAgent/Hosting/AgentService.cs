using EniAgent.Commands;
using EniAgent.Reporting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EniAgent.Hosting;

/// <summary>The loop as a hosted service: started once the first convergence is done or StartTimeout is over, reloaded by SIGHUP.</summary>
internal sealed class AgentService(
    AgentLoop loop, CommandContext context, TimeSpan startTimeout, ServiceManager manager, ServiceSignals signals, ILogger<AgentService> logger) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        signals.OnReload(Reload);
        ServiceLog.Started(logger, StatusBuilder.Version);

        // Not with the token: a start that is cancelled would count as a service that has failed.
        await base.StartAsync(CancellationToken.None).ConfigureAwait(false);

        // A machine without metadata must still boot.
        await Task.WhenAny(loop.Converged, ExecuteTask!, Task.Delay(startTimeout, context.Time, cancellationToken)).ConfigureAwait(false);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => loop.RunAsync(stoppingToken), CancellationToken.None);

    private void Reload()
    {
        manager.Reloading();
        try
        {
            loop.Reload(context.LoadConfiguration().Options);
            ServiceLog.Reloaded(logger);
        }
        catch (ConfigurationException e)
        {
            foreach (var error in e.Errors)
            {
                ServiceLog.BadConfiguration(logger, error.ToString());
            }

            manager.Reloaded();
        }
    }
}

internal static partial class ServiceLog
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "Started", Message = "eni-agent {Version} started")]
    public static partial void Started(ILogger logger, string version);

    [LoggerMessage(Level = LogLevel.Information, EventName = "ConfigurationReloaded", Message = "configuration reloaded")]
    public static partial void Reloaded(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, EventName = "ConfigurationRejected", Message = "{Error}; the former configuration stays in force")]
    public static partial void BadConfiguration(ILogger logger, string error);
}
