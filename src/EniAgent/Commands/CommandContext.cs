using System.Globalization;
using EniAgent.Configuration;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;
using EniAgent.IO;
using EniAgent.Journal;
using EniAgent.Linux.Host;
using EniAgent.Linux.Kernel;
using EniAgent.Linux.State;
using EniAgent.Metadata;
using EniAgent.Reconciliation;
using Microsoft.Extensions.Logging;

namespace EniAgent.Commands;

/// <summary>What every command starts from: options, paths, the log; and the parts, made on demand.</summary>
internal sealed class CommandContext(GlobalOptions options) : IDisposable
{
    private readonly Lazy<ILoggerFactory> _loggers = new(() => LogOutput.Create());

    public GlobalOptions Options { get; } = options;

    public AgentPaths Paths { get; } = new(options.Root);

    public TimeProvider Time { get; } = Reactor.Shared;

    public ILoggerFactory Loggers => _loggers.Value;

    /// <summary>Loads the configuration.</summary>
    /// <exception cref="ConfigurationException">It has errors.</exception>
    public LoadedConfiguration LoadConfiguration()
    {
        var environment = ConfigurationLoader.ProcessEnvironment();
        switch (ConfigurationLoader.Load(Options.Config, Options.Root, environment))
        {
            case ConfigurationResult.Loaded loaded:
                LogOutput.Level = Options.Verbose ? LogLevelOption.Debug : loaded.Value.Options.Agent.LogLevel;
                return loaded.Value;
            case ConfigurationResult.Invalid invalid:
                throw new ConfigurationException(invalid.Errors);
            default:
                throw new InvalidOperationException("a configuration is loaded or invalid");
        }
    }

    /// <summary>Opens the kernel.</summary>
    /// <param name="agent">The configuration.</param>
    /// <param name="mayTry">Whether features may be tried by changing something; false for commands that change nothing.</param>
    public static LinuxNetworkStack OpenKernel(AgentOptions agent, bool mayTry) => LinuxNetworkStack.Open(
        mayTry ? RulePriorities.From(agent.Network).Bound + 1 : null, Environment.GetEnvironmentVariable(FeatureProbe.WithoutVariable));

    /// <summary>The files of the agent's memory.</summary>
    /// <param name="mayWrite">False for commands that change nothing.</param>
    public StateStore OpenStore(bool mayWrite) => new(Paths, Loggers.CreateLogger<StateStore>(), mayWrite);

    /// <summary>Makes the reconciler.</summary>
    public Reconciler OpenReconciler(AgentOptions agent, INetworkStack stack, StateStore store) =>
        new(stack, store, agent, Loggers.CreateLogger<Reconciler>());

    /// <summary>The machine's network files.</summary>
    public FilePersistence OpenFiles(Reconciler reconciler) => new(Paths, reconciler, Loggers.CreateLogger<FilePersistence>());

    /// <summary>Follows metadata from where an earlier process of this boot left off.</summary>
    public MetadataFollower OpenMetadata(AgentOptions agent, StateStore store, Reconciler reconciler) =>
        MetadataFollower.Open(agent.Metadata, store, reconciler.Listed, Time, Loggers.CreateLogger<MetadataClient>());

    /// <summary>Runs a command, turning what is expected to go wrong into words and an exit code.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            foreach (var error in e.Errors)
            {
                await Complain(error.ToString()).ConfigureAwait(false);
            }

            return ExitCode.Usage;
        }
        catch (SnapshotFileException e)
        {
            await Complain(e.Message).ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is LockHeldException or NetworkStackException or IOException or UnauthorizedAccessException)
        {
            await Complain(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await Complain("interrupted").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    /// <summary>Reads metadata into what is believed.</summary>
    public Task<MetadataResult.Failure?> ReadAsync(MetadataFollower metadata, AgentOptions agent, CancellationToken cancellationToken) =>
        PatientlyAsync(metadata.ReadAsync(background: true, cancellationToken), agent, cancellationToken);

    /// <summary>Waits for metadata, saying so once that takes longer than a person expects.</summary>
    public async Task<T> PatientlyAsync<T>(Task<T> reading, AgentOptions agent, CancellationToken cancellationToken)
    {
        using var patience = new Alarm(Time, TimeSpan.FromSeconds(1));
        if (await Task.WhenAny(reading, patience.Rung).ConfigureAwait(false) == patience.Rung && !cancellationToken.IsCancellationRequested)
        {
            await Complain($"waiting for metadata at {agent.Metadata.Endpoint}").ConfigureAwait(false);
        }

        return await reading.ConfigureAwait(false);
    }

    /// <summary>Prints a diagnostic.</summary>
    public static Task Complain(string message) =>
        Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"eni-agent: {message}"));

    public void Dispose()
    {
        if (_loggers.IsValueCreated)
        {
            _loggers.Value.Dispose();
        }
    }
}

/// <summary>The configuration has errors.</summary>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<ConfigurationError> Errors { get; } = errors;
}
