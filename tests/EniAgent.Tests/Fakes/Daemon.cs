using EniAgent.Core.Kernel;
using EniAgent.Core.Options;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Hosting;
using EniAgent.Linux.Tests;
using EniAgent.Metadata.Tests;
using EniAgent.Monitoring;
using EniAgent.Reconciliation;
using EniAgent.Reporting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace EniAgent.Tests.Fakes;

/// <summary>The daemon's loop on a fake kernel and a fake clock, with a metadata server that is real. Two ENIs, one of them new.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly MetadataFollower _metadata;
    private readonly CancellationTokenSource _end = new();
    private readonly List<TimeSpan> _polls = [];
    private long _answers;

    /// <param name="machine">The machine that a former daemon left; null for a fresh one.</param>
    /// <param name="watchdog">WATCHDOG_USEC; null where no service manager watches.</param>
    public Daemon(Machine? machine = null, string? watchdog = null)
    {
        Machine = machine ?? new Machine();
        Instance.SetAddresses(1, "10.0.1.10", "10.0.1.11");
        Script = Instance.Answer;
        Server = new ScriptedServer(path =>
        {
            lock (_polls)
            {
                _answers++;
                if (path == FakeInstance.Macs)
                {
                    _polls.Add(Now);
                }

                return Script(path);
            }
        });
        Options = new AgentOptions { Metadata = new MetadataOptions { Endpoint = Server.Endpoint } };
        var reconciler = Machine.Start(Options);
        _metadata = MetadataFollower.Open(Options.Metadata, Machine.Store, reconciler.Listed, Time, NullLogger.Instance);
        var guard = new ContactGuard(reconciler, _metadata, Machine.Stack, Time, NullLogger<ContactGuard>.Instance);
        Notifier.Setup(notifier => notifier.IsEnabled).Returns(true);
        Manager = new ServiceManager(Notifier.Object, watchdog, watched: null, Time);
        Metrics = new MetricsPublisher(Machine.Paths, _metadata.Latency, socket: "", Time);
        Publisher = new StatusPublisher(Machine.Paths, () => _metadata.Counters, Metrics, Time) { Published = Manager.Status };
        var files = new FilePersistence(Machine.Paths, reconciler, NullLogger<FilePersistence>.Instance);
        Loop = new AgentLoop(reconciler, guard, _metadata, files, Monitor, Publisher, Manager, Time, new Random(1), Log);
    }

    public Machine Machine { get; }

    public FakeInstance Instance { get; } = new(2);

    public ScriptedServer Server { get; }

    /// <summary>What the server answers; called for one request at a time.</summary>
    public Func<string, Reply> Script { get; set; }

    public FakeTimeProvider Time { get; } = new();

    public FakeMonitor Monitor { get; } = new();

    public ListLogger<AgentLoop> Log { get; } = new();

    public AgentOptions Options { get; }

    public StatusPublisher Publisher { get; }

    public MetricsPublisher Metrics { get; }

    /// <summary>The way to the service manager.</summary>
    public Mock<ISystemdNotifier> Notifier { get; } = new();

    public ServiceManager Manager { get; }

    /// <summary>What the service manager was told, in order.</summary>
    public IReadOnlyList<string> Told => [.. Notifier.Invocations.Where(call => call.Method.Name == "Notify").Select(call => $"{call.Arguments[0]}")];

    public AgentLoop Loop { get; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public FakeKernel Kernel => Machine.Kernel;

    /// <summary>Time since the test began, by the fake clock.</summary>
    public TimeSpan Now => Time.GetUtcNow() - Time.Start;

    /// <summary>When the listing of the ENIs was asked for.</summary>
    public IReadOnlyList<TimeSpan> Polls
    {
        get
        {
            lock (_polls)
            {
                return [.. _polls];
            }
        }
    }

    /// <summary>What the status file says.</summary>
    public StatusReport Status => StatusFile.Read(Machine.Paths)!;

    /// <summary>Lets metadata answer otherwise, not in the middle of an answer.</summary>
    public void Change(Action change)
    {
        lock (_polls)
        {
            change();
        }
    }

    public void Start() => Running = Task.Run(() => Loop.RunAsync(_end.Token));

    /// <summary>Starts, and waits until it is in sync.</summary>
    public async Task StartInSyncAsync()
    {
        Start();
        await Patiently.UntilAsync(() => Loop.Converged.IsCompleted);
        await Patiently.UntilAsync(() => Status.State == "in-sync");
    }

    /// <summary>Waits until the condition holds; the clock stands still.</summary>
    public Task UntilAsync(Func<bool> condition) => Patiently.UntilAsync(() => Holds(condition));

    /// <summary>Waits until the condition holds, and moves the clock.</summary>
    public Task<TimeSpan> LaterAsync(Func<bool> condition) => Patiently.UntilAsync(Time, () => Holds(condition), Step, IsAsking);

    /// <summary>Moves the clock, giving others the time to follow.</summary>
    public Task AdvanceAsync(TimeSpan by)
    {
        var until = Now + by;
        return LaterAsync(() => Now >= until);
    }

    /// <summary>Somebody deletes an address; the kernel says so.</summary>
    public void Lose(string address)
    {
        var lost = Kernel.AddressesOf("eth1").Single(a => a.Address.Address.ToString() == address);
        Assert.Null(Kernel.Delete(lost));
        Monitor.Say(new KernelEvent.AddressChanged(lost, Removed: true));
    }

    /// <summary>A NIC is plugged in; the kernel says so.</summary>
    public void Plug(int eni) => Monitor.Say(new KernelEvent.LinkChanged(Machine.Plug(eni), Removed: false));

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Loop.Dispose();
        Metrics.Dispose();
        _metadata.Dispose();
        await Server.DisposeAsync();
        Machine.Dispose();
        _end.Dispose();
    }

    private bool IsAsking() => _metadata.Counters.Requests > Volatile.Read(ref _answers);

    private bool Holds(Func<bool> condition)
    {
        Assert.False(Running.IsFaulted, Running.Exception?.ToString());
        return condition();
    }
}
