using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;

namespace EniAgent.Tests.Fakes;

/// <summary>A monitor that says what the test says.</summary>
internal sealed class FakeMonitor : INetworkMonitor
{
    private readonly Lock _lock = new();
    private readonly List<KernelEvent> _events = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public (IReadOnlyCollection<int> Links, IReadOnlyCollection<MacAddress> Macs) Watched { get; private set; } = ([], []);

    /// <summary>What waiting ends with from now on.</summary>
    public void Break(Exception error) => _arrival.SetException(error);

    public void Say(params KernelEvent[] events)
    {
        lock (_lock)
        {
            _events.AddRange(events);
            _arrival.TrySetResult();
        }
    }

    public void Watch(IReadOnlyCollection<int> links, IReadOnlyCollection<MacAddress> macs) => Watched = (links, macs);

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _arrival.Task.WaitAsync(cancellationToken);
        }
    }

    public IReadOnlyList<KernelEvent> Read()
    {
        lock (_lock)
        {
            KernelEvent[] read = [.. _events];
            _events.Clear();
            _arrival = _arrival.Task.IsCompletedSuccessfully ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _arrival;
            return read;
        }
    }

    public void Dispose()
    {
    }
}
